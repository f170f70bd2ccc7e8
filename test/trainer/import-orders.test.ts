import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readDataset } from '#trainer/dataset.ts';
import { importOrders } from '#trainer/import-orders.ts';
import { InputError } from '#trainer/input-error.ts';
import { importLines, OWN_HEADER, openScratchWorkspace, ownLine, RETAIL_HEADER } from './import-fixture.ts';
import { readFolder, writeScratchFile } from './scratch-folder.ts';

const RETAIL_LINES = [
  RETAIL_HEADER,
  '536365,85123A,WHITE HANGING HEART,6,2010-12-03 08:26:00,2.55,17850,United Kingdom',
  '536365,71053,WHITE METAL LANTERN,6,2010-12-03 08:26:00,3.39,17850,United Kingdom',
  '536365,85123a,WHITE HANGING HEART,2,2010-12-03 08:26:00,2.95,17850,United Kingdom',
  '536365,POST,POSTAGE,1,2010-12-03 08:26:00,18.00,17850,United Kingdom',
  'C536379,71053,WHITE METAL LANTERN,-1,2010-12-01 09:41:00,3.39,14527,United Kingdom',
  '536380,71053,damaged,-20,2010-12-01 09:42:00,0.0,,United Kingdom',
  '536381,71053,,20,2010-12-01 09:43:00,0.0,,United Kingdom',
  '536382,71053,WHITE METAL LANTERN,5,2010-12-01 09:45:00,3.75,13047,France',
  '536383,22423,REGENCY CAKESTAND,5,2010-12-02 09:45:00,12.75,,France',
];

test('an import of orders writes items, baskets by time, and a report in which every line is accounted for', async () => {
  const workspace = await openScratchWorkspace();
  const report = await importLines(RETAIL_LINES, workspace);
  expect(report).toEqual({
    kind: 'orders',
    file: 'orders.csv',
    layout: 'online-retail',
    numLinesRead: 9,
    numLinesKept: 3,
    numDroppedByReason: {
      cancellation: 1,
      'missing-value': 0,
      'not-a-product': 1,
      return: 1,
      'zero-price': 1,
      'missing-customer': 1,
      'not-in-catalog': 0,
      'repeated-item': 1,
    },
    numItems: 2,
    numItemsOrdered: 2,
    hasCatalogFile: false,
    numItemsNotInCatalog: 0,
    numBaskets: 2,
    numSingleItemBaskets: 1,
    numCustomers: 2,
    firstOrderAt: '2010-12-01T09:45:00.000Z',
    lastOrderAt: '2010-12-03T08:26:00.000Z',
  });
  const { items, baskets } = await readDataset(workspace);
  // By id: in the order of the file, rows would tell what was first ordered together.
  expect(items.map(({ id, title, priceCents, currency }) => [id, title, priceCents, currency])).toEqual([
    ['71053', 'White Metal Lantern', 357, 'GBP'],
    ['85123A', 'White Hanging Heart', 275, 'GBP'],
  ]);
  expect(baskets).toEqual([
    { customer: '13047', orderId: '536382', atMs: Date.UTC(2010, 11, 1, 9, 45), rows: [0] },
    { customer: '17850', orderId: '536365', atMs: Date.UTC(2010, 11, 3, 8, 26), rows: [1, 0] },
  ]);
});

test('the same file imported twice leaves the same bytes', async () => {
  const [first, second] = [await openScratchWorkspace(), await openScratchWorkspace()];
  await importLines(RETAIL_LINES, first);
  await importLines(RETAIL_LINES, second);
  expect(await readFolder(first.dir)).toEqual(await readFolder(second.dir));
});

test('prices are euros in our own layout, or what is asked for', async () => {
  const workspace = await openScratchWorkspace();
  await importLines([OWN_HEADER, ownLine()], workspace);
  expect((await readDataset(workspace)).items[0]?.currency).toBe('EUR');
  await importLines([OWN_HEADER, ownLine()], workspace, { currency: 'SEK' });
  expect((await readDataset(workspace)).items[0]?.currency).toBe('SEK');
});

test('columns with other names and dates in another format are read when named', async () => {
  const workspace = await openScratchWorkspace();
  const header = OWN_HEADER.replace('title', 'Artikel').replace(',unit_price', ';unit_price').replaceAll(',', ';');
  const line = ownLine({ date: '14.03.2026 15:09', title: 'Becher' }).replaceAll(',', ';');
  await importLines([header, line], workspace, { columnNames: new Map([['title', 'Artikel']]), dateFormat: 'dmy' });
  const { items, baskets } = await readDataset(workspace);
  expect(items[0]?.title).toBe('Becher');
  expect(baskets[0]?.atMs).toBe(Date.UTC(2026, 2, 14, 15, 9));
});

