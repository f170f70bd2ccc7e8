import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readCatalogFile } from '#trainer/catalog-file.ts';
import { writeScratchFile } from './scratch-folder.ts';

async function read(content: unknown, currency?: string, name = 'catalog.json') {
  const text = typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content);
  const file = await writeScratchFile(name, text);
  return readCatalogFile({ file, encoding: 'utf-8', ...(currency === undefined ? {} : { currency }) });
}

const MUG = { sku: 'mug', name: 'Blue mug', price: 12.5 };

test('the sku dialect is read with categories, attributes, stock and picture', async () => {
  const { dialect, items } = await read([
    {
      sku: 'MT 05/b',
      name: ' Erikssen <b>Tank</b> ',
      description: '<p>Cocona&reg; performance</p>',
      price: 29.0,
      categories: ['Men/Tops/Tanks', 'Sale'],
      attributes: { material: 'Cotton|Nylon', activity: 'School\nYoga', sizes: ['S', 'M'], new: true, note: null },
      image: './images/MT 05.webp',
      stock: 3,
      variants: 15,
    },
  ]);
  expect(dialect).toBe('sku');
  expect(items).toEqual([
    {
      id: 'MT 05/b',
      title: 'Erikssen Tank',
      url: '/item/MT%2005%2Fb',
      imageUrl: '/pictures/images/MT%2005.webp',
      priceCents: 2900,
      currency: 'EUR',
      categories: ['Men/Tops/Tanks', 'Sale'],
      attributes: { material: 'Cotton|Nylon', activity: 'School|Yoga', sizes: 'S|M', new: 'true' },
      stock: 'low',
      description: 'Cocona® performance',
    },
  ]);
});

test('the eshop dialect is read with brand, type and its pictures', async () => {
  const entry = {
    Id: 17,
    Type: 'Climbing',
    Brand: 'Gravitator',
    Name: 'Summit Harness',
    Description: 'Light.',
    Price: 89.99,
  };
  const { dialect, items } = await read([entry], 'USD');
  expect(dialect).toBe('eshop');
  expect(items[0]).toEqual({
    id: '17',
    title: 'Summit Harness',
    url: '/item/17',
    imageUrl: '/pictures/pics/17.webp',
    priceCents: 8999,
    currency: 'USD',
    categories: ['Climbing'],
    attributes: { brand: 'Gravitator' },
    stock: 'in',
    description: 'Light.',
  });
});

test('what an import wrote can be imported again, unchanged', async () => {
  const { items } = await read([{ ...MUG, categories: ['Kitchen'], stock: 0, attributes: { color: 'blue' } }], 'SEK');
  const again = await read(items);
  expect(again).toEqual({ dialect: 'vitrine', items });
});

test.each([
  ['an array', JSON.stringify([MUG, { ...MUG, sku: 'vase' }]), 'catalog.json'],
  ['JSON lines', `${JSON.stringify(MUG)}\n${JSON.stringify({ ...MUG, sku: 'vase' })}\n`, 'catalog.json'],
  ['JSON lines by name', `${JSON.stringify(MUG)}\n\n${JSON.stringify({ ...MUG, sku: 'vase' })}`, 'catalog.jsonl'],
  ['gzip', gzipSync(JSON.stringify([MUG, { ...MUG, sku: 'vase' }])), 'catalog.json.gz'],
])('a catalog may come as %s', async (_, content, name) => {
  expect((await read(content, undefined, name)).items.map(({ id }) => id)).toEqual(['mug', 'vase']);
});

test.each([
  [0, 'out'],
  [-2, 'out'],
  [1, 'low'],
  [5, 'low'],
  [6, 'in'],
  [undefined, 'in'],
  ['low', 'low'],
])('stock %j is %s', async (stock, expected) => {
  expect((await read([{ ...MUG, stock }])).items[0]?.stock).toBe(expected);
});

test.each([
  [undefined, '/pictures/mug.svg'],
  ['', '/pictures/mug.svg'],
  ['images/m.webp', '/pictures/images/m.webp'],
  ['/media/m.webp', '/media/m.webp'],
  ['https://cdn.example/m.webp', 'https://cdn.example/m.webp'],
])('the picture %j is at %s', async (image, expected) => {
  expect((await read([{ ...MUG, image }])).items[0]?.imageUrl).toBe(expected);
});

