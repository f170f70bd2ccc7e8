import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeItem, makeShop, readDataBlock } from './shop-fixture.ts';

const POLICY =
  "default-src 'self'; script-src 'self' https://edge.example 'wasm-unsafe-eval'; connect-src 'self' https://edge.example; " +
  "worker-src blob:; img-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const mugs = Array.from({ length: 50 }, (_, index) => makeItem({ id: `mug-${index}` }));
const shop = makeShop([...mugs, makeItem({ id: 'pot-1', title: 'Clay Pot', categories: ['Garden'] })]);

test.each([
  ['/', 200],
  ['/category/kitchen', 200],
  ['/category/kitchen-mugs-cups', 200],
  ['/category/kitchen-mugs-cups?page=2', 200],
  ['/category/kitchen-mugs-cups?page=3', 404],
  ['/category/kitchen-mugs-cups?page=0', 404],
  ['/category/kitchen-mugs-cups?page=1.5', 404],
  ['/category/kitchen-mugs-cups?page=x', 404],
  ['/category/all-items', 200],
  ['/category/nothing', 404],
  ['/item/mug-7', 200],
  ['/item/mug-77', 404],
  ['/search', 200],
  ['/search?q=clay', 200],
  ['/search?q=no-such-thing', 200],
  ['/cart', 200],
  ['/thanks', 200],
  ['/privacy', 200],
  ['/pictures/mug-7.svg', 200],
  ['/pictures/mug-77.svg', 404],
  ['/pictures/%E0%A4%A', 404],
  ['/assets/main-1a2b.js', 200],
  ['/assets/other.js', 404],
  ['/nowhere', 404],
])('GET %s answers %i with the strict content policy', async (path, status) => {
  const response = await shop.request(path);
  expect(response.status).toBe(status);
  expect(response.headers.get('Content-Security-Policy')).toBe(POLICY);
  expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(response.headers.get('Referrer-Policy')).toBe('strict-origin-when-cross-origin');
});

test('a shop without WebAssembly has the same policy less that one word', async () => {
  const response = await makeShop(mugs, { allowWasm: false }).request('/');
  expect(response.headers.get('Content-Security-Policy')).toBe(POLICY.replace(" 'wasm-unsafe-eval'", ''));
});

