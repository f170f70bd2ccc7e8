import type { CatalogItem } from '#protocol/catalog.ts';
import { wordsOf } from '#protocol/words.ts';

/** Most words a table holds: at some 30 bytes each, packed, it stays near a quarter of a megabyte. */
const MAX_WORDS = 8000;
const PASSES = 20;
const LEARNING_RATE = 0.5;

/** Finds words in scripts without spaces by its dictionaries; their language it tells by the script. */
const SEGMENTER = new Intl.Segmenter('und', { granularity: 'word' });

/**
 * A vector in item space for each word of the shop's titles, categories and attributes, such that the
 * sum of a text's word vectors points where its item lies: the sentence encoder distilled into a
 * table (linear regression by stochastic gradient descent).
 *
 * @param vectors `[N, D]`.
 * @returns Words, most frequent first, and `[numWords, D]`.
 */
export function distillWords(
  items: readonly CatalogItem[],
  vectors: Float32Array,
  dim: number,
): { readonly words: readonly string[]; readonly vectors: Float32Array } {
  const texts = items.map((item) => searchWords(searchableText(item)));
  const counts = new Map<string, number>();
  for (const words of texts) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts.keys()]
    .sort((a, b) => (counts.get(b) as number) - (counts.get(a) as number) || (a < b ? -1 : 1))
    .slice(0, MAX_WORDS);
  const rowOf = new Map(words.map((word, row) => [word, row]));
  const wordVectors = new Float32Array(words.length * dim);
  const error = new Float32Array(dim);
  for (let pass = 0; pass < PASSES; pass++) {
    texts.forEach((text, item) => {
      const rows = text.flatMap((word) => rowOf.get(word) ?? []);
      if (rows.length === 0) return;
      error.set(vectors.subarray(item * dim, (item + 1) * dim));
      for (const row of rows) {
        for (let d = 0; d < dim; d++) error[d] = (error[d] as number) - (wordVectors[row * dim + d] as number);
      }
      const step = LEARNING_RATE / rows.length;
      for (const row of rows) {
        for (let d = 0; d < dim; d++) {
          wordVectors[row * dim + d] = (wordVectors[row * dim + d] as number) + step * (error[d] as number);
        }
      }
    });
  }
  return { words, vectors: wordVectors };
}

/**
 * The different words of a text, and in scripts without spaces also the words in a run and each two
 * neighbors: a device looks a query's runs up as they are.
 */
export function searchWords(text: string): string[] {
  const segments = [...SEGMENTER.segment(text)];
  const parts = segments.flatMap(({ segment, isWordLike }, i) => {
    const next = segments[i + 1];
    if (!isWordLike) return [];
    return next?.isWordLike ? [segment, segment + next.segment] : [segment];
  });
  return [...new Set(wordsOf([text, ...parts].join(' ')))];
}

/** What of an item a search may hit. */
export function searchableText({ title, categories, attributes }: CatalogItem): string {
  return [title, ...categories, ...Object.values(attributes)].join(' ');
}
