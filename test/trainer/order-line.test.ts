import { expect, test } from 'vitest';
import type { DropReason } from '#trainer/drop-reason.ts';
import { findColumns } from '#trainer/order-columns.ts';
import { findConventions } from '#trainer/order-conventions.ts';
import { type LineRules, readOrderLine } from '#trainer/order-line.ts';
import { OWN_HEADER, ownLine, RETAIL_HEADER } from './import-fixture.ts';

function makeRules(headerText: string, more: Partial<LineRules> = {}): LineRules {
  const header = headerText.split(',');
  const columns = findColumns(header, { file: 'orders.csv', overrides: new Map(), hasCatalog: false });
  const conventions = findConventions(header[columns.item ?? -1] ?? '');
  return { file: 'orders.csv', header, columns, conventions, dateFormat: 'iso', ...more };
}

const RETAIL = makeRules(RETAIL_HEADER);
const OWN = makeRules(OWN_HEADER);
const read = (text: string, rules: LineRules) => readOrderLine({ line: 17, fields: text.split(',') }, rules);

test('a line is read into order, customer, item, title, time and price', () => {
  expect(read(' 536365 ,85123a, WHITE HEART ,6,2010-12-01 08:26:00,2.55, 17850 ,United Kingdom', RETAIL)).toEqual({
    kind: 'kept',
    line: {
      orderId: '536365',
      customer: '17850',
      itemId: '85123A',
      title: 'WHITE HEART',
      atMs: Date.UTC(2010, 11, 1, 8, 26),
      priceCents: 255,
    },
  });
});

test.each<[DropReason, string]>([
  ['cancellation', 'C536379,85123A,HEART,-1,2010-12-01 09:41:00,2.55,14527,UK'],
  ['missing-value', ',85123A,HEART,6,2010-12-01 08:26:00,2.55,17850,UK'],
  ['missing-value', '536365,,HEART,6,2010-12-01 08:26:00,2.55,17850,UK'],
  ['missing-value', '536365,85123A,HEART,,2010-12-01 08:26:00,2.55,17850,UK'],
  ['missing-value', '536365,85123A,HEART,6,,2.55,17850,UK'],
  ['missing-value', '536365,85123A,HEART,6,2010-12-01 08:26:00,,17850,UK'],
  ['return', '536365,85123A,HEART,-9600,2010-12-01 08:26:00,2.55,17850,UK'],
  ['return', '536365,85123A,HEART,0,2010-12-01 08:26:00,2.55,17850,UK'],
  ['zero-price', '536365,85123A,HEART,6,2010-12-01 08:26:00,0.0,17850,UK'],
  ['zero-price', '536365,85123A,HEART,6,2010-12-01 08:26:00,-2.55,17850,UK'],
  ['missing-customer', '536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,,UK'],
])('the reason %s drops the line %s', (reason, text) => {
  expect(read(text, RETAIL)).toEqual({ kind: 'dropped', reason });
});

test.each('POST DOT M m D C2 S B PADS CRUK AMAZONFEE gift_0001_20'.split(' ').concat('BANK CHARGES'))(
  'the code %s of Online Retail is not a product',
  (code) => {
    const text = `536365,${code},POSTAGE,6,2010-12-01 08:26:00,2.55,17850,UK`;
    expect(read(text, RETAIL)).toEqual({ kind: 'dropped', reason: 'not-a-product' });
  },
);

test.each([
  ['85123A', '85123A'],
  ['85123a', '85123A'],
  ['15056bl', '15056BL'],
  ['22423', '22423'],
  ['DCGS0003', 'DCGS0003'],
  ['DCGSSGIRL', 'DCGSSGIRL'],
])('the code %s of Online Retail is the product %s', (code, itemId) => {
  const fate = read(`536365,${code},HEART,6,2010-12-01 08:26:00,2.55,17850,UK`, RETAIL);
  expect(fate).toMatchObject({ kind: 'kept', line: { itemId } });
});

test.each([['POST'], ['1'], ['aB3'], ['käse 7/8']])('in our own layout the id %s stands for itself', (item) => {
  expect(read(ownLine({ item }), OWN)).toMatchObject({ kind: 'kept', line: { itemId: item } });
});

test('in our own layout an order id may start with C', () => {
  expect(read(ownLine({ order: 'C-1001' }), OWN).kind).toBe('kept');
});

test.each([
  [
    'price',
    { price: '12.50 €' },
    'unit_price: expected a price such as 12.50, came "12.50 €"; write prices with a decimal point and without a currency sign',
  ],
  ['quantity', { quantity: 'six' }, 'quantity: expected a number such as 6, came "six"'],
  ['date', { date: 'yesterday' }, 'ordered_at: expected a date such as 2010-12-01 08:26:00, came "yesterday"'],
  [
    'ambiguous date',
    { date: '12/01/2010 08:26' },
    'ordered_at: expected a date such as 2010-12-01 08:26:00, came "12/01/2010 08:26"; pass --date-format mdy or dmy',
  ],
  ['item id', { item: 'mug\u0007' }, 'item_id: expected an item id of 1–128 printable characters'],
  ['long item id', { item: 'm'.repeat(129) }, 'item_id: expected an item id of 1–128 printable characters'],
])('a wrong %s is refused with file, line and column', (_, fields, expected) => {
  expect(() => read(ownLine(fields), OWN)).toThrow(`orders.csv, line 17, column ${expected}`);
});

test('a wrong value on a line that is dropped anyway does no harm', () => {
  const text = 'C536379,85123A,HEART,-1,2010-12-01 09:41:00,"12.50 €",14527,UK';
  expect(read(text, RETAIL).kind).toBe('dropped');
});

test('with a catalog its ids decide what a product is', () => {
  const rules = { ...RETAIL, isInCatalog: (id: string) => id === 'POST' };
  expect(read('536365,POST,Poster,6,2010-12-01 08:26:00,2.55,17850,UK', rules).kind).toBe('kept');
  expect(read('536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850,UK', rules)).toEqual({
    kind: 'dropped',
    reason: 'not-in-catalog',
  });
});
