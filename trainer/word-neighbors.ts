import { topRows } from '#model/top-rows.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import { wordsOf } from '#protocol/words.ts';
import type { TextNeighbors } from './text-neighbors.ts';

const MAX_COUNT = 32;
/** Past this a description is boilerplate: bounds what one item costs. */
const MAX_DESCRIPTION_CHARACTERS = 400;
/** A word of more items says what kind of shop it is; comparing all of those would take minutes. */
const MAX_ITEMS_OF_WORD = 5000;

/**
 * Finds each item's nearest by the words and attributes they share: cosine of binary vectors weighted by
 * inverse document frequency. A series, a brand or a pattern is seldom what a sentence is about, but often
 * what goes together.
 *
 * @returns Nothing where no two items share a word.
 */
export function wordNeighbors(items: readonly CatalogItem[]): TextNeighbors | undefined {
  const tokens = items.map((item) => [...new Set(tokensOf(item))]);
  const rowsOf = new Map<string, number[]>();
  tokens.forEach((own, row) => {
    for (const token of own) {
      const rows = rowsOf.get(token);
      if (rows) rows.push(row);
      else rowsOf.set(token, [row]);
    }
  });
  const squareOf = (rows: readonly number[]): number => Math.log1p(items.length / rows.length) ** 2;
  const squares = new Float64Array(items.length);
  for (const rows of rowsOf.values()) {
    for (const row of rows) squares[row] = (squares[row] as number) + squareOf(rows);
  }
  const count = Math.min(MAX_COUNT, items.length - 1);
  const neighbors = {
    count,
    rows: new Uint32Array(items.length * count),
    cosines: new Float32Array(items.length * count),
  };
  let isAnyShared = false;
  tokens.forEach((own, row) => {
    const cosines = new Float32Array(items.length);
    for (const token of own) {
      const rows = rowsOf.get(token) as number[];
      if (rows.length > MAX_ITEMS_OF_WORD) continue;
      const square = squareOf(rows);
      for (const other of rows) {
        const norms = Math.sqrt((squares[row] as number) * (squares[other] as number));
        cosines[other] = (cosines[other] as number) + square / norms;
      }
    }
    cosines[row] = Number.NEGATIVE_INFINITY;
    topRows(cosines, count).forEach((other, i) => {
      const cosine = cosines[other] as number;
      neighbors.rows[row * count + i] = other;
      neighbors.cosines[row * count + i] = cosine;
      if (cosine > 0) isAnyShared = true;
    });
  });
  return isAnyShared ? neighbors : undefined;
}

function tokensOf({ title, categories, description, attributes }: CatalogItem): string[] {
  const text = [title, description.slice(0, MAX_DESCRIPTION_CHARACTERS)].join(' ');
  const values = Object.entries(attributes).flatMap(([name, value]) =>
    value.split('|').map((part) => `${name}=${part.trim().toLowerCase()}`),
  );
  return [...wordsOf(text), ...categories.map((path) => `category=${path}`), ...values];
}
