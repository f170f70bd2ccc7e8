import type { Neighbors } from '#protocol/item-files.ts';
import { CONFIG } from '#trainer/config.ts';
import type { Basket } from '#trainer/dataset.ts';
import { type NeighborSettings, neighborFinder } from '#trainer/neighbor-lists.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';
import { visitLogOf } from '#trainer/visit-log.ts';
import type { Row } from '../table.ts';
import type { AttackedShop } from './attacked-shop.ts';
import { differenceWithInterval, formatShare, shareWithInterval } from './estimate.ts';

const NUM_PAIRS = 100;
const SEED = 41;
/** A fake customer may order the same again: a pair that few made is then not crowded out by ones that many did. */
const FAKE_ORDERS = 5;
const DAY_MS = 86_400_000;

/** As training might choose them; the threshold stands before all of them. */
export const LIST_SETTINGS: NeighborSettings = {
  distanceDecay: 0.7,
  backward: 0.7,
  popularityPower: 0.4,
  recency: 0,
  shrink: 0.3,
  textShare: 0,
  wordShare: 0,
};

/** Two items that one real customer, and no other, had together. */
interface SinglePair {
  readonly customer: string;
  readonly item: number;
  readonly other: number;
}

/**
 * Whether one real customer had two items together, asked of the neighbor lists by fake customers who order both.
 *
 * The attacker knows that nobody else did. The lists are made twice, with the customer's orders and without.
 */
export function probeThreshold({ shop }: AttackedShop): Row[] {
  const { baskets, items } = shop.merchant.dataset;
  const pairs = drawPairs(baskets, seededRandom(SEED));
  const rows: Row[] = [['fake customers', 'pair in the lists, with the customer, %', 'without, %', 'advantage, %']];
  const k = CONFIG.minCustomers;
  for (const numFakes of [0, k - 2, k - 1, k]) {
    const [inside, outside] = [true, false].map((isIn) => {
      const shown = pairs.filter((pair) => {
        const real = isIn ? baskets : baskets.filter(({ customer }) => customer !== pair.customer);
        const faked = [...real, ...fakeOrders(pair, numFakes, baskets.at(-1)?.atMs ?? 0)];
        const lists = neighborFinder({ log: visitLogOf(faked, items.length) }, k)(LIST_SETTINGS, new Set([pair.item]));
        return neighborsOf(lists, pair.item).includes(pair.other);
      });
      return { successes: shown.length, trials: pairs.length };
    }) as [Trials, Trials];
    const share = ({ successes, trials }: Trials): string => formatShare(shareWithInterval(successes, trials));
    rows.push([numFakes, share(inside), share(outside), formatShare(differenceWithInterval(inside, outside))]);
  }
  return rows;
}

type Trials = Parameters<typeof differenceWithInterval>[0];

/** Rows in an item's list. */
export function neighborsOf({ offsets, rows }: Neighbors, item: number): number[] {
  return Array.from(rows.subarray(offsets[item], offsets[item + 1]));
}

/** Orders of both items by customers that the attacker made up. */
function fakeOrders({ item, other }: SinglePair, numFakes: number, afterMs: number): Basket[] {
  return Array.from({ length: FAKE_ORDERS * numFakes }, (_, order) => ({
    customer: `fake ${order % numFakes}`,
    orderId: `fake order ${order}`,
    atMs: afterMs + (order + 1) * DAY_MS,
    rows: [item, other],
  }));
}

/** Some of the pairs of items that follow each other at one customer, and are together at no other. */
function drawPairs(baskets: readonly Basket[], random: Random): SinglePair[] {
  const histories = historiesOf(baskets);
  const customersOf = new Map<string, number>();
  for (const rows of histories.values()) {
    for (const pair of pairsOf(rows)) customersOf.set(pair, (customersOf.get(pair) ?? 0) + 1);
  }
  const single = [...histories].flatMap(([customer, rows]) =>
    rows.slice(1).flatMap((other, i) => {
      const item = rows[i] as number;
      return item !== other && customersOf.get(nameOf(item, other)) === 1 ? [{ customer, item, other }] : [];
    }),
  );
  return Array.from({ length: NUM_PAIRS }, () => single[Math.floor(random() * single.length)] as SinglePair);
}

/** Each customer's items in order. */
export function historiesOf(baskets: readonly Basket[]): Map<string, number[]> {
  const histories = new Map<string, number[]>();
  for (const { customer, rows } of baskets) histories.set(customer, [...(histories.get(customer) ?? []), ...rows]);
  return histories;
}

function pairsOf(rows: readonly number[]): Set<string> {
  const distinct = [...new Set(rows)];
  return new Set(distinct.flatMap((item, i) => distinct.slice(i + 1).map((other) => nameOf(item, other))));
}

/** Of a pair in either order. */
function nameOf(item: number, other: number): string {
  return item < other ? `${item} ${other}` : `${other} ${item}`;
}
