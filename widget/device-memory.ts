import { type ConsentLevel, consentChange } from './consent.ts';
import type { DeviceStore } from './device-store.ts';
import { type History, MAX_EVENTS } from './history.ts';
import type { LastShelf } from './last-shelf.ts';
import { createMemoryHistory } from './memory-history.ts';
import { createMemoryMeta, createStoredMeta, type MetaStore } from './meta.ts';
import { copySeen } from './seen-sequence.ts';
import { createStoredHistory } from './stored-history.ts';

/** What the page remembers, at the level that the shopper allows. */
export interface DeviceMemory {
  readonly level: ConsentLevel;
  /** Whether {@link DeviceMemory.meta} outlives the page: learning may not run without. */
  readonly isStored: boolean;
  readonly history: History;
  readonly meta: MetaStore;
  /** While personalization is paused nothing is remembered and the history is not read. */
  readonly isPaused: boolean;
  setPaused(isPaused: boolean): Promise<void>;
  /** Stores a personal shelf for the next page to begin with, but none while paused; without one, deletes it. */
  keepShelf(shelf?: LastShelf): void;
  /** Reads again what another tab may have changed. */
  reload(): Promise<void>;
  /**
   * Moves to another level. Granting takes this page's events along; withdrawing empties the
   * device's storage.
   *
   * Guarantee: from a withdrawal on nothing more is written, even if emptying fails and this rejects.
   */
  setLevel(level: ConsentLevel): Promise<void>;
  /**
   * Forgets the shopper: empties the history, deletes the last shelf and ends learning.
   *
   * Guarantee: the record of past participations in learning stays, here and after a withdrawal. It
   * holds times and no interests, and without it a shopper who wipes often would take part more
   * often than promised.
   */
  forget(): Promise<void>;
}

/**
 * Opens the memory of a shop; storage that is denied leaves the page's own memory.
 *
 * @param storeShelf Stores the last shelf on the device, or deletes it. Never throws.
 */
export async function openDeviceMemory({
  level,
  openStore,
  storeShelf,
  now,
}: {
  readonly level: ConsentLevel;
  readonly openStore: () => Promise<DeviceStore | undefined>;
  readonly storeShelf: (shelf?: LastShelf) => void;
  readonly now: () => number;
}): Promise<DeviceMemory> {
  const open = async (at: ConsentLevel) => {
    const store = at === 'persistent' ? await openStore() : undefined;
    return store
      ? { level: at, isStored: true, history: createStoredHistory(store, now), meta: createStoredMeta(store) }
      : { level: at, isStored: false, history: createMemoryHistory(now), meta: createMemoryMeta() };
  };
  let current = await open(level);
  let isPaused = (await current.meta.get('paused')) === true;
  const keepShelf = (shelf?: LastShelf) => {
    if (current.isStored) storeShelf(isPaused ? undefined : shelf);
  };
  return {
    get level() {
      return current.level;
    },
    get isStored() {
      return current.isStored;
    },
    get history() {
      return current.history;
    },
    get meta() {
      return current.meta;
    },
    get isPaused() {
      return isPaused;
    },
    async setPaused(wanted) {
      isPaused = wanted;
      keepShelf();
      await current.meta.set('paused', wanted);
    },
    keepShelf,
    async reload() {
      isPaused = (await current.meta.get('paused')) === true;
    },
    async setLevel(next) {
      const change = consentChange(current.level, next);
      if (change === 'unchanged') return;
      if (change === 'withdrawn') keepShelf();
      const before = current;
      current = await open(next);
      await copySeen(before.meta, current.meta).catch(() => {}); // denied or full: asked for again
      if (change === 'withdrawn') {
        await Promise.all([before.history.wipe(), before.meta.clear(['participation'])]);
        return;
      }
      isPaused ||= (await current.meta.get('paused')) === true;
      if (isPaused) await current.meta.set('paused', true);
      for (const { event } of await before.history.last(MAX_EVENTS)) await current.history.append(event);
    },
    async forget() {
      keepShelf();
      await Promise.all([current.history.wipe(), current.meta.set('learning', false)]);
    },
  };
}
