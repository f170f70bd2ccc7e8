import type { DeviceStore } from './device-store.ts';
import { eventOf, type History, type HistoryEntry, MAX_AGE_MS, MAX_EVENTS, toRecord } from './history.ts';

/** A history in the shop's IndexedDB database. */
export function createStoredHistory(store: DeviceStore, now: () => number): History {
  const deleteOld = async (): Promise<void> => {
    const transaction = store.transaction('events', 'readwrite');
    const walk = async () => {
      let surplus = (await transaction.store.count()) - MAX_EVENTS;
      const oldestMs = now() - MAX_AGE_MS;
      // Oldest first, so the walk ends at the first event that may stay.
      for (let cursor = await transaction.store.openCursor(); cursor; cursor = await cursor.continue()) {
        const kept = eventOf(cursor.value);
        if (surplus-- <= 0 && kept && kept.atMs > oldestMs) break;
        await cursor.delete();
      }
    };
    await Promise.all([walk(), transaction.done]);
  };
  return {
    async append(event) {
      const transaction = store.transaction('events', 'readwrite');
      const added = transaction.store.add(toRecord(event));
      transaction.commit(); // at once: a click on a link may end this page before another task of it runs
      await Promise.all([added, transaction.done]);
      await deleteOld();
    },

    async last(count) {
      const entries: HistoryEntry[] = [];
      const oldestMs = now() - MAX_AGE_MS;
      const { store: events } = store.transaction('events');
      for (let cursor = await events.openCursor(null, 'prev'); cursor && entries.length < count; ) {
        const event = eventOf(cursor.value);
        if (event && event.atMs > oldestMs) entries.push({ key: cursor.key, event });
        cursor = await cursor.continue();
      }
      return entries.reverse();
    },

    remove: (key) => store.delete('events', key),
    wipe: () => store.clear('events'),
  };
}
