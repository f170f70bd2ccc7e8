/** The recent list counts most: a shop's shelves should move with its season. */
const RECENT_SHARE = 0.75;

/**
 * An item's popularity, 0…1. The first shelf is sorted by it too, so that a stranger's ranked shelf
 * shows the same items in the same order.
 *
 * @param recent 0…255. @param longRun 0…255.
 */
export function popularityOf(recent: number, longRun: number): number {
  return (RECENT_SHARE * recent + (1 - RECENT_SHARE) * longRun) / 255;
}
