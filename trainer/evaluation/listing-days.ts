import type { CatalogItem } from '#protocol/catalog.ts';
import type { Dataset } from '#trainer/dataset.ts';

/**
 * Items with the day they came into the shop: a merchant's catalog knows it, a log of orders does not. An
 * item's first order stands in for it; one that nobody ordered before the cut came with the cut.
 *
 * @param baskets By time.
 * @param untilMs An item first ordered from then on is not in the shop yet, and has no day.
 */
export function withListingDays(
  { items, baskets }: Dataset,
  { cutMs, untilMs = Number.POSITIVE_INFINITY }: { readonly cutMs: number; readonly untilMs?: number },
): CatalogItem[] {
  const firstMs = firstOrders(baskets);
  return items.map((item, row) => {
    const orderedMs = firstMs.get(row) ?? cutMs;
    return orderedMs >= untilMs ? item : { ...item, addedAtMs: Math.min(item.addedAtMs ?? orderedMs, cutMs) };
  });
}

/** When each row was first ordered. `baskets` by time. */
export function firstOrders(baskets: Dataset['baskets']): ReadonlyMap<number, number> {
  const firstMs = new Map<number, number>();
  for (const { atMs, rows } of baskets) for (const row of rows) if (!firstMs.has(row)) firstMs.set(row, atMs);
  return firstMs;
}
