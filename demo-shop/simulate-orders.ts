import { COMPLEMENT_RULES, CONSUMABLE } from './simulation/complement.ts';
import { seasonalLift } from './simulation/season.ts';
import { SeededDraws } from './simulation/seeded-draws.ts';
import type { SimulatedProduct } from './simulation/simulated-product.ts';
import { categoryOf, collectTraits, drawTaste, likingOf, type Taste } from './simulation/taste.ts';

/** One line of an order. */
export interface OrderLine {
  readonly orderId: string;
  readonly itemId: string;
  readonly title: string;
  readonly quantity: number;
  /** `YYYY-MM-DD HH:MM:SS`, shop time. */
  readonly orderedAt: string;
  /** In euros, after any monthly offer. */
  readonly unitPrice: number;
  readonly customerId: string;
}

const NUM_CUSTOMERS = 1500;
const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.UTC(2026, 1, 1);
const LAST_DAY_MS = Date.UTC(2026, 9, 31);
const NUM_DAYS = (LAST_DAY_MS - FIRST_DAY_MS) / DAY_MS + 1;

/** Orders a customer places over the whole time: log-normal, so a few come very often. */
const LOG_ORDERS = { mean: 1.3, spread: 0.65 };
/** Products chosen for an order besides the first, before complements. */
const MEAN_FURTHER_CHOICES = 1.1;
/** Share of choices that stay in the category of the order's first choice. */
const SAME_CATEGORY_SHARE = 0.45;
/** Chance that an order also repeats something used up. */
const REPEAT_SHARE = 0.3;
/** What is left of the wish for something one owns already. */
const OWNED_FACTOR = 0.05;
/** One category a month costs this much less. */
const OFFER_DISCOUNT = 0.15;
/** Popularity falls with rank as `(rank + offset) ** -exponent`. */
const POPULARITY = { offset: 6, exponent: 0.8 };

/**
 * Simulates a shop's orders. Every customer, taste and order here is invented: no line comes
 * from a real sale, and a model that does well on these lines has only recovered the rules below.
 *
 * Each simulated customer likes a few categories, styles and colors and minds the price more or
 * less. A choice is drawn in proportion to `popularity × e^(taste + season) ÷ price^sensitivity`.
 * Chosen products bring complements along (lantern, then tea lights), what is used up is bought
 * again, and one category a month is on offer.
 *
 * Guarantee: the same products and seed give the same lines.
 *
 * @returns Lines from 2026-02-01 to 2026-10-31, in order of time.
 */
export function simulateOrders(products: readonly SimulatedProduct[], seed: number): OrderLine[] {
  const shop = openShop(products, new SeededDraws(seed));
  const orders: Order[] = [];
  for (let customer = 0; customer < NUM_CUSTOMERS; customer++) {
    // A stream of its own, so that a change to one customer's rules leaves the others alone.
    orders.push(...simulateCustomer(shop, customer, new SeededDraws(seed ^ Math.imul(customer + 1, 0x9e3779b1))));
  }
  orders.sort((a, b) => a.orderedAtMs - b.orderedAtMs || a.customer - b.customer);
  return orders.flatMap((order, index) => writeLines(shop, order, index));
}

/** What is the same for every customer. */
interface SimulatedShop {
  readonly products: readonly SimulatedProduct[];
  readonly traits: ReturnType<typeof collectTraits>;
  readonly titles: readonly string[];
  /** By product. Positive. */
  readonly popularity: readonly number[];
  /** By month and product, a factor on the preference. */
  readonly seasonFactors: readonly (readonly number[])[];
  /** By month, the category on offer. */
  readonly offers: readonly string[];
}

interface Order {
  readonly customer: number;
  readonly orderedAtMs: number;
  /** Product index to quantity, in the order of choosing. */
  readonly basket: ReadonlyMap<number, number>;
}

function openShop(products: readonly SimulatedProduct[], draws: SeededDraws): SimulatedShop {
  const traits = collectTraits(products);
  const ranks = draws.shuffle(products.map((_, index) => index));
  const months = Array.from({ length: 12 }, (_, month) => month);
  return {
    products,
    traits,
    titles: products.map(({ name }) => name.toLowerCase()),
    popularity: ranks.map((rank) => (rank + POPULARITY.offset) ** -POPULARITY.exponent),
    seasonFactors: months.map((month) => products.map((product) => Math.exp(seasonalLift(product, month)))),
    offers: months.map(() => traits.categories[draws.below(traits.categories.length)] ?? ''),
  };
}

