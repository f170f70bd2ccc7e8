import type { CatalogItem } from '#protocol/catalog.ts';
import type { Dataset } from '#trainer/dataset.ts';

/**
 * Items with the day they came into the shop: a merchant's catalog knows it, a log of orders does not. It
 * stands in for that of an item's first order; where that lies behind the cut, the item came with the cut.
 *
 * @param untilMs An item first ordered from then on is not in the shop yet, and has no day.
 */
export function withListingDays(
  { items, baskets }: Dataset,
  { cutMs, untilMs }: { readonly cutMs: number; readonly untilMs: number },
): CatalogItem[] {
  const firstMs = firstOrders(baskets);
  return items.map((item, row) => {
    const addedAtMs = item.addedAtMs ?? firstMs.get(row);
    if (addedAtMs === undefined || addedAtMs >= untilMs) return item;
    return { ...item, addedAtMs: Math.min(addedAtMs, cutMs) };
  });
}

/** When each row was first ordered. `baskets` by time. */
export function firstOrders(baskets: Dataset['baskets']): ReadonlyMap<number, number> {
  const firstMs = new Map<number, number>();
  for (const { atMs, rows } of baskets) for (const row of rows) if (!firstMs.has(row)) firstMs.set(row, atMs);
  return firstMs;
}
