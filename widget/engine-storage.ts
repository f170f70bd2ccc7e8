import type { ShopId } from '#protocol/ids.ts';
import type { ConsentLevel } from './consent.ts';
import type { DeviceStore } from './device-store.ts';
import { createCachedFiles, createMemoryFiles, type FileCaches } from './file-store.ts';
import { createMemoryMeta, createStoredMeta, readSequence } from './meta.ts';
import type { EngineStorage } from './model-cache.ts';

/** The engine's storage, which follows the shopper's consent. */
export interface ConsentingStorage {
  current(): EngineStorage;
  /** Moves to the level's storage; whoever withdraws consent deletes what is on the device afterwards. */
  setLevel(level: ConsentLevel): Promise<void>;
}

/**
 * Storage at the level that the page starts with.
 *
 * @param openStore The shop's database; `undefined` where the browser denies it.
 * @param caches `undefined` where the browser has no Cache Storage (an insecure page).
 */
export async function openEngineStorage({
  shop,
  level,
  openStore,
  caches,
}: {
  readonly shop: ShopId;
  readonly level: ConsentLevel;
  readonly openStore: () => Promise<DeviceStore | undefined>;
  readonly caches: FileCaches | undefined;
}): Promise<ConsentingStorage> {
  const inMemory = (): EngineStorage => ({ files: createMemoryFiles(), meta: createMemoryMeta() });
  const onDevice = async (): Promise<EngineStorage> => {
    const store = await openStore();
    return {
      files: caches ? createCachedFiles(caches, shop) : createMemoryFiles(),
      meta: store ? createStoredMeta(store) : createMemoryMeta(),
    };
  };
  let current = level === 'persistent' ? await onDevice() : inMemory();
  return {
    current: () => current,
    async setLevel(next) {
      const before = current;
      current = next === 'memory' ? inMemory() : await onDevice();
      await copy(before, current).catch(() => {}); // denied or full: fetched again when it is needed
    },
  };
}

/** Keeps what this page has already downloaded, and the highest sequence numbers that either has seen. */
async function copy(from: EngineStorage, to: EngineStorage): Promise<void> {
  for (const key of ['manifest-sequence', 'live-sequence'] as const) {
    const seen = await readSequence(from.meta, key);
    if (seen > (await readSequence(to.meta, key))) await to.meta.set(key, seen);
  }
  for (const digest of await from.files.digests()) {
    const bytes = await from.files.read(digest);
    if (bytes) await to.files.write(digest, bytes);
  }
  // Last: they stand for a version whose files are there.
  for (const key of ['manifest', 'live'] as const) {
    const value = await from.meta.get(key);
    if (value !== undefined) await to.meta.set(key, value);
  }
}
