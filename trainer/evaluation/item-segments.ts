import type { CatalogItem } from '#protocol/catalog.ts';

/** A division of the catalog: every item in one segment. */
export interface ItemSegments {
  readonly labels: readonly string[];
  /** `[N]`, index into `labels`. */
  readonly segmentOf: Uint16Array;
}

const NUM_BRANDS = 10;

/** Tenths of the items by what they sold, the least sold first. @param sales `[N]`. */
export function popularityDeciles(sales: ArrayLike<number>): ItemSegments {
  return {
    labels: ['1 (least sold)', '2', '3', '4', '5', '6', '7', '8', '9', '10 (most sold)'],
    segmentOf: quantiles(Float64Array.from(sales), 10),
  };
}

/** Fifths of the items by price, the cheapest first. */
export function priceQuintiles(items: readonly Pick<CatalogItem, 'priceCents'>[]): ItemSegments {
  return {
    labels: ['cheapest fifth', 'second fifth', 'middle fifth', 'fourth fifth', 'dearest fifth'],
    segmentOf: quantiles(
      Float64Array.from(items, ({ priceCents }) => priceCents),
      5,
    ),
  };
}

/**
 * The ten best-selling brands, then all others together, then items without a brand.
 *
 * @param sales `[N]`.
 */
export function brandSegments(
  items: readonly Pick<CatalogItem, 'attributes'>[],
  sales: ArrayLike<number>,
): ItemSegments {
  const salesOf = new Map<string, number>();
  items.forEach(({ attributes: { brand } }, row) => {
    if (brand !== undefined) salesOf.set(brand, (salesOf.get(brand) ?? 0) + (sales[row] as number));
  });
  const best = [...salesOf]
    .sort(([a, salesA], [b, salesB]) => salesB - salesA || (a < b ? -1 : 1))
    .slice(0, NUM_BRANDS)
    .map(([brand]) => brand);
  const segmentByBrand = new Map(best.map((brand, segment) => [brand, segment]));
  return {
    labels: [...best, 'other brands', 'no brand'],
    segmentOf: Uint16Array.from(items, ({ attributes: { brand } }) =>
      brand === undefined ? best.length + 1 : (segmentByBrand.get(brand) ?? best.length),
    ),
  };
}

/**
 * Which of `count` equal parts each value falls into, from 0, the lowest. Equal values share the part of
 * the one in their middle, so that parts may differ in size or be empty: an order among equals would be
 * made up.
 */
function quantiles(values: Float64Array, count: number): Uint16Array {
  const rising = values.toSorted();
  const partOf = new Map<number, number>();
  for (let first = 0; first < rising.length; ) {
    const value = rising[first] as number;
    let end = first + 1;
    while (rising[end] === value) end++;
    partOf.set(value, Math.floor((count * (first + end)) / (2 * rising.length)));
    first = end;
  }
  return Uint16Array.from(values, (value) => partOf.get(value) as number);
}