const CATALOG = [
  { sku: 'vase', name: 'Tall vase', price: 40, stock: 3 },
  { sku: 'mug', name: 'Mug from the catalog', price: 9.5, categories: ['Kitchen/Mugs'], stock: 12 },
];

test('a catalog beside the orders gives titles, prices and rows, and decides which items there are', async () => {
  const workspace = await openScratchWorkspace();
  const catalogFile = await writeScratchFile('catalog.json', JSON.stringify(CATALOG));
  const lines = [OWN_HEADER, ownLine(), ownLine({ item: 'old' }), ownLine({ item: 'old' }), ownLine({ item: 'older' })];
  const report = await importLines(lines, workspace, { catalogFile });
  expect(report).toMatchObject({ numItems: 2, numItemsOrdered: 1, numItemsNotInCatalog: 2, numLinesKept: 1 });
  expect(report.numDroppedByReason['not-in-catalog']).toBe(3);
  const { items, baskets } = await readDataset(workspace);
  expect(items.map(({ id, title, priceCents, stock }) => [id, title, priceCents, stock])).toEqual([
    ['vase', 'Tall vase', 4000, 'low'],
    ['mug', 'Mug from the catalog', 950, 'in'],
  ]);
  expect(baskets.map(({ rows }) => rows)).toEqual([[1]]);
});

test('with a catalog, an order file needs neither titles nor prices', async () => {
  const workspace = await openScratchWorkspace();
  const catalogFile = await writeScratchFile('catalog.json', JSON.stringify(CATALOG));
  const header = 'order_id,item_id,quantity,ordered_at,customer_id';
  const report = await importLines([header, 'o7,mug,2,2026-03-14,ann'], workspace, { catalogFile });
  expect(report).toMatchObject({ numLinesKept: 1, numBaskets: 1 });
});

test.each<[string, string[], string]>([
  [
    'a price with a comma and a sign',
    [OWN_HEADER, ownLine(), ownLine({ price: '"12,50 €"' })],
    'line 3, column unit_price: expected a price',
  ],
  ['a missing column', ['order_id,item_id', 'o7,mug'], 'expected a column title or Description for the title'],
  [
    'a line with a field too many',
    [OWN_HEADER, `${ownLine()},more`],
    'line 2: expected as many fields as the header has',
  ],
  ['only a header', [OWN_HEADER], 'came only a header'],
  ['nothing', [], 'came an empty file'],
  ['a date that could be two', [OWN_HEADER, ownLine({ date: '01/02/2026' })], 'pass --date-format mdy or dmy'],
  [
    'no usable line',
    [OWN_HEADER, ownLine({ quantity: '-2' }), ownLine({ quantity: '-2' }), ownLine({ customer: '' })],
    'came 3 lines of which none is left: 2 × return (quantity 0 or below), 1 × customer missing',
  ],
])('an order file with %s is refused and the import before it stays as it was', async (_, lines, expected) => {
  const workspace = await openScratchWorkspace();
  await importLines([OWN_HEADER, ownLine()], workspace);
  const before = await readFolder(workspace.dir);
  const failed = importLines(lines, workspace);
  await expect(failed).rejects.toThrow(InputError);
  await expect(failed).rejects.toThrow(expected);
  expect(await readFolder(workspace.dir)).toEqual(before);
});

const PACKED = gzipSync([OWN_HEADER, ...Array.from({ length: 200 }, (_, n) => ownLine({ order: `o${n}` }))].join('\n'));

test.each<[string, string, Uint8Array, string]>([
  [
    'in another encoding than UTF-8',
    'orders.csv',
    Buffer.from(`${OWN_HEADER}\n${ownLine()}\n${ownLine({ title: 'Café mug' })}\n`, 'latin1'),
    'came other bytes at line 3',
  ],
  ['in a gzip that stops early', 'orders.csv.gz', PACKED.subarray(0, -12), 'the gzip data stops before its end'],
  ['in a broken gzip', 'orders.csv.gz', Buffer.from(PACKED).fill(0x55, 30, 60), 'the gzip data is broken'],
])('an order file %s is refused and the import before it stays as it was', async (_, name, bytes, expected) => {
  const workspace = await openScratchWorkspace();
  await importLines([OWN_HEADER, ownLine()], workspace);
  const before = await readFolder(workspace.dir);
  const file = await writeScratchFile(name, bytes);
  const failed = importOrders({ file, encoding: 'utf-8', columnNames: new Map(), dateFormat: 'iso' }, workspace);
  await expect(failed).rejects.toThrow(InputError);
  await expect(failed).rejects.toThrow(expected);
  expect(await readFolder(workspace.dir)).toEqual(before);
});
