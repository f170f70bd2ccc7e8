import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { CatalogItem } from '#protocol/catalog.ts';
import { TimeMsSchema } from '#protocol/ids.ts';
import type { ShopWorkspace } from './workspace.ts';

/** With fewer of its items there before, a catalog is another shop's and not this one's next. */
const LEAST_SHARE_KNOWN = 0.5;

/** What is read of the import before: items count only if a catalog file named them. */
const ReportSchema = v.union([
  v.object({ kind: v.literal('catalog') }),
  v.object({ kind: v.literal('orders'), hasCatalogFile: v.literal(true) }),
]);
const ItemsSchema = v.array(v.object({ id: v.string(), addedAtMs: v.optional(TimeMsSchema) }));

/**
 * Items of a catalog file with the time they came into the shop: what the file says; else that of the import
 * that had them first. It stays unknown for those of the first import.
 *
 * Orders never say it, since the first order of an item is one customer's: an import without a catalog file
 * counts for none.
 *
 * @param workspace With the import before this one, if there is any.
 */
export async function withFirstSeen(
  items: readonly CatalogItem[],
  workspace: ShopWorkspace,
  nowMs: number,
): Promise<CatalogItem[]> {
  const before = await itemsBefore(workspace);
  const numKnown = items.filter(({ id }) => before.has(id)).length;
  if (numKnown < LEAST_SHARE_KNOWN * items.length) return [...items];
  return items.map((item) => {
    const addedAtMs = item.addedAtMs ?? (before.has(item.id) ? before.get(item.id) : nowMs);
    return addedAtMs === undefined ? item : { ...item, addedAtMs };
  });
}

/** Time by id; empty where there is nothing that can be read. */
async function itemsBefore({ catalogFile, importFile }: ShopWorkspace): Promise<Map<string, number | undefined>> {
  try {
    v.parse(ReportSchema, JSON.parse(await readFile(importFile, 'utf8')));
    const items = v.parse(ItemsSchema, JSON.parse(await readFile(catalogFile, 'utf8')));
    return new Map(items.map(({ id, addedAtMs }) => [id, addedAtMs]));
  } catch {
    return new Map(); // the first import, or the one before was of orders alone or broke off
  }
}
