import type { ItemId } from '#protocol/ids.ts';

/** Rows by item id, in eight bytes or so an item: the ids themselves stay where they are. */
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
  const numSlots = 2 ** Math.ceil(Math.log2(numItems / MAX_LOAD + 1));
  /**
   * In the low bits one more than the row, in the others those of the id's hash, so that of ids who met in a slot
   * by chance few are read; 0 where a slot is empty.
   */
  const slots = new Uint32Array(numSlots);

  /** The slot of an id: its own or the empty one where it belongs. */
  const slotOf = (id: ItemId, hash: number): number => {
    for (let slot = hash % numSlots; ; slot = (slot + 1) % numSlots) {
      const taken = slots[slot] as number;
      if (!taken || ((taken ^ hash) >>> 0 < numSlots && idAt((taken % numSlots) - 1) === id)) return slot;
    }
  };

  return {
    add(id, row) {
      const hash = hashOf(id);
      const slot = slotOf(id, hash);
      if (slots[slot]) return false;
      slots[slot] = hash - (hash % numSlots) + row + 1;
      return true;
    },
    rowOf(id) {
      const taken = slots[slotOf(id, hashOf(id))] as number;
      return taken ? (taken % numSlots) - 1 : undefined;
    },
  };
}

/** FNV-1a over UTF-16 code units, its bits mixed once more. @returns 0…2^32 − 1. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
