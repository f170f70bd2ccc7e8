import type { ShopId } from '#protocol/ids.ts';
import { settled } from './indexed-db.ts';

/**
 * The shop's one IndexedDB database on this device, open. Its object stores: `events`, keyed by a rising
 * number, so oldest first; `meta`, keyed by `MetaKey`.
 */
export interface DeviceStore {
  /**
   * Begins a transaction, in this very task. Opens the database again where the browser has cut the
   * connection because somebody cleared the site's data: what happens from then on is remembered.
   */
  transaction(...scope: Parameters<IDBDatabase['transaction']>): Promise<IDBTransaction>;
}

const DATABASE_VERSION = 1;

/**
 * Opens the database of a shop.
 *
 * @returns `undefined` where storage is denied: private windows of some browsers, a blocked
 *   third-party frame, a full disk; or where a newer release's database is there.
 */
export async function openDeviceStore(shop: ShopId): Promise<DeviceStore | undefined> {
  let connection: IDBDatabase | undefined;
  const connect = async (): Promise<IDBDatabase> => {
    const request = indexedDB.open(`vitrine-${shop}`, DATABASE_VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('events', { autoIncrement: true });
      request.result.createObjectStore('meta');
    };
    const database = await settled(request);
    // Another tab with a newer release waits for this one to let go.
    database.onversionchange = () => database.close();
    database.onclose = () => {
      connection = undefined;
    };
    connection = database;
    return database;
  };
  try {
    await connect();
  } catch {
    return undefined;
  }
  return { transaction: async (...scope) => (connection ?? (await connect())).transaction(...scope) };
}
