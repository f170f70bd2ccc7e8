import type { ShopId } from '#protocol/ids.ts';
import { settled } from './indexed-db.ts';
import type { MetaKey } from './meta.ts';

/** The shop's one IndexedDB database on this device. */
export interface DeviceDatabase {
  /** Its object stores: `events`, keyed by a rising number, so oldest first; `meta`, keyed by {@link MetaKey}. */
  readonly connection: IDBDatabase;
  /** What `meta` held of {@link KEYS_AT_START} when it was opened; `undefined` for what was not there. */
  readonly facts: Map<string, unknown>;
}

const VERSION = 1;

/** What a page reads as it starts. Nothing of learning: what decides about that is read when it does. */
const KEYS_AT_START: readonly MetaKey[] = ['paused', 'manifest', 'manifest-sequence', 'live', 'live-sequence'];

/**
 * Opens the database of a shop.
 *
 * @throws {DOMException} Where storage is denied: private windows of some browsers, a blocked third-party frame,
 *   a full disk; or where a newer release's database is there.
 */
export async function openDatabase(shop: ShopId): Promise<DeviceDatabase> {
  const request = indexedDB.open(`vitrine-${shop}`, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('events', { autoIncrement: true });
    request.result.createObjectStore('meta');
  };
  const connection = await settled(request);
  // Another tab with a newer release waits for this one to let go.
  connection.onversionchange = () => connection.close();
  const meta = connection.transaction('meta').objectStore('meta');
  const facts = await Promise.all(KEYS_AT_START.map(async (key) => [key, await settled(meta.get(key))] as const));
  return { connection, facts: new Map(facts) };
}