test.each<[string, unknown, string]>([
  [
    'a price with a comma and a sign',
    [MUG, { ...MUG, sku: 'b', price: '12,50 €' }],
    'entry 2, field price: expected a price such as 12.50, came "12,50 €"; write prices with a decimal point and without a currency sign',
  ],
  ['a negative price', [{ ...MUG, price: -12.5 }], 'entry 1, field price: expected a price such as 12.50, came -12.5'],
  [
    'no price',
    [{ sku: 'mug', name: 'Blue mug' }],
    'entry 1, field price: expected a price such as 12.50, came nothing',
  ],
  ['a price that is an object', [{ ...MUG, price: { EUR: 12 } }], 'entry 1, field price: expected a price'],
  [
    'an empty title',
    [{ ...MUG, name: '  ' }],
    'entry 1, field name: expected a text that is not empty, came "  "; fill it in',
  ],
  ['a title of tags only', [{ ...MUG, name: '<b></b>' }], 'entry 1, field name: expected a text that is not empty'],
  ['an overlong title', [{ ...MUG, name: 'm'.repeat(501) }], 'entry 1, field name: expected at most 500 characters'],
  [
    'a missing id',
    [MUG, { name: 'Vase', price: 40 }],
    'entry 2, field sku: expected a text that is not empty, came nothing',
  ],
  [
    'an id twice',
    [MUG, { ...MUG, sku: 'b' }, MUG],
    'entry 3, field sku: expected an id of its own, not that of entry 1, came "mug"',
  ],
  [
    'an id that cannot be printed',
    [{ ...MUG, sku: 'mug\u0007' }],
    'entry 1, field sku: expected 1–128 printable characters',
  ],
  ['an overlong id', [{ ...MUG, sku: 'm'.repeat(129) }], 'entry 1, field sku: expected 1–128 printable characters'],
  [
    'a picture outside its folder',
    [{ ...MUG, image: '../secret.png' }],
    'entry 1, field image: expected an http(s) address or a path inside the catalog folder',
  ],
  [
    'a picture that is a script',
    [{ ...MUG, image: 'javascript:alert(1)' }],
    'entry 1, field image: expected an http(s) address',
  ],
  [
    'a page that is a script',
    [{ id: 'a', title: 'A', price: 3, url: 'javascript:alert(1)' }],
    'entry 1, field url: expected an http(s) address',
  ],
  [
    'a currency in small letters',
    [{ id: 'a', title: 'A', price: 3, currency: 'eur' }],
    'entry 1, field currency: expected a currency such as EUR',
  ],
  [
    'stock in words',
    [{ ...MUG, stock: 'plenty' }],
    'entry 1, field stock: expected a number of units, or in, low or out, came "plenty"',
  ],
  [
    'attributes in a list',
    [{ ...MUG, attributes: ['blue'] }],
    'entry 1, field attributes: expected an object of attributes',
  ],
  [
    'categories that are no texts',
    [{ ...MUG, categories: [7] }],
    'entry 1, field categories: expected a list of texts',
  ],
  ['an object instead of an array', { products: [MUG] }, 'came an object; export the products as one array'],
  ['a text instead of an array', '"mug"', 'came a string'],
  ['an entry that is no object', [MUG, 'vase'], 'entry 2: expected an object, came a string'],
  ['no items', [], 'came none; export the catalog again'],
  [
    'fields that are not known',
    [{ code: 'mug', label: 'Mug' }],
    'entry 1: expected fields "sku, name, price", or "Id, Name, Price", or "id, title, price", came "code, label"',
  ],
  ['text that is no JSON', '[{"sku": "mug",]', 'expected JSON in'],
])('a catalog with %s is refused with file, entry and field', async (_, content, expected) => {
  const failed = read(content);
  await expect(failed).rejects.toThrow(expected);
  await expect(failed).rejects.toThrow('catalog.json');
});

test.each([
  ['a date', '2011-08-01', Date.UTC(2011, 7, 1)],
  ['a time as Magento writes it', '2011-08-01 12:30:00', Date.UTC(2011, 7, 1, 12, 30)],
  ['milliseconds since 1970', Date.UTC(2011, 7, 1), Date.UTC(2011, 7, 1)],
  ['nothing', '', undefined],
])('the day an item came into the shop is read from %s', async (_, text, addedAtMs) => {
  const { items } = await read([{ ...MUG, created_at: text }]);
  expect(items[0]?.addedAtMs).toBe(addedAtMs);
  const own = await read([{ id: 'mug', title: 'Mug', price: 3, added: text }]);
  expect(own.items[0]?.addedAtMs).toBe(addedAtMs);
});

test.each([
  ['that is none', 'last summer', '"last summer"'],
  ['in seconds', 1312156800, '1312156800'],
])('a day %s is refused', async (_, created_at, came) => {
  await expect(read([{ ...MUG, created_at }])).rejects.toThrow(
    `entry 1, field created_at: expected a date such as 2011-08-01, or milliseconds since 1970, came ${came}; correct the entry`,
  );
});
