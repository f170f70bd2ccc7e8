import type { ShopEvent } from '#protocol/event.ts';
import { type History, type HistoryEntry, MAX_AGE_MS, MAX_EVENTS } from './history.ts';

/** A history that ends with the page: without consent, and where storage is denied. */
export function createMemoryHistory(now: () => number): History {
  let entries: HistoryEntry[] = [];
  let lastKey = 0;
  const fresh = () => entries.filter(({ event }) => event.atMs > now() - MAX_AGE_MS);
  return {
    async append(event: ShopEvent) {
      entries = [...fresh(), { key: ++lastKey, event }].slice(-MAX_EVENTS);
    },
    last: async (count) => (count > 0 ? fresh().slice(-count) : []),
    async remove(key) {
      entries = entries.filter((entry) => entry.key !== key);
    },
    async wipe() {
      entries = [];
    },
  };
}
