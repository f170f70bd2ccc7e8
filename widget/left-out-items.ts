import { SESSION_GAP_MS, type ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';

/** What was bought is not suggested again this soon. */
export const PURCHASE_REST_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * Items that a personal shelf leaves out: in the cart now, or bought in the last
 * {@link PURCHASE_REST_MS}.
 *
 * The cart is what was added in the current session; the shop's own cart is not read.
 *
 * @param events Oldest first.
 */
export function leftOutItems(events: readonly ShopEvent[], nowMs: number): Set<ItemId> {
  const leftOut = new Set<ItemId>();
  let sessionEndMs = nowMs;
  let isCurrentSession = true;
  for (const event of events.toReversed()) {
    isCurrentSession &&= sessionEndMs - event.atMs < SESSION_GAP_MS;
    sessionEndMs = event.atMs;
    if (event.kind === 'add' && isCurrentSession) leftOut.add(event.itemId);
    if (event.kind === 'purchase' && nowMs - event.atMs < PURCHASE_REST_MS) leftOut.add(event.itemId);
  }
  return leftOut;
}
