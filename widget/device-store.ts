import type { DeviceDatabase } from './device-database.ts';

/** The shop's database on this device, open. */
export interface DeviceStore extends Pick<DeviceDatabase, 'facts'> {
  /**
   * Begins a transaction, in this very task. Connects again where the browser has cut the connection because
   * somebody cleared the site's data: what happens from then on is remembered.
   */
  transaction(...scope: Parameters<IDBDatabase['transaction']>): Promise<IDBTransaction>;
}

/**
 * @param open Opens the shop's database.
 * @returns `undefined` where that is refused.
 */
export async function openDeviceStore(open: () => Promise<DeviceDatabase>): Promise<DeviceStore | undefined> {
  let current: DeviceDatabase | undefined;
  const connect = async (): Promise<DeviceDatabase> => {
    const database = await open();
    database.connection.onclose = () => {
      current = undefined;
    };
    current = database;
    return database;
  };
  try {
    const { facts } = await connect();
    return { facts, transaction: async (...scope) => (current ?? (await connect())).connection.transaction(...scope) };
  } catch {
    return undefined;
  }
}