function simulateCustomer(shop: SimulatedShop, customer: number, draws: SeededDraws): Order[] {
  const taste = drawTaste(shop.traits, draws);
  const preferences = shop.products.map(
    (product, index) => (shop.popularity[index] ?? 0) * Math.exp(likingOf(taste, product)),
  );
  const numOrders = 1 + draws.poisson(Math.min(15, Math.exp(LOG_ORDERS.mean + LOG_ORDERS.spread * draws.normal()) - 1));
  const times = Array.from({ length: numOrders }, () => drawTime(draws)).sort((a, b) => a - b);
  const owned = new Set<number>();
  return times.map((orderedAtMs) => {
    const weights = weighNow({ shop, taste, preferences, owned, month: new Date(orderedAtMs).getUTCMonth() });
    const basket = fillBasket({ shop, weights, owned }, draws);
    for (const index of basket.keys()) owned.add(index);
    return { customer, orderedAtMs, basket };
  });
}

interface Moment {
  readonly shop: SimulatedShop;
  readonly taste: Taste;
  readonly preferences: readonly number[];
  readonly owned: ReadonlySet<number>;
  readonly month: number;
}

/** Turns lasting preferences into weights for one order: season, price of the day, what is owned. */
function weighNow({ shop, taste, preferences, owned, month }: Moment): number[] {
  return preferences.map((preference, index) => {
    const season = shop.seasonFactors[month]?.[index] ?? 1;
    const price = priceInMonth(shop, index, month);
    return preference * season * price ** -taste.priceSensitivity * (owned.has(index) ? OWNED_FACTOR : 1);
  });
}

interface Visit {
  readonly shop: SimulatedShop;
  readonly weights: readonly number[];
  readonly owned: ReadonlySet<number>;
}

function fillBasket(visit: Visit, draws: SeededDraws): Map<number, number> {
  const { shop, weights, owned } = visit;
  const basket = new Map<number, number>();
  const first = draws.weightedIndex(weights);
  put(first);
  const sameCategory = weightsWhere(weights, (index) => categoryAt(shop, index) === categoryAt(shop, first));
  for (let choices = draws.poisson(MEAN_FURTHER_CHOICES); choices > 0; choices--) {
    put(draws.weightedIndex(draws.happens(SAME_CATEGORY_SHARE) ? sameCategory : weights));
  }
  if (draws.happens(REPEAT_SHARE)) {
    put(
      draws.weightedIndex(
        weightsWhere(weights, (index) => owned.has(index) && CONSUMABLE.test(shop.titles[index] ?? '')),
      ),
    );
  }
  return basket;

  function put(index: number): void {
    if (index === -1 || basket.has(index)) return;
    basket.set(index, drawQuantity(shop, index, draws));
    for (const { whenBuying, also, probability } of COMPLEMENT_RULES) {
      if (!whenBuying.test(shop.titles[index] ?? '') || !draws.happens(probability)) continue;
      const complement = draws.weightedIndex(weightsWhere(weights, (other) => also.test(shop.titles[other] ?? '')));
      if (complement !== -1 && !basket.has(complement)) basket.set(complement, drawQuantity(shop, complement, draws));
    }
  }
}

function weightsWhere(weights: readonly number[], keep: (index: number) => boolean): number[] {
  return weights.map((weight, index) => (keep(index) ? weight : 0));
}

function categoryAt(shop: SimulatedShop, index: number): string {
  const product = shop.products[index];
  return product === undefined ? '' : categoryOf(product);
}

/** Cheap and consumable goods go out by the handful, the rest one at a time. */
function drawQuantity(shop: SimulatedShop, index: number, draws: SeededDraws): number {
  const isByTheHandful = CONSUMABLE.test(shop.titles[index] ?? '') || (shop.products[index]?.price ?? 0) < 12;
  return 1 + draws.poisson(isByTheHandful ? 0.9 : 0.12);
}

function priceInMonth(shop: SimulatedShop, index: number, month: number): number {
  const price = shop.products[index]?.price ?? 0;
  const isOnOffer = shop.offers[month] === categoryAt(shop, index);
  return isOnOffer ? Math.round(price * (1 - OFFER_DISCOUNT) * 100) / 100 : price;
}

/** Any day, mostly in the evening. */
function drawTime(draws: SeededDraws): number {
  const hour = Math.min(23, Math.max(6, Math.round(18 + 3.5 * draws.normal())));
  return FIRST_DAY_MS + draws.below(NUM_DAYS) * DAY_MS + hour * 3_600_000 + draws.below(3_600) * 1000;
}

function writeLines(shop: SimulatedShop, { customer, orderedAtMs, basket }: Order, index: number): OrderLine[] {
  const orderedAt = new Date(orderedAtMs).toISOString().slice(0, 19).replace('T', ' ');
  const month = new Date(orderedAtMs).getUTCMonth();
  return [...basket].flatMap(([productIndex, quantity]) => {
    const product = shop.products[productIndex];
    if (product === undefined) return [];
    return {
      orderId: `S${100_001 + index}`,
      itemId: product.sku,
      title: product.name,
      quantity,
      orderedAt,
      unitPrice: priceInMonth(shop, productIndex, month),
      customerId: `C${String(customer + 1).padStart(4, '0')}`,
    };
  });
}
