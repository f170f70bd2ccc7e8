import type { DeviceStore } from './device-store.ts';
import { committed, settled } from './indexed-db.ts';

/**
 * Small facts kept beside the history.
 *
 * - `manifest`, `live`: the last verified signed messages.
 * - `manifest-sequence`, `live-sequence`: the highest sequence numbers seen.
 * - `participation`: when this device took part in learning; survives "forget me".
 * - `learning`: whether the shopper opted in. `paused`: whether personalization is paused.
 * - `revoked-keys`: publishing keys that a live message has revoked.
 * - `canary-number`: whether this device tries new versions first; never sent.
 * - `gpu-choice`: whether the GPU was measured to be faster, and on what.
 */
export type MetaKey =
  | 'manifest'
  | 'manifest-sequence'
  | 'live'
  | 'live-sequence'
  | 'participation'
  | 'learning'
  | 'paused'
  | 'revoked-keys'
  | 'canary-number'
  | 'gpu-choice';

/** A place for {@link MetaKey}s. Values come back as `unknown`: an older release may have written them. */
export interface MetaStore {
  get(key: MetaKey): Promise<unknown>;
  /** Resolves when the value is as safe as the store can make it. */
  set(key: MetaKey, value: unknown): Promise<void>;
  /** Deletes everything but `kept`. */
  clear(kept: readonly MetaKey[]): Promise<void>;
}

/** Facts that last as long as the page. */
export function createMemoryMeta(): MetaStore {
  const values = new Map<MetaKey, unknown>();
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, value),
    clear: async (kept) => {
      for (const key of [...values.keys()]) if (!kept.includes(key)) values.delete(key);
    },
  };
}

/** Facts in IndexedDB. */
export function createStoredMeta(store: DeviceStore): MetaStore {
  return {
    async get(key) {
      const { facts } = store;
      if (!facts.has(key)) return settled((await store.transaction('meta')).objectStore('meta').get(key));
      const fact = facts.get(key);
      facts.delete(key); // the next time another tab may have changed it
      return fact;
    },
    async set(key, value) {
      store.facts.delete(key);
      // Participation must be on the disk before its report leaves; the rest may come a little later.
      const durability = key === 'participation' ? 'strict' : 'relaxed';
      const transaction = await store.transaction('meta', 'readwrite', { durability });
      transaction.objectStore('meta').put(value, key);
      transaction.commit(); // at once: a page that is being left runs no other task of it
      await committed(transaction);
    },
    async clear(kept) {
      store.facts.clear();
      const transaction = await store.transaction('meta', 'readwrite');
      const deleteOthers = async () => {
        const meta = transaction.objectStore('meta');
        for (const key of await settled(meta.getAllKeys())) if (!kept.includes(key as MetaKey)) meta.delete(key);
      };
      await Promise.all([deleteOthers(), committed(transaction)]);
    },
  };
}
