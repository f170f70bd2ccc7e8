import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';

/**
 * Item rows of a case's events, latest first; searches and unknown items left out.
 *
 * @param numBaskets How many of the latest baskets to read; events of one time make a basket.
 */
export function latestRows(
  events: readonly ShopEvent[],
  rowOf: (id: ItemId) => number | undefined,
  numBaskets = Number.POSITIVE_INFINITY,
): number[] {
  const rows: number[] = [];
  let basketMs: number | undefined;
  let basketsLeft = numBaskets;
  for (const event of events.toReversed()) {
    if (event.kind === 'search') continue;
    if (event.atMs !== basketMs && basketsLeft-- === 0) break;
    basketMs = event.atMs;
    const row = rowOf(event.itemId);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}
