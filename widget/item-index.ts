import type { ItemId } from '#protocol/ids.ts';

/** Rows by item id, in ten bytes or so an item: the ids themselves stay where they are. */
export interface ItemIndex {
  /** @returns False if the id is there already, with another row; nothing is added then. */
  add(id: ItemId, row: number): boolean;
  rowOf(id: ItemId): number | undefined;
}

/** At most this share of the slots is taken, so that a look-up soon finds an empty one. */
const MAX_LOAD = 0.75;

/**
 * An open-addressing hash table (linear probing).
 *
 * @param numItems Most ids that will be added.
 * @param idAt The id of a row that was added.
 */
export function createItemIndex(numItems: number, idAt: (row: number) => ItemId): ItemIndex {
  const numSlots = 2 ** Math.ceil(Math.log2(Math.max(2, numItems / MAX_LOAD)));
  /** One more than the row; 0 where a slot is empty. */
  const rows = new Uint32Array(numSlots);
  /** A byte of each id's hash: of those who met in a slot by chance one in 256 is read. */
  const tags = new Uint8Array(numSlots);

  /** The slot of an id: its own or the empty one where it belongs. */
  const slotOf = (id: ItemId, hash: number): number => {
    const tag = tagOf(hash);
    let slot = hash % numSlots;
    while (rows[slot] !== 0 && !(tags[slot] === tag && idAt((rows[slot] as number) - 1) === id)) {
      slot = (slot + 1) % numSlots;
    }
    return slot;
  };

  return {
    add(id, row) {
      const hash = hashOf(id);
      const slot = slotOf(id, hash);
      if (rows[slot] !== 0) return false;
      rows[slot] = row + 1;
      tags[slot] = tagOf(hash);
      return true;
    },
    rowOf(id) {
      const row = rows[slotOf(id, hashOf(id))] as number;
      return row === 0 ? undefined : row - 1;
    },
  };
}

/** FNV-1a over UTF-16 code units, its bits mixed once more (MurmurHash3's finalizer). @returns 0…2^32 − 1. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The highest bits, since slots are chosen by the lowest. */
function tagOf(hash: number): number {
  return hash >>> 24;
}