test.each(['/', '/item/mug-7', '/search?q=clay', '/cart', '/thanks', '/privacy', '/nowhere'])(
  '%s carries the pasted tag exactly once and runs no inline script or style',
  async (path) => {
    const page = await (await shop.request(path)).text();
    const tag =
      '<script async crossorigin referrerpolicy="no-referrer" src="https://edge.example/vitrine.js" data-vitrine-shop="test-shop" data-vitrine-key="KEY_7" data-vitrine-helper-key="HELPER_9" data-vitrine-consent="persistent"></script>';
    expect(page.split(tag)).toHaveLength(2);
    const scripts = page.match(/<script[^>]*>/g) ?? [];
    expect(scripts.filter((script) => !/ src="| type="application\/(ld\+)?json"/.test(script))).toEqual([]);
    expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
  },
);

test.each([
  ['/', 'for-you'],
  ['/', 'trending'],
  ['/item/mug-7', 'similar'],
  ['/cart', 'for-you'],
])('%s has a shelf of kind %s with eight of the shop’s own links inside', async (path, kind) => {
  const page = await (await shop.request(path)).text();
  const inside = new RegExp(`<vitrine-shelf kind="${kind}" heading="[^"]+">(.*?)</vitrine-shelf>`, 's').exec(page)?.[1];
  expect(inside?.match(/<a href="\/item\/[^"]+">/g)).toHaveLength(8);
});

test('the privacy page has the panel', async () => {
  expect(await (await shop.request('/privacy')).text()).toContain('<vitrine-privacy></vitrine-privacy>');
});

test('a listing shows 48 items a page and the rest on the next', async () => {
  const countCards = async (path: string): Promise<number | undefined> =>
    (await (await shop.request(path)).text()).match(/class="product-card"/g)?.length;
  expect(await countCards('/category/kitchen')).toBe(48);
  expect(await countCards('/category/kitchen?page=2')).toBe(2);
});

test('a catalog without categories still has a home page, shelves and a paged list of everything', async () => {
  const plain = makeShop(mugs.map((item) => ({ ...item, categories: [], attributes: {}, description: '' })));
  const home = await (await plain.request('/')).text();
  expect(home).not.toContain('Shop by category');
  expect(home.match(/<vitrine-shelf/g)).toHaveLength(2);
  expect((await plain.request('/category/all-items?page=2')).status).toBe(200);
  expect((await plain.request('/item/mug-7')).status).toBe(200);
});

test('a product page describes the product to search engines and to the shop’s own script', async () => {
  const item = makeItem({ id: 'cup-3', title: 'Tall Cup', priceCents: 1905, currency: 'GBP', stock: 'low' });
  const page = await (await makeShop([item]).request('https://shop.example/item/cup-3')).text();
  expect(readDataBlock(page, 'application/ld\\+json')).toMatchObject({
    '@type': 'Product',
    '@id': 'https://shop.example/item/cup-3',
    sku: 'cup-3',
    name: 'Tall Cup',
    image: 'https://shop.example/pictures/cup-3.svg',
    offers: { price: '19.05', priceCurrency: 'GBP', availability: 'https://schema.org/LimitedAvailability' },
  });
  expect(readDataBlock(page, 'application/json')).toEqual({
    kind: 'item',
    item: {
      id: 'cup-3',
      title: 'Tall Cup',
      url: '/item/cup-3',
      imageUrl: '/pictures/cup-3.svg',
      priceCents: 1905,
      currency: 'GBP',
    },
  });
});

test('a product that is sold out cannot be added to the cart', async () => {
  const page = await (await makeShop([makeItem({ id: 'gone-1', stock: 'out' })]).request('/item/gone-1')).text();
  expect(page).toMatch(/<button[^>]*data-add-to-cart disabled>/);
  expect(await (await shop.request('/item/mug-7')).text()).toMatch(/<button[^>]*data-add-to-cart>/);
});

describe('hostile catalog text', () => {
  const hostile = '</script><!--"\'><img src=x onerror=alert(1)>&amp;';
  const item = makeItem({
    id: 'evil-1',
    title: hostile,
    description: hostile,
    categories: [`${hostile}`],
    attributes: { [hostile]: hostile },
  });
  const evil = makeShop([item, makeItem({ id: 'good-2' })]);

  test.each(['/', '/category/all-items', '/item/evil-1', '/item/good-2', '/search?q=onerror', '/cart'])(
    'is text and nothing else on %s',
    async (path) => {
      const page = await (await evil.request(path)).text();
      expect(page).toContain('onerror=alert(1)');
      expect(page).not.toContain('<img src=x');
      expect(page).not.toContain('<!--');
      expect(page).not.toContain('</script><');
    },
  );

  test('stays whole inside the structured data', async () => {
    const page = await (await evil.request('/item/evil-1')).text();
    expect(readDataBlock(page, 'application/ld\\+json')).toMatchObject({ name: hostile, description: hostile });
  });

  test('is text when it comes in a search', async () => {
    const page = await (await evil.request(`/search?q=${encodeURIComponent(hostile)}`)).text();
    expect(page).not.toContain('<img src=x');
    expect(readDataBlock(page, 'application/json')).toEqual({ kind: 'search', query: hostile });
  });
});

describe('pictures', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shop-pictures-'));
    await writeFile(join(folder, 'mug.webp'), 'a photo');
    await writeFile(join(folder, 'note.txt'), 'not a photo');
    await writeFile(`${folder}-secret.webp`, 'out of bounds');
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await rm(`${folder}-secret.webp`);
  });

  test('a photo in the folder is served with its type and may be cached', async () => {
    const response = await makeShop(mugs, { picturesFolder: folder }).request('/pictures/mug.webp');
    expect(await response.text()).toBe('a photo');
    expect(response.headers.get('Content-Type')).toBe('image/webp');
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=604800');
  });

  test('a product without a photo gets its drawing', async () => {
    const response = await makeShop(mugs, { picturesFolder: folder }).request('/pictures/mug-7.svg');
    expect(response.headers.get('Content-Type')).toBe('image/svg+xml');
    expect(await response.text()).toMatch(/^<svg .*<\/svg>$/s);
  });

  test.each([
    (name: string) => `..%2f${name}-secret.webp`,
    (name: string) => `%2e%2e%2f${name}-secret.webp`,
    (name: string) => `x%2f..%2f..%2f${name}-secret.webp`,
    () => encodeURIComponent(`${folder}-secret.webp`), // an absolute path
    () => 'mug.webp%00.webp',
    () => 'note.txt',
    () => 'absent.webp',
    () => '',
  ])('no address reaches beyond the photos of the folder: %#', async (address) => {
    const name = folder.split('/').at(-1) ?? '';
    const response = await makeShop(mugs, { picturesFolder: folder }).request(`/pictures/${address(name)}`);
    expect(response.status).toBe(404);
  });
});
