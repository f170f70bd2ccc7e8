import type { ShopEvent } from '#protocol/event.ts';
import type { Basket, Dataset } from './dataset.ts';

/** One question to a recommender: after these events, which items were ordered next? */
export interface TestCase {
  readonly customer: string;
  /** Oldest first: the customer's earlier orders and the first half of this one. */
  readonly events: readonly ShopEvent[];
  /** Rows of what came next; none where that is an item unknown to the catalog. */
  readonly targets: readonly number[];
  /** Whether the customer had ordered before. */
  readonly hasHistory: boolean;
}

/** A history longer than this is cut: no recommender here reads more. */
const MAX_EVENTS = 200;

/** Baskets before and from a time on. */
export function splitByTime(baskets: readonly Basket[], fromMs: number): { before: Basket[]; after: Basket[] } {
  return {
    before: baskets.filter(({ atMs }) => atMs < fromMs),
    after: baskets.filter(({ atMs }) => atMs >= fromMs),
  };
}

/** The time from which the latest `share` of the baskets lies. `baskets` by time, not empty. */
export function timeOfLatestShare(baskets: readonly Basket[], share: number): number {
  const first = Math.min(baskets.length - 1, Math.floor(baskets.length * (1 - share)));
  return (baskets[first] as Basket).atMs;
}

/**
 * A test case for every basket from `fromMs` on with at least two items: the first half of its lines
 * given, the second half to be predicted, what the customer ordered before as history.
 *
 * @param withSingles Also one for every single item of a customer with a history, which alone is then given.
 */
export function makeTestCases({ items, baskets }: Dataset, fromMs: number, withSingles = false): TestCase[] {
  const histories = new Map<string, ShopEvent[]>();
  const cases: TestCase[] = [];
  for (const basket of baskets) {
    const history = histories.get(basket.customer) ?? [];
    histories.set(basket.customer, history);
    const events = basket.rows.map(
      (row): ShopEvent => ({
        kind: 'purchase',
        itemId: (items[row] as Dataset['items'][number]).id,
        atMs: basket.atMs,
      }),
    );
    const isAsked = basket.rows.length >= 2 || (withSingles && history.length > 0);
    if (basket.atMs >= fromMs && isAsked) {
      const numGiven = Math.floor(basket.rows.length / 2);
      cases.push({
        customer: basket.customer,
        events: [...history, ...events.slice(0, numGiven)].slice(-MAX_EVENTS),
        targets: basket.rows.slice(numGiven),
        hasHistory: history.length > 0,
      });
    }
    history.push(...events);
  }
  return cases;
}

/** At most `count` of the cases, a seeded choice without replacement. */
export function sampleCases(cases: readonly TestCase[], count: number, random: () => number): TestCase[] {
  const pool = [...cases];
  const chosen: TestCase[] = [];
  while (chosen.length < count && pool.length > 0) {
    const [picked] = pool.splice(Math.floor(random() * pool.length), 1);
    if (picked) chosen.push(picked);
  }
  return chosen;
}
