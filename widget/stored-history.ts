import type { DeviceStore } from './device-store.ts';
import { eventOf, type History, type HistoryEntry, MAX_AGE_MS, MAX_EVENTS, toRecord } from './history.ts';
import { advanced, committed, settled } from './indexed-db.ts';

/** A history in the shop's IndexedDB database. */
export function createStoredHistory(store: DeviceStore, now: () => number): History {
  const change = async (step: (events: IDBObjectStore) => void): Promise<void> => {
    const transaction = await store.transaction('events', 'readwrite');
    step(transaction.objectStore('events'));
    transaction.commit(); // at once: a click on a link may end this page before another task of it runs
    await committed(transaction);
  };
  const deleteOld = async (): Promise<void> => {
    const transaction = await store.transaction('events', 'readwrite');
    const walk = async () => {
      const events = transaction.objectStore('events');
      let surplus = (await settled(events.count())) - MAX_EVENTS;
      const oldestMs = now() - MAX_AGE_MS;
      // Oldest first, so the walk ends at the first event that may stay.
      for (let cursor = await settled(events.openCursor()); cursor; cursor = await advanced(cursor)) {
        const kept = eventOf(cursor.value);
        if (surplus-- <= 0 && kept && kept.atMs > oldestMs) break;
        cursor.delete();
      }
    };
    await Promise.all([walk(), committed(transaction)]);
  };
  return {
    async append(event) {
      await change((events) => events.add(toRecord(event)));
      await deleteOld();
    },

    async last(count) {
      const entries: HistoryEntry[] = [];
      const oldestMs = now() - MAX_AGE_MS;
      const events = (await store.transaction('events')).objectStore('events');
      // All at once: a cursor would take a task of its own for each of some hundred events.
      const [keys, records] = await Promise.all([settled(events.getAllKeys()), settled(events.getAll())]);
      for (let at = keys.length - 1; at >= 0 && entries.length < count; at--) {
        const event = eventOf(records[at]);
        if (event && event.atMs > oldestMs) entries.push({ key: keys[at] as number, event });
      }
      return entries.reverse();
    },

    remove: (key) => change((events) => events.delete(key)),
    wipe: () => change((events) => events.clear()),
  };
}
