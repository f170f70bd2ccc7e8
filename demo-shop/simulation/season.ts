import type { SimulatedProduct } from './simulated-product.ts';

/** A part of the year in which some products are wanted more. */
interface Season {
  /** Months, January is 0. */
  readonly months: readonly number[];
  /** Matches category, title or occasion, lower-cased. */
  readonly wanted: RegExp;
  /** Added to the log-preference. */
  readonly lift: number;
}

const SEASONS: readonly Season[] = [
  { months: [1], wanted: /valentine|heart/, lift: 1.6 },
  { months: [2, 3], wanted: /easter|seed|pots & planters|trowel/, lift: 1.3 },
  { months: [4, 5], wanted: /garden & wildlife|wedding|mother's day|vase/, lift: 0.9 },
  { months: [5, 6, 7], wanted: /picnic|garden party|summer|outdoor|festoon|bunting|kite/, lift: 1.3 },
  { months: [7, 8], wanted: /school|notebook|pencil|lunch/, lift: 1.2 },
  { months: [8, 9], wanted: /autumn|throw|candle|lantern|bulbs|bird/, lift: 1 },
  { months: [9], wanted: /christmas/, lift: 1.4 },
];

/** How far Christmas goods are out of mind in the months before October, as a log-preference. */
const OUT_OF_SEASON = -1.6;

/** Returns how much the time of year adds to a product's log-preference. */
export function seasonalLift(product: SimulatedProduct, month: number): number {
  const text = [product.name, ...product.categories, product.attributes.occasion ?? ''].join(' ').toLowerCase();
  const lift = SEASONS.reduce(
    (sum, season) => (season.months.includes(month) && season.wanted.test(text) ? sum + season.lift : sum),
    0,
  );
  return month < 9 && text.includes('christmas') ? lift + OUT_OF_SEASON : lift;
}
