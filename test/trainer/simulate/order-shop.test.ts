import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readOrderShop } from '#trainer/simulate/order-shop.ts';
import { OWN_HEADER, ownLine } from '../import-fixture.ts';
import { makeScratchFolder } from '../scratch-folder.ts';

/** 20 customers, each a day after the one before, with an order of two items and one of a third. */
const LINES = Array.from({ length: 20 }, (_, i) => {
  const [customer, day] = [`c${i}`, String(i + 1).padStart(2, '0')];
  return [
    ownLine({ order: `a${i}`, item: 'mug', customer, date: `2026-03-${day}` }),
    ownLine({ order: `a${i}`, item: 'lamp', customer, date: `2026-03-${day}` }),
    ownLine({ order: `b${i}`, item: `own${i}`, customer, date: `2026-04-${day}` }),
  ];
}).flat();

test('a shop of orders is cut by customers, in the order of their first orders', async () => {
  const file = join(await makeScratchFolder(), 'orders.csv');
  await writeFile(file, `${OWN_HEADER}\n${LINES.join('\n')}\n`);
  const { merchant, judging, devices, everything, cases } = await readOrderShop(file);
  const own = [...merchant.dataset.baskets, ...judging].map(({ customer }) => customer);
  expect(new Set(own)).toEqual(new Set(['c0', 'c1', 'c2', 'c3']));
  expect(devices).toHaveLength(14);
  expect(devices.flat().map((event) => 'itemId' in event && event.itemId)).toEqual(
    expect.arrayContaining(['own4', 'own17']),
  );
  expect(new Set(cases.map(({ customer }) => customer))).toEqual(new Set(['c18', 'c19']));
  const times = everything.dataset.baskets.map(({ atMs }) => atMs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});
