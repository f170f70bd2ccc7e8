import type { ConsentLevel } from './consent.ts';
import type { DeviceStore } from './device-store.ts';
import { type FileStore, NO_FILES } from './file-store.ts';
import { createMemoryMeta, createStoredMeta, type MetaStore, readSequence } from './meta.ts';

/** Where a page's engine keeps things; swapped when consent changes. */
export interface EngineStorage {
  readonly files: FileStore;
  readonly meta: MetaStore;
}

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
 * @param files Model files on the device.
 */
export async function openEngineStorage({
  level,
  openStore,
  files,
}: {
  readonly level: ConsentLevel;
  readonly openStore: () => Promise<DeviceStore | undefined>;
  readonly files: FileStore;
}): Promise<ConsentingStorage> {
  const open = async (at: ConsentLevel): Promise<EngineStorage> => {
    if (at === 'memory') return { files: NO_FILES, meta: createMemoryMeta() };
    const store = await openStore();
    return { files, meta: store ? createStoredMeta(store) : createMemoryMeta() };
  };
  let current = await open(level);
  return {
    current: () => current,
    async setLevel(next) {
      const before = current;
      current = await open(next);
      await copy(before.meta, current.meta).catch(() => {}); // denied or full: asked for again when it is needed
    },
  };
}

/** Keeps the highest sequence numbers that either has seen, and the live facts that belong to them. */
async function copy(from: MetaStore, to: MetaStore): Promise<void> {
  for (const kind of ['manifest', 'live'] as const) {
    const seen = await readSequence(from, `${kind}-sequence`);
    if (seen <= (await readSequence(to, `${kind}-sequence`))) continue;
    await to.set(`${kind}-sequence`, seen);
    // A manifest is of no use without its files.
    if (kind === 'live') await to.set(kind, await from.get(kind));
  }
}
