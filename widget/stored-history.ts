import type { DeviceStore } from './device-store.ts';
import { eventOf, type History, type HistoryEntry, MAX_AGE_MS, MAX_EVENTS, toRecord } from './history.ts';

/** A history in the shop's IndexedDB database. */
export function createStoredHistory(store: DeviceStore, now: () => number): History {
  return {
    async append(event) {
      const transaction = store.transaction('events', 'readwrite');
      transaction.store.add(toRecord(event));
      let surplus = (await transaction.store.count()) - MAX_EVENTS;
      const oldestMs = now() - MAX_AGE_MS;
      // Oldest first, so the walk ends at the first event that may stay.
      for (let cursor = await transaction.store.openCursor(); cursor; cursor = await cursor.continue()) {
        const kept = eventOf(cursor.value);
        if (surplus-- <= 0 && kept && kept.atMs > oldestMs) break;
        cursor.delete();
      }
      await transaction.done;
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
