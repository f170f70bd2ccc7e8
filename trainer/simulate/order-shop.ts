import { customerHistories } from '#trainer/customer-histories.ts';
import type { Basket } from '#trainer/dataset.ts';
import { splitCustomers } from '#trainer/held-out-customers.ts';
import { readOrders } from '#trainer/import-orders.ts';
import { latestOrders } from '#trainer/latest-orders.ts';
import { makeTestCases } from '#trainer/test-cases.ts';
import { cutHistories, type SimulatedShop } from './simulated-shop.ts';

/**
 * A shop from an order file: a device is a customer, in the order of their first orders.
 *
 * @throws {InputError} If the file cannot be read or has too few customers.
 */
export async function readOrderShop(file: string): Promise<SimulatedShop> {
  const source = { file, columnNames: new Map(), dateFormat: 'iso', encoding: 'utf-8' } as const;
  const { items, baskets } = (await readOrders(source)).dataset;
  const customers = [...new Set(baskets.map(({ customer }) => customer))];
  const { devicesFrom, testFrom } = cutHistories(customers.length);
  const of = (from: number, to?: number): Basket[] => {
    const chosen = new Set(customers.slice(from, to));
    return baskets.filter(({ customer }) => chosen.has(customer));
  };
  const { known, heldOut } = splitCustomers({ items, baskets: of(0, devicesFrom) });
  const collected = { items, baskets: of(devicesFrom, testFrom) };
  const everything = { items, baskets: [...known.baskets, ...collected.baskets].sort((a, b) => a.atMs - b.atMs) };
  return {
    merchant: { dataset: known, selection: latestOrders(known) },
    judging: makeTestCases(heldOut, Number.NEGATIVE_INFINITY),
    devices: customerHistories(collected),
    everything: { dataset: everything, selection: latestOrders(everything) },
    cases: makeTestCases({ items, baskets: of(testFrom) }, Number.NEGATIVE_INFINITY),
  };
}
