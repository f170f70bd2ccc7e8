import { topRows } from '#model/top-rows.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import { wordsOf } from '#protocol/words.ts';
import { MAX_COMPARED_ITEMS, MAX_TEXT_NEIGHBORS, type TextNeighbors } from './text-neighbors.ts';

/** Past this a description is boilerplate: bounds what one item costs. */
const MAX_DESCRIPTION_CHARACTERS = 400;
/** A word of more items says what kind of shop it is; comparing all of those would take minutes. */
const MAX_ITEMS_OF_WORD = 5000;

/**
 * Finds each item's nearest by the words and attributes they share: cosine of binary vectors weighted by
 * inverse document frequency. A series, a brand or a pattern is seldom what a sentence is about, but often
 * what goes together.
 *
 * @returns Nothing where no two items share a word, and for a catalog of more than 50,000 items.
 */
export function wordNeighbors(items: readonly CatalogItem[]): TextNeighbors | undefined {
  const numItems = items.length;
  if (numItems > MAX_COMPARED_ITEMS) return undefined;
  const tokens = items.map((item) => [...new Set(tokensOf(item))]);
  const rowsOf = rowsByToken(tokens);
  const squareOf = (rows: readonly number[]): number => Math.log1p(numItems / rows.length) ** 2;
  const norms = Float64Array.from(tokens, (own) =>
    Math.sqrt(own.reduce((sum, token) => sum + squareOf(rowsOf.get(token) as number[]), 0)),
  );
  const count = Math.min(MAX_TEXT_NEIGHBORS, numItems - 1);
  const found = { count, rows: new Uint32Array(numItems * count), cosines: new Float32Array(numItems * count) };
  const cosines = new Float32Array(numItems);
  tokens.forEach((own, row) => {
    cosines.fill(0);
    for (const token of own) {
      const rows = rowsOf.get(token) as number[];
      if (rows.length > MAX_ITEMS_OF_WORD) continue;
      const share = squareOf(rows) / (norms[row] as number);
      for (const other of rows) cosines[other] = (cosines[other] as number) + share / (norms[other] as number);
    }
    cosines[row] = Number.NEGATIVE_INFINITY;
    const nearest = topRows(cosines, count);
    found.rows.set(nearest, row * count);
    found.cosines.set(
      Float32Array.from(nearest, (other) => cosines[other] as number),
      row * count,
    );
  });
  return found.cosines.some((cosine) => cosine > 0) ? found : undefined;
}

/** An inverted index. @param tokens Of each item, all different. */
function rowsByToken(tokens: readonly (readonly string[])[]): Map<string, number[]> {
  const rowsOf = new Map<string, number[]>();
  tokens.forEach((own, row) => {
    for (const token of own) {
      const rows = rowsOf.get(token);
      if (rows) rows.push(row);
      else rowsOf.set(token, [row]);
    }
  });
  return rowsOf;
}

function tokensOf({ title, categories, description, attributes }: CatalogItem): string[] {
  const text = [title, description.slice(0, MAX_DESCRIPTION_CHARACTERS)].join(' ');
  const values = Object.entries(attributes).flatMap(([name, value]) =>
    value.split('|').map((part) => `${name}=${part.trim().toLowerCase()}`),
  );
  return [...wordsOf(text), ...categories.map((path) => `category=${path}`), ...values];
}
