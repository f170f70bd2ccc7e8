import type { D1Database } from '@cloudflare/workers-types';
import { LRUCache } from 'lru-cache';
import type { ShopId } from '#protocol/ids.ts';
import { findShopWithPublications, type ShopWithPublications } from './shop-store.ts';

/**
 * How old what devices are told may be. Everything that changes a shop is seen by them that much later at most, and at
 * once in the isolate that changed it.
 */
const MAX_AGE_MS = 5000;
/** An isolate has 128 MB in all. */
const MAX_CHARACTERS = 32 * 1024 * 1024;
const CHARACTERS_A_SHOP = 1000;

/** Shops that are not there count too: asking for them costs no more. */
interface Remembered {
  readonly shop: ShopWithPublications | undefined;
  readonly readAtMs: number;
}

const remembered = new WeakMap<D1Database, LRUCache<ShopId, Remembered>>();

function shopsOf(db: D1Database): LRUCache<ShopId, Remembered> {
  const known =
    remembered.get(db) ??
    new LRUCache({
      maxSize: MAX_CHARACTERS,
      sizeCalculation: ({ shop }: Remembered) =>
        CHARACTERS_A_SHOP + (shop?.manifest?.envelope.length ?? 0) + (shop?.live?.envelope.length ?? 0),
    });
  remembered.set(db, known);
  return known;
}

/** A shop as its devices see it, with what it has published: read from the database every few seconds at most. */
export async function findPublicShop(
  db: D1Database,
  id: ShopId,
  nowMs: number,
): Promise<ShopWithPublications | undefined> {
  const known = shopsOf(db).get(id);
  if (known && nowMs - known.readAtMs < MAX_AGE_MS) return known.shop;
  // Requests that come meanwhile ask too: a promise of another request must not be waited for in this runtime.
  const shop = await findShopWithPublications(db, id);
  shopsOf(db).set(id, { shop, readAtMs: nowMs });
  return shop;
}

/** Has the next one look again: the shop was changed. */
export function forgetPublicShop(db: D1Database, id: ShopId): void {
  shopsOf(db).delete(id);
}
