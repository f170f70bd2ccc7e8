import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { ShopId } from '#protocol/ids.ts';
import type { MetaKey } from './meta.ts';

interface DeviceSchema extends DBSchema {
  /** Keyed by a rising number, so oldest first. */
  events: { key: number; value: unknown };
  meta: { key: MetaKey; value: unknown };
}

/** The shop's one IndexedDB database on this device, open. */
export type DeviceStore = IDBPDatabase<DeviceSchema>;

const DATABASE_VERSION = 1;

/**
 * Opens the database of a shop.
 *
 * @returns `undefined` where storage is denied: private windows of some browsers, a blocked
 *   third-party frame, a full disk.
 */
export async function openDeviceStore(shop: ShopId): Promise<DeviceStore | undefined> {
  try {
    return await openDB<DeviceSchema>(`vitrine-${shop}`, DATABASE_VERSION, {
      upgrade(database) {
        database.createObjectStore('events', { autoIncrement: true });
        database.createObjectStore('meta');
      },
      // Another tab with a newer release waits for this one to let go.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
  } catch {
    return undefined;
  }
}
