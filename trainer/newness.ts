import type { CatalogItem } from '#protocol/catalog.ts';

/** An item is less new every whole day, and not at all after this many. */
const DAYS_NEW = 30;
/** The newest alone: each costs every device some work. */
const MAX_NEW = 2000;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * How new each item is: 255 for one that came into the shop now, 0 for one whose day is unknown, and for one
 * that enough customers had to have a popularity.
 *
 * It says on which day the merchant listed an item and, at `minCustomers` alone, what customers did: whole
 * days, since the time of the latest order would be one customer's.
 *
 * @param customers Of each item, `[N]`.
 * @param untilMs An item listed later is not in the shop yet.
 * @returns `[N]`, 0…255.
 */
export function measureNewness(
  items: readonly Pick<CatalogItem, 'addedAtMs'>[],
  {
    customers,
    minCustomers,
    nowMs,
    untilMs = Number.POSITIVE_INFINITY,
  }: {
    readonly customers: Uint32Array;
    readonly minCustomers: number;
    readonly nowMs: number;
    readonly untilMs?: number | undefined;
  },
): Uint8Array {
  const newness = new Uint8Array(items.length);
  const newest = items
    .flatMap(({ addedAtMs }, row) => {
      if (addedAtMs === undefined || addedAtMs > untilMs || (customers[row] as number) >= minCustomers) return [];
      return { row, days: Math.max(0, dayOf(nowMs) - dayOf(addedAtMs)), addedAtMs };
    })
    .filter(({ days }) => days < DAYS_NEW)
    .sort((a, b) => b.addedAtMs - a.addedAtMs || a.row - b.row)
    .slice(0, MAX_NEW);
  for (const { row, days } of newest) newness[row] = Math.round(255 * (1 - days / DAYS_NEW));
  return newness;
}

/** Days since 1970, UTC. */
function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}
