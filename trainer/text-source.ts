/** Where text features come from. */
export type TextSource =
  | { readonly kind: 'english' }
  | {
      readonly kind: 'subword';
      /** ISO 639-1; absent where there is too little text to tell. */
      readonly language?: string;
      readonly numTokens: number;
    }
  /** No item has a letter or a digit in its text. */
  | { readonly kind: 'none' };

/** Where text features come from, in a phrase. */
export function describeSource(source: TextSource): string {
  switch (source.kind) {
    case 'english':
      return 'English sentence encoder';
    case 'subword': {
      const count = source.numTokens.toLocaleString('en');
      return `${count} words and pieces of words, learned from this catalog (${languageName(source.language)})`;
    }
    case 'none':
      return 'none: no item has a text';
    default:
      return source satisfies never;
  }
}

function languageName(language: string | undefined): string {
  if (language === undefined) return 'too little text to tell the language';
  return new Intl.DisplayNames('en', { type: 'language' }).of(language) ?? language;
}
