import { type CatalogItem, CatalogItemSchema } from '#protocol/catalog.ts';
import { parseWith } from '#protocol/parse.ts';
import { drawnPictureUrl, itemUrl } from './item-address.ts';
import { cleanTitle } from './item-title.ts';
import type { OrderLine } from './order-line.ts';

interface Observations {
  readonly pricesCents: number[];
  readonly numByTitle: Map<string, number>;
}

/** A catalog gathered from order lines, for a shop that has no other. Rows are in order of first appearance. */
export class ObservedItems {
  readonly #rowById = new Map<string, number>();
  readonly #observations: Observations[] = [];

  /** Takes in one line and returns its item's row. */
  add({ itemId, title, priceCents }: OrderLine): number {
    let row = this.#rowById.get(itemId);
    if (row === undefined) {
      row = this.#observations.length;
      this.#rowById.set(itemId, row);
      this.#observations.push({ pricesCents: [], numByTitle: new Map() });
    }
    const observed = this.#observations[row];
    if (priceCents !== undefined) observed?.pricesCents.push(priceCents);
    if (title !== '') observed?.numByTitle.set(title, (observed.numByTitle.get(title) ?? 0) + 1);
    return row;
  }

  /**
   * Returns the items in row order: each with its most frequent title, or its id where it never
   * had one, and the median of its prices.
   */
  toCatalog(currency: string): CatalogItem[] {
    return [...this.#rowById].map(([id, row]) => {
      const { pricesCents = [], numByTitle = new Map<string, number>() } = this.#observations[row] ?? {};
      const item = {
        id,
        title: cleanTitle(mostFrequent(numByTitle) ?? id),
        url: itemUrl(id),
        imageUrl: drawnPictureUrl(id),
        priceCents: median(pricesCents),
        currency,
        categories: [],
        attributes: {},
        stock: 'in',
        description: '',
      };
      return parseWith(CatalogItemSchema, item, 'catalog-invalid');
    });
  }
}

function mostFrequent(numByTitle: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  let bestCount = 0;
  for (const [title, count] of numByTitle) {
    if (count > bestCount) [best, bestCount] = [title, count]; // of equals, the first seen
  }
  return best;
}

/** The mean of the two middle values, rounded, where their number is even. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[sorted.length >> 1] ?? 0;
  const lower = sorted[(sorted.length - 1) >> 1] ?? 0;
  return Math.round((lower + upper) / 2);
}
