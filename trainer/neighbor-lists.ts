import { MAX_NEIGHBORS, type Neighbors } from '#protocol/item-files.ts';
import { CONFIG } from './config.ts';
import type { Basket } from './dataset.ts';

/** Orders of one customer up to this far apart still make a pair. */
const MAX_BASKETS_APART = 2;

/**
 * Item → the items most often ordered with it.
 *
 * Similarity is the cosine of the two items' orders, each order counting less the larger it is, and
 * neighboring orders of one customer counting `neighborDecay` per order between. The weight that ships
 * is its square root, which spreads small cosines over more of the 256 steps.
 *
 * Guarantee: a pair ships only if at least `minCustomers` different customers made it.
 *
 * @param baskets By time.
 * @returns Lists of at most `MAX_NEIGHBORS`, strongest first.
 */
export function findNeighbors(
  baskets: readonly Basket[],
  { numItems, minCustomers }: { readonly numItems: number; readonly minCustomers: number },
): Neighbors {
  const byCustomer = groupByCustomer(baskets);
  const places = placesOfItems(byCustomer, numItems);
  const masses = places.map((list) => Math.sqrt(list.reduce((sum, { weight }) => sum + weight, 0)));

  const together = new Float64Array(numItems);
  const numCustomers = new Uint32Array(numItems);
  const lastCustomer = new Int32Array(numItems);
  const lists: { row: number; weight: number }[][] = [];
  for (let row = 0; row < numItems; row++) {
    together.fill(0);
    numCustomers.fill(0);
    lastCustomer.fill(-1);
    for (const { customer, basket } of places[row] as Place[]) {
      const orders = byCustomer[customer] as WeightedBasket[];
      const first = Math.max(0, basket - MAX_BASKETS_APART);
      const last = Math.min(orders.length - 1, basket + MAX_BASKETS_APART);
      for (let other = first; other <= last; other++) {
        const { rows, weight } = orders[other] as WeightedBasket;
        const amount = weight * CONFIG.neighborDecay ** Math.abs(other - basket);
        for (const neighbor of rows) {
          together[neighbor] = (together[neighbor] as number) + amount;
          if (lastCustomer[neighbor] !== customer) {
            lastCustomer[neighbor] = customer;
            numCustomers[neighbor] = (numCustomers[neighbor] as number) + 1;
          }
        }
      }
    }
    lists.push(strongest(row, { together, numCustomers, masses, minCustomers }));
  }
  return packLists(lists);
}

interface WeightedBasket {
  readonly rows: readonly number[];
  readonly weight: number;
}

interface Place {
  readonly customer: number;
  /** Which of the customer's orders. */
  readonly basket: number;
  readonly weight: number;
}

function groupByCustomer(baskets: readonly Basket[]): WeightedBasket[][] {
  const byCustomer = new Map<string, WeightedBasket[]>();
  for (const { customer, rows } of baskets) {
    const orders = byCustomer.get(customer) ?? [];
    byCustomer.set(customer, orders);
    orders.push({ rows, weight: 1 / Math.log2(1 + rows.length + 1) });
  }
  return [...byCustomer.values()];
}

/** For each item, where it was ordered; places of one customer lie side by side. */
function placesOfItems(byCustomer: readonly WeightedBasket[][], numItems: number): Place[][] {
  const places = Array.from({ length: numItems }, (): Place[] => []);
  byCustomer.forEach((orders, customer) => {
    orders.forEach(({ rows, weight }, basket) => {
      for (const row of rows) places[row]?.push({ customer, basket, weight });
    });
  });
  return places;
}

function strongest(
  row: number,
  {
    together,
    numCustomers,
    masses,
    minCustomers,
  }: {
    readonly together: Float64Array;
    readonly numCustomers: Uint32Array;
    readonly masses: readonly number[];
    readonly minCustomers: number;
  },
): { row: number; weight: number }[] {
  const candidates: { row: number; weight: number }[] = [];
  for (let other = 0; other < together.length; other++) {
    if (other === row || (numCustomers[other] as number) < minCustomers) continue;
    const cosine = (together[other] as number) / ((masses[row] as number) * (masses[other] as number));
    candidates.push({ row: other, weight: Math.min(255, Math.round(255 * Math.sqrt(cosine))) });
  }
  return candidates
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.row - b.row)
    .slice(0, MAX_NEIGHBORS);
}

function packLists(lists: readonly { row: number; weight: number }[][]): Neighbors {
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach((list, row) => {
    offsets[row + 1] = (offsets[row] as number) + list.length;
  });
  const entries = lists.flat();
  return {
    offsets,
    rows: Uint32Array.from(entries, ({ row }) => row),
    weights: Uint8Array.from(entries, ({ weight }) => weight),
  };
}
