import type { ShopId } from '#protocol/ids.ts';
import { settled } from './indexed-db.ts';

/**
 * The shop's one IndexedDB database on this device, open. Its object stores: `events`, keyed by a rising
 * number, so oldest first; `meta`, keyed by `MetaKey`.
 */
export type DeviceStore = Pick<IDBDatabase, 'transaction'>;

const DATABASE_VERSION = 1;

/**
 * Opens the database of a shop, and again where the browser cuts the connection because somebody cleared
 * the site's data: what happens from then on is remembered.
 *
 * @returns `undefined` where storage is denied: private windows of some browsers, a blocked
 *   third-party frame, a full disk; or where a newer release's database is there.
 */
export async function openDeviceStore(shop: ShopId): Promise<DeviceStore | undefined> {
  const connect = async (): Promise<IDBDatabase> => {
    const request = indexedDB.open(`vitrine-${shop}`, DATABASE_VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('events', { autoIncrement: true });
      request.result.createObjectStore('meta');
    };
    const opened = await settled(request);
    // Another tab with a newer release waits for this one to let go.
    opened.onversionchange = () => opened.close();
    opened.onclose = () =>
      connect().then(
        (again) => {
          database = again;
        },
        () => {}, // what is asked of the old connection fails, and says so
      );
    return opened;
  };
  let database: IDBDatabase;
  try {
    database = await connect();
  } catch {
    return undefined;
  }
  return { transaction: (...words) => database.transaction(...words) };
}
