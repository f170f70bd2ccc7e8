import { expect, test } from 'vitest';
import { ALL_PRODUCTS } from '#demo-shop/catalog/all-products.ts';
import { writeOrdersCsv } from '#demo-shop/orders-csv.ts';
import { type OrderLine, simulateOrders } from '#demo-shop/simulate-orders.ts';

const SEED = 20261031;
const LINES = simulateOrders(ALL_PRODUCTS, SEED);
const NAMES = new Map(ALL_PRODUCTS.map(({ sku, name }) => [sku, name.toLowerCase()]));
const ORDERS = [...Map.groupBy(LINES, ({ orderId }) => orderId).values()];
const CUSTOMERS = [...Map.groupBy(LINES, ({ customerId }) => customerId).values()];

test('the same seed gives the same lines and another seed gives others', () => {
  expect(simulateOrders(ALL_PRODUCTS, SEED)).toEqual(LINES);
  expect(simulateOrders(ALL_PRODUCTS, SEED + 1)).not.toEqual(LINES);
});

test('1,500 customers order 12,000 to 20,000 lines over nine months that end on 2026-10-31', () => {
  expect(CUSTOMERS).toHaveLength(1500);
  expect(LINES.length).toBeGreaterThanOrEqual(12_000);
  expect(LINES.length).toBeLessThanOrEqual(20_000);
  expect(LINES[0]?.orderedAt).toMatch(/^2026-02-0[1-3] \d\d:\d\d:\d\d$/);
  expect(LINES.at(-1)?.orderedAt).toMatch(/^2026-10-31 \d\d:\d\d:\d\d$/);
});

test('lines are in order of time, and an order is one moment of one customer without repeated products', () => {
  expect(LINES.map(({ orderedAt }) => orderedAt)).toEqual(LINES.map(({ orderedAt }) => orderedAt).toSorted());
  for (const lines of ORDERS) {
    expect(new Set(lines.map(({ customerId, orderedAt }) => `${customerId} ${orderedAt}`)).size).toBe(1);
    expect(new Set(lines.map(({ itemId }) => itemId)).size).toBe(lines.length);
  }
});

test('every line names a product of the range, at its price or at 15 percent off', () => {
  const productBySku = new Map(ALL_PRODUCTS.map((product) => [product.sku, product]));
  const discounts = new Set<number>();
  for (const { itemId, title, unitPrice, quantity } of LINES) {
    const product = productBySku.get(itemId);
    expect(title).toBe(product?.name);
    expect(Number.isInteger(quantity) && quantity >= 1).toBe(true);
    discounts.add(Math.round((1 - unitPrice / (product?.price ?? 0)) * 100));
  }
  expect([...discounts].toSorted((a, b) => a - b)).toEqual([0, 15]);
});

test('a lantern and tea lights share an order at least three times as often as chance would have it', () => {
  expect(liftOf(/lantern/, /^(?!.*(holder|glass)).*tea lights/)).toBeGreaterThan(3);
});

test('products without a rule between them do not attract each other', () => {
  expect(liftOf(/cushion/, /secateurs|trowel/)).toBeLessThan(1.5);
});

test('popularity is skewed: the best fifth of the range sells at least twice its share', () => {
  const counts = ALL_PRODUCTS.map(({ sku }) => LINES.filter(({ itemId }) => itemId === sku).length).toSorted(
    (a, b) => b - a,
  );
  const best = counts.slice(0, Math.ceil(counts.length / 5)).reduce((sum, count) => sum + count, 0);
  expect(best / LINES.length).toBeGreaterThan(0.4);
});

test('customers have tastes: their favorite category holds far more of their lines than of the shop', () => {
  const regulars = CUSTOMERS.filter((lines) => lines.length >= 10);
  expect(regulars.length).toBeGreaterThan(200);
  const meanFavoriteShare = regulars.reduce((sum, lines) => sum + favoriteShare(lines), 0) / regulars.length;
  expect(meanFavoriteShare).toBeGreaterThan(2 * favoriteShare(LINES));
});

test('the season drifts: Christmas goods sell at least three times better in October than in July', () => {
  const isChristmas = new Set(
    ALL_PRODUCTS.filter(({ attributes }) => attributes.occasion === 'Christmas').map(({ sku }) => sku),
  );
  const shareIn = (month: string): number => {
    const lines = LINES.filter(({ orderedAt }) => orderedAt.startsWith(month));
    return lines.filter(({ itemId }) => isChristmas.has(itemId)).length / lines.length;
  };
  expect(shareIn('2026-10')).toBeGreaterThan(3 * shareIn('2026-07'));
});

test('candles and cards are bought again by the same customer, lamps hardly ever', () => {
  expect(repeatShare(/tea lights|candles/)).toBeGreaterThan(4 * repeatShare(/lamp\b|clock|mirror/));
});

test('the file has the agreed header and quotes what needs it', () => {
  const line: OrderLine = {
    orderId: 'S7',
    itemId: 'CAN-02',
    title: 'Tea Lights, "plain"',
    quantity: 3,
    orderedAt: '2026-03-04 05:06:07',
    unitPrice: 9.5,
    customerId: 'C0042',
  };
  expect(writeOrdersCsv([line])).toBe(
    'order_id,item_id,title,quantity,ordered_at,unit_price,customer_id\n' +
      'S7,CAN-02,"Tea Lights, ""plain""",3,2026-03-04 05:06:07,9.50,C0042\n',
  );
});

/** Orders with both, over what independence would give. */
function liftOf(one: RegExp, other: RegExp): number {
  const has = (lines: readonly OrderLine[], name: RegExp): boolean =>
    lines.some(({ itemId }) => name.test(NAMES.get(itemId) ?? ''));
  const numOne = ORDERS.filter((lines) => has(lines, one)).length;
  const numOther = ORDERS.filter((lines) => has(lines, other)).length;
  const numBoth = ORDERS.filter((lines) => has(lines, one) && has(lines, other)).length;
  return (numBoth * ORDERS.length) / (numOne * numOther);
}

function favoriteShare(lines: readonly OrderLine[]): number {
  const byCategory = Map.groupBy(lines, ({ itemId }) => itemId.slice(0, 3));
  return Math.max(...[...byCategory.values()].map(({ length }) => length)) / lines.length;
}

/** Share of matching lines whose customer had bought the same product before. */
function repeatShare(name: RegExp): number {
  const lines = LINES.filter(({ itemId }) => name.test(NAMES.get(itemId) ?? ''));
  const distinct = new Set(lines.map(({ customerId, itemId }) => `${customerId} ${itemId}`));
  return 1 - distinct.size / lines.length;
}
