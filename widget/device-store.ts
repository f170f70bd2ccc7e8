import type { ShopId } from '#protocol/ids.ts';
import { settled } from './indexed-db.ts';

/**
 * The shop's one IndexedDB database on this device, open. Its object stores: `events`, keyed by a rising
 * number, so oldest first; `meta`, keyed by `MetaKey`.
 */
export type DeviceStore = IDBDatabase;

const DATABASE_VERSION = 1;

/**
 * Opens the database of a shop.
 *
 * @returns `undefined` where storage is denied: private windows of some browsers, a blocked
 *   third-party frame, a full disk.
 */
export async function openDeviceStore(shop: ShopId): Promise<DeviceStore | undefined> {
  try {
    const request = indexedDB.open(`vitrine-${shop}`, DATABASE_VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('events', { autoIncrement: true });
      request.result.createObjectStore('meta');
    };
    const database = await settled(request);
    // Another tab with a newer release waits for this one to let go.
    database.onversionchange = () => database.close();
    return database;
  } catch {
    return undefined;
  }
}
