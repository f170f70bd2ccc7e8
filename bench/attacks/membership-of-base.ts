import type { ShopEvent } from '#protocol/event.ts';
import type { Neighbors, Popularity } from '#protocol/item-files.ts';
import { CONFIG } from '#trainer/config.ts';
import { customerHistories } from '#trainer/customer-histories.ts';
import type { Basket } from '#trainer/dataset.ts';
import { countItems, measurePopularity } from '#trainer/item-counts.ts';
import { findNeighbors } from '#trainer/neighbor-lists.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { visitLogOf } from '#trainer/visit-log.ts';
import type { Row } from '../table.ts';
import type { AttackedShop } from './attacked-shop.ts';
import { advantageOf } from './best-threshold.ts';
import { formatShare, mean, shareWithInterval } from './estimate.ts';
import { historyLoss } from './history-loss.ts';
import { historiesOf, LIST_SETTINGS, neighborsOf } from './probe-threshold.ts';

/** Customers taken out one at a time. */
const NUM_REMOVED = 100;
const SEED = 43;
const HALF_LIFE_MS = CONFIG.recentHalfLifeDays * 86_400_000;

/** What ships of counts of orders: the parts that the threshold stands before. */
interface ShippedCounts {
  readonly neighbors: Neighbors;
  readonly popularity: Omit<Popularity, 'newness'>;
}

/**
 * Whether a customer's orders are in the base model, which has no noise: for an attacker who knows all other orders,
 * and for one who knows the target's only.
 */
export function membershipOfBase(attacked: AttackedShop): Row[] {
  const {
    merchant: { dataset: merchant },
    judging,
  } = attacked.shop;
  const outside = heldOutHistories(judging, attacked);
  const inside = customerHistories(merchant);
  const rows: Row[] = [['who attacks', 'what is read', 'customers a pair needs', 'advantage, %']];
  for (const minCustomers of [1, CONFIG.minCustomers]) {
    const changed = numChanging(merchant.baskets, merchant.items.length, minCustomers);
    rows.push([
      'knows all other orders',
      'lists and popularity: does any byte change?',
      minCustomers,
      formatShare(shareWithInterval(changed, NUM_REMOVED)),
    ]);
  }
  for (const minCustomers of [1, CONFIG.minCustomers]) {
    const { neighbors } = countsOf(merchant.baskets, merchant.items.length, minCustomers);
    const score = (events: readonly ShopEvent[]): number => shownShare(events, neighbors, attacked);
    rows.push([
      'knows the target’s only',
      'lists: share of the target’s pairs that they hold',
      minCustomers,
      formatShare(advantageOf(inside.map(score), outside.map(score))),
    ]);
  }
  const score = (events: readonly ShopEvent[]): number => -historyLoss(events, attacked);
  rows.push([
    'knows the target’s only',
    'encoder and item vectors: loss of the target’s history',
    CONFIG.minCustomers,
    formatShare(advantageOf(inside.map(score), outside.map(score))),
  ]);
  return rows;
}

/** Of some customers, how many change what ships when their orders are left out. */
function numChanging(baskets: readonly Basket[], numItems: number, minCustomers: number): number {
  const whole = countsOf(baskets, numItems, minCustomers);
  const random = seededRandom(SEED);
  const customers = [...historiesOf(baskets).keys()];
  const removed = Array.from({ length: NUM_REMOVED }, () => customers[Math.floor(random() * customers.length)]);
  return removed.filter((target) => {
    const without = baskets.filter(({ customer }) => customer !== target);
    return !isSame(whole, countsOf(without, numItems, minCustomers));
  }).length;
}

function countsOf(baskets: readonly Basket[], numItems: number, minCustomers: number): ShippedCounts {
  const counts = countItems(baskets, numItems);
  return {
    neighbors: findNeighbors({ log: visitLogOf(baskets, numItems) }, { minCustomers, settings: LIST_SETTINGS }),
    popularity: measurePopularity(baskets, { counts, minCustomers, halfLifeMs: HALF_LIFE_MS }),
  };
}

function isSame(a: ShippedCounts, b: ShippedCounts): boolean {
  const arrays = ({ neighbors, popularity }: ShippedCounts) => [
    neighbors.offsets,
    neighbors.rows,
    neighbors.weights,
    popularity.recent,
    popularity.longRun,
  ];
  const others = arrays(b);
  return arrays(a).every((values, i) =>
    Buffer.from(values.buffer).equals(Buffer.from((others[i] as typeof values).buffer)),
  );
}

/** Of a history's items that follow each other, the share that are neighbors. */
function shownShare(events: readonly ShopEvent[], neighbors: Neighbors, { rowOf }: AttackedShop): number {
  const rows = rowsOf(events, rowOf);
  return mean(rows.slice(1).map((row, i) => Number(neighborsOf(neighbors, rows[i] as number).includes(row))));
}

/** Of the customers held out, whose time is the members' own: their cases grow by an item each, the last one is whole. */
function heldOutHistories(judging: readonly TestCase[], { shop }: AttackedShop): ShopEvent[][] {
  const lastCases = new Map(judging.map((testCase) => [testCase.customer, testCase]));
  return Array.from(lastCases.values(), ({ events, targets }) => {
    const { atMs } = events.at(-1) as ShopEvent;
    const asked = targets.map(
      (row) => shop.merchant.dataset.items[row] as AttackedShop['shop']['merchant']['dataset']['items'][number],
    );
    return [...events, ...asked.map(({ id }): ShopEvent => ({ kind: 'view', itemId: id, atMs }))];
  });
}

function rowsOf(events: readonly ShopEvent[], rowOf: AttackedShop['rowOf']): number[] {
  return events.flatMap((event) => (event.kind === 'search' ? [] : [rowOf(event.itemId) as number]));
}
