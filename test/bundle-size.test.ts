import { describe, expect, test } from 'vitest';
import type { ShopId } from '#protocol/ids.ts';
import { buildBundle } from '#trainer/bundle.ts';
import { makeShop } from '../bench/made-shop.ts';

/** Bytes that a device fetches, pictures left out. */
const BUNDLE_MAX_BYTES = 2_000_000;
const FIRST_SHELF_MAX_BYTES = 8192;

describe('the bundle of 10,000 items', () => {
  test('is at most 2.0 MB, and its first shelf 8 kB of it', async () => {
    const { trained, items } = makeShop(10_000, 401);
    const { manifest } = await buildBundle(trained, { items, shop: 'made-shop' as ShopId, sequence: 3, nowMs: 17 });
    const byKind = new Map<string, number>();
    for (const { kind, bytes } of manifest.files) byKind.set(kind, (byKind.get(kind) ?? 0) + bytes);
    console.table(Object.fromEntries(byKind));
    expect(manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(BUNDLE_MAX_BYTES);
    expect(byKind.get('first-shelf')).toBeLessThanOrEqual(FIRST_SHELF_MAX_BYTES);
  });
});
