import { expect, test } from 'vitest';
import { findColumns, type OrderColumn, parseColumnOptions } from '#trainer/order-columns.ts';
import { OWN_HEADER, RETAIL_HEADER } from './import-fixture.ts';

function find(header: string, overrides: readonly (readonly [OrderColumn, string])[] = [], hasCatalog = false) {
  return findColumns(header.split(','), { file: 'orders.csv', overrides: new Map(overrides), hasCatalog });
}

const IN_ORDER = { order: 0, item: 1, title: 2, quantity: 3, date: 4, price: 5, customer: 6 };

test.each([
  ['the Online Retail layout', RETAIL_HEADER, IN_ORDER],
  ['our own layout', OWN_HEADER, IN_ORDER],
  ['upper-case names', RETAIL_HEADER.toUpperCase(), IN_ORDER],
  [
    'the second edition of Online Retail',
    'Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID',
    IN_ORDER,
  ],
  [
    'columns in another order among others',
    'customer_id,note,unit_price,ordered_at,quantity,title,item_id,order_id',
    { order: 7, item: 6, title: 5, quantity: 4, date: 3, price: 2, customer: 0 },
  ],
])('columns are found by name in %s', (_, header, expected) => {
  expect(find(header)).toEqual(expected);
});

test('an override names a column that is not known, and wins over one that is', () => {
  const header = `${OWN_HEADER},Artikel,Nummer`;
  expect(
    find(header, [
      ['title', 'artikel'],
      ['item', 'Nummer'],
    ]),
  ).toEqual({ ...IN_ORDER, title: 7, item: 8 });
});

test('a missing column is refused with the names looked for and the columns there are', () => {
  expect(() => find('InvoiceNo,StockCode,Description,Quantity,InvoiceDate,Preis,CustomerID')).toThrow(
    'expected a column unit_price or UnitPrice or Price for the price in orders.csv, came "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "Preis", "CustomerID"; name it with --column price=NAME',
  );
});

test('an override that names no column of the file is refused', () => {
  expect(() => find(OWN_HEADER, [['title', 'Artikel']])).toThrow('expected a column Artikel for the title');
});

test('with a catalog, titles and prices may be missing and nothing else', () => {
  expect(find('order_id,item_id,quantity,ordered_at,customer_id', [], true)).toEqual({
    order: 0,
    item: 1,
    quantity: 2,
    date: 3,
    customer: 4,
  });
  expect(() => find('order_id,item_id,quantity,ordered_at', [], true)).toThrow('for the customer');
});

test('column options are read as key and name, and a name may hold an equals sign', () => {
  expect([...parseColumnOptions(['title=Description', 'price = a=b '])]).toEqual([
    ['title', 'Description'],
    ['price', 'a=b'],
  ]);
});

test.each([['titel=Description'], ['title'], ['title='], ['=Description']])(
  'the column option %j is refused',
  (option) => {
    expect(() => parseColumnOptions([option])).toThrow(
      /^expected --column KEY=NAME with KEY one of order, item, .*, came /,
    );
  },
);
