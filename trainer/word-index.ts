import type { CatalogItem } from '#protocol/catalog.ts';
import { wordsOf } from '#protocol/words.ts';

/** Past this a description is boilerplate: bounds what one item costs. */
const MAX_DESCRIPTION_CHARACTERS = 400;
/** A word of more items says what kind of shop it is; comparing all of those would take minutes. */
const MAX_ITEMS_OF_WORD = 5000;

/**
 * Compares items by the words and attributes they share: cosine of binary vectors weighted by inverse document
 * frequency. A series, a brand or a pattern is seldom what a sentence is about, but often what goes together.
 */
export class WordIndex {
  readonly #tokens: readonly (readonly string[])[];
  readonly #rowsOf = new Map<string, number[]>();
  /** `[N]`. */
  readonly #norms: Float64Array;

  constructor(items: readonly CatalogItem[]) {
    this.#tokens = items.map((item) => [...new Set(tokensOf(item))]);
    this.#tokens.forEach((own, row) => {
      for (const token of own) {
        const rows = this.#rowsOf.get(token);
        if (rows) rows.push(row);
        else this.#rowsOf.set(token, [row]);
      }
    });
    this.#norms = Float64Array.from(this.#tokens, (own) =>
      Math.sqrt(own.reduce((sum, token) => sum + this.#square(token), 0)),
    );
  }

  /** Writes an item's cosine with every item, itself included, into `out`, `[N]`. */
  cosinesWith(row: number, out: Float32Array): void {
    out.fill(0);
    for (const token of this.#tokens[row] ?? []) {
      const rows = this.#rowsOf.get(token) as number[];
      if (rows.length > MAX_ITEMS_OF_WORD) continue;
      const share = this.#square(token) / (this.#norms[row] as number);
      for (const other of rows) out[other] = (out[other] as number) + share / (this.#norms[other] as number);
    }
  }

  #square(token: string): number {
    return Math.log1p(this.#tokens.length / (this.#rowsOf.get(token) as number[]).length) ** 2;
  }
}

function tokensOf({ title, categories, description, attributes }: CatalogItem): string[] {
  const text = [title, description.slice(0, MAX_DESCRIPTION_CHARACTERS)].join(' ');
  const values = Object.entries(attributes).flatMap(([name, value]) =>
    value.split('|').map((part) => `${name}=${part.trim().toLowerCase()}`),
  );
  return [...wordsOf(text), ...categories.map((path) => `category=${path}`), ...values];
}
