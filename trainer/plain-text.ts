/** The named characters that shop descriptions use. Others stay as written. */
const NAMED_CHARACTERS: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  bull: '•',
  copy: '©',
  deg: '°',
  euro: '€',
  frac12: '½',
  frac14: '¼',
  frac34: '¾',
  gt: '>',
  hellip: '…',
  ldquo: '“',
  lsquo: '‘',
  lt: '<',
  mdash: '—',
  nbsp: ' ',
  ndash: '–',
  pound: '£',
  quot: '"',
  rdquo: '”',
  reg: '®',
  rsquo: '’',
  times: '×',
  trade: '™',
};

/** Elements whose content is not text. */
const HIDDEN_ELEMENT = /<(script|style)\b[\s\S]*?<\/\1\s*>/gi;
const COMMENT = /<!--[\s\S]*?-->/g;
/** Needs a letter after `<`, so that `width < 5 > 3` stays. */
const TAG = /<\/?[a-z][^>]*>/gi;

/**
 * Turns HTML into the text it shows: tags and hidden elements go, character references are
 * resolved, runs of white space become one space.
 *
 * The result is text, not HTML: it may hold `<` and must be escaped or set as text when drawn.
 */
export function toPlainText(html: string): string {
  return html
    .replaceAll(HIDDEN_ELEMENT, ' ')
    .replaceAll(COMMENT, ' ')
    .replaceAll(TAG, ' ')
    .replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+\d*);/gi, resolveReference)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function resolveReference(reference: string, name: string): string {
  if (!name.startsWith('#')) return NAMED_CHARACTERS[name] ?? reference;
  const isHex = name[1] === 'x' || name[1] === 'X';
  const codePoint = isHex ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return codePoint > 0 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : reference;
}
