import { describe, expect, test } from 'vitest';
import type { Basket } from '#trainer/dataset.ts';
import { splitCustomers } from '#trainer/held-out-customers.ts';
import { basket, datasetOf } from './dataset-fixture.ts';

const customersOf = (baskets: readonly Basket[]) => new Set(baskets.map(({ customer }) => customer));
const NAMES = Array.from({ length: 6000 }, (_, i) => `shopper ${i}`);
const BASKETS = [0, 5].flatMap((day) => NAMES.map((name, i) => basket(name, [i % 4], day)));
const { known, heldOut } = splitCustomers(datasetOf(4, BASKETS));

describe('held-out customers', () => {
  test('share no customer with those who train', () => {
    const trained = customersOf(known.baskets);
    expect([...customersOf(heldOut.baskets)].filter((customer) => trained.has(customer))).toEqual([]);
  });

  test('take all their orders with them, and no order is lost or out of order', () => {
    const trained = customersOf(known.baskets);
    expect(known.baskets).toEqual(BASKETS.filter(({ customer }) => trained.has(customer)));
    expect(heldOut.baskets).toEqual(BASKETS.filter(({ customer }) => !trained.has(customer)));
    expect(known.items).toEqual(heldOut.items);
  });

  test('are one customer in ten', () => {
    // Binomial of 6000 and 0.1: standard deviation 23.2; 6 of them are 140.
    expect(Math.abs(customersOf(heldOut.baskets).size - 600)).toBeLessThan(140);
  });

  test('are the same whoever else orders', () => {
    const alone = NAMES.slice(0, 400).map((name) => basket(name, [2], 7));
    const expected = NAMES.slice(0, 400).filter((name) => customersOf(heldOut.baskets).has(name));
    expect([...customersOf(splitCustomers(datasetOf(4, alone)).heldOut.baskets)]).toEqual(expected);
  });

  test('stay the same from release to release: a model must not have seen those that judge the next', () => {
    const held = NAMES.slice(0, 60).filter((name) => customersOf(heldOut.baskets).has(name));
    // By Python's hashlib: the first 16 bits of SHA-256('held out ' + id) below a tenth of 2^16.
    expect(held).toEqual(['shopper 9', 'shopper 14', 'shopper 29', 'shopper 31', 'shopper 38', 'shopper 40']);
  });
});
