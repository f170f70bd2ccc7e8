import { createShopApp, type ShopAppOptions } from '#demo-shop/shop-app.ts';
import { indexCatalog } from '#demo-shop/shop-catalog.ts';
import type { ShopItem } from '#demo-shop/shop-item.ts';

/** A product with everything filled in; `changes` replaces what a test is about. */
export function makeItem(changes: Partial<ShopItem> & { readonly id: string }): ShopItem {
  return {
    title: `Product ${changes.id}`,
    description: 'Made to be tested.',
    url: `/item/${changes.id}`,
    imageUrl: `/pictures/${changes.id}.svg`,
    priceCents: 1250,
    currency: 'EUR',
    categories: ['Kitchen/Mugs & Cups'],
    attributes: { color: 'blue' },
    stock: 'in',
    ...changes,
  };
}

/** A shop over the given products, answering requests without a network. */
export function makeShop(items: readonly ShopItem[], changes: Partial<ShopAppOptions> = {}) {
  return createShopApp({
    name: 'Test Shop',
    catalog: indexCatalog(items),
    tag: { edgeOrigin: 'https://edge.example', shop: 'test-shop', key: 'KEY_7', helperKey: 'HELPER_9' },
    allowWasm: true,
    assets: {
      scriptUrl: '/assets/main-1a2b.js',
      styleUrls: ['/assets/main-3c4d.css'],
      fileByUrl: new Map([
        [
          '/assets/main-1a2b.js',
          { bytes: new TextEncoder().encode('let a'), contentType: 'text/javascript; charset=utf-8' },
        ],
      ]),
    },
    ...changes,
  });
}

/** Returns the JSON inside the first data block of a type. */
export function readDataBlock(page: string, type: string): unknown {
  const match = new RegExp(`<script type="${type}"[^>]*>(.*?)</script>`, 's').exec(page);
  return match?.[1] === undefined ? undefined : JSON.parse(match[1]);
}
