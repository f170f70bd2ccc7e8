import type { ShopId } from '#protocol/ids.ts';
import { openDatabase } from '#widget/device-database.ts';
import { type DeviceStore, openDeviceStore } from '#widget/device-store.ts';
import { committed } from '#widget/indexed-db.ts';
import { createStoredHistory } from '#widget/stored-history.ts';
import { HISTORY_CLAIMS } from './history-contract.ts';

/** Runs in a test page: checks the stored history against the contract. */

async function openEmpty(shop: string): Promise<DeviceStore> {
  const store = await openDeviceStore(() => openDatabase(shop as ShopId));
  if (!store) throw new Error('expected a database');
  await writeTo(store, (events) => events.clear());
  return store;
}

async function writeTo(store: DeviceStore, step: (events: IDBObjectStore) => void): Promise<void> {
  const transaction = await store.transaction('events', 'readwrite');
  step(transaction.objectStore('events'));
  await committed(transaction);
}

/** @returns What does not hold, or nothing. */
async function checkClaim(name: string): Promise<string | undefined> {
  const claim = HISTORY_CLAIMS.find((candidate) => candidate.name === name);
  try {
    await claim?.check(async (now) => createStoredHistory(await openEmpty('contract'), now));
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Another release's records between two of ours. */
async function readForeignRecords(): Promise<unknown> {
  const store = await openEmpty('foreign');
  const history = createStoredHistory(store, () => 1_900_000_000_000);
  const event = { kind: 'search', query: 'mug', atMs: 1_900_000_000_000 } as const;
  await history.append(event);
  await writeTo(store, (events) => {
    events.add({ format: 99, event });
    events.add({ format: 1, event: { kind: 'steal', itemId: 'x', atMs: 1 } });
    events.add('not a record');
    events.add({ format: 1, event: { ...event, added: 'by a later release' }, more: true });
  });
  return (await history.last(10)).map((entry) => entry.event);
}

Object.assign(globalThis, { checkClaim, readForeignRecords });
