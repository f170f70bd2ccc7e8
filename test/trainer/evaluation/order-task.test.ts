import { describe, expect, test } from 'vitest';
import { orderTask } from '#trainer/evaluation/order-task.ts';
import { InputError } from '#trainer/input-error.ts';
import { latestOrders } from '#trainer/latest-orders.ts';
import { basket, DAY_MS, datasetOf, START_MS } from '../dataset-fixture.ts';

const BASKETS = Array.from({ length: 40 }, (_, day) =>
  basket(`c${day % 6}`, day % 5 === 0 ? [day % 7] : [day % 7, 7 + (day % 3)], day),
);
const DATASET = datasetOf(10, BASKETS);
const taskFrom = (day: number, dataset = DATASET) =>
  orderTask(dataset, { file: 'orders/shop.csv', testFromMs: START_MS + day * DAY_MS });

describe('a task of orders', () => {
  const task = taskFrom(30);

  test('is known by the file’s name', () => {
    expect(task).toMatchObject({ dataset: 'shop.csv', protocol: 'orders', excludesSeen: false });
  });

  test('knows nothing from the date on', () => {
    expect(task.known.baskets).toEqual(BASKETS.slice(0, 30));
    expect(task.known.items.map(({ id }) => id)).toEqual(DATASET.items.map(({ id }) => id));
    for (const { atMs } of task.selection.before) expect(atMs).toBeLessThan(START_MS + 30 * DAY_MS);
  });

  test('asks every later order of two items for its second half, given what the customer ordered before', () => {
    const tested = BASKETS.slice(30).filter(({ rows }) => rows.length === 2);
    expect(task.cases.map(({ customer, targets }) => [customer, targets])).toEqual(
      tested.map(({ customer, rows }) => [customer, rows.slice(1)]),
    );
    const [first] = tested as [(typeof tested)[0]];
    const own = BASKETS.filter(({ customer, atMs }) => customer === first.customer && atMs < first.atMs);
    const before = own.flatMap(({ rows }) => rows.map((row) => `item-${row}`));
    expect(task.cases[0]?.events.map((event) => event.kind !== 'search' && event.itemId)).toEqual([
      ...before,
      `item-${first.rows[0]}`,
    ]);
  });

  test('makes its choices on the latest of what it knows', () => {
    expect(task.selection).toEqual(latestOrders(task.known));
    expect(task.selection.cases.length).toBeGreaterThan(0);
  });

  test.each<[string, number, string]>([
    ['before all orders', -3, 'got 0 orders before and 32 such baskets of 40 after 2023-11-11;'],
    ['after all orders', 90, 'got 40 orders before and 0 such baskets of 0 after 2024-02-12;'],
  ])('is refused with a date %s', (_, day, message) => {
    expect(() => taskFrom(day)).toThrow(InputError);
    expect(() => taskFrom(day)).toThrow(message);
    expect(() => taskFrom(day)).toThrow('the orders run from 2023-11-14 to 2023-12-23');
  });

  test('is refused where every later order is of a single item', () => {
    const single = datasetOf(
      10,
      BASKETS.map((each, day) => (day < 30 ? each : { ...each, rows: [4] })),
    );
    expect(() => taskFrom(30, single)).toThrow('got 30 orders before and 0 such baskets of 10 after');
  });
});
