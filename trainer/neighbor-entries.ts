import { MAX_NEIGHBORS, type Neighbors, neighborWeight } from '#protocol/item-files.ts';
import type { NeighborLists } from '#protocol/neighbor-lists.ts';

/** One neighbor in a list under construction. */
export interface NeighborEntry {
  readonly row: number;
  /** 0…1. */
  readonly weight: number;
}

/** Of equal weights the lower row first; those of weight 0 never. */
export function strongest(entries: readonly NeighborEntry[], count: number): NeighborEntry[] {
  return entries
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.row - b.row)
    .slice(0, count);
}

/**
 * The strongest entries as they ship, strongest first.
 *
 * @param kept Entries that stay, however weak, at most {@link MAX_NEIGHBORS}. @param others All other rows.
 */
export function chooseEntries(kept: readonly NeighborEntry[], others: readonly NeighborEntry[]): NeighborEntry[] {
  return strongest([...kept, ...strongest(others, MAX_NEIGHBORS - kept.length)], MAX_NEIGHBORS);
}

/** One item's list. */
export function entriesOf({ offsets, rows, weights }: Neighbors, row: number): NeighborEntry[] {
  const start = offsets[row] as number;
  return Array.from(rows.subarray(start, offsets[row + 1]), (other, i) => ({
    row: other,
    weight: neighborWeight(weights[start + i] as number),
  }));
}

/** Lists under construction as a device reads those that ship. */
export function listsOf({ offsets, rows, weights }: Neighbors): NeighborLists {
  return {
    forEach(row, visit) {
      for (let entry = offsets[row] as number; entry < (offsets[row + 1] as number); entry++) {
        visit(rows[entry] as number, neighborWeight(weights[entry] as number));
      }
    },
  };
}

/** Weights ship as roots, so that the small ones of a list differ too. */
export function packLists(lists: readonly (readonly NeighborEntry[])[]): Neighbors {
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach((list, row) => {
    offsets[row + 1] = (offsets[row] as number) + list.length;
  });
  const entries = lists.flat();
  return {
    offsets,
    rows: Uint32Array.from(entries, ({ row }) => row),
    weights: Uint8Array.from(entries, ({ weight }) => Math.max(1, Math.round(255 * Math.sqrt(Math.min(1, weight))))),
  };
}
