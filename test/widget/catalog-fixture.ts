import type { BundleItem } from '#protocol/catalog.ts';
import { encodeCatalogShard } from '#protocol/encode-catalog-shard.ts';
import { type Catalog, createCatalog } from '#widget/catalog.ts';

/** A device's catalog of these items, in one shard. */
export function readCatalog(items: readonly BundleItem[]): Catalog {
  const { catalog, take } = createCatalog(items.length);
  for (const _ of take(encodeCatalogShard(items), { firstRow: 0, rows: items.length }));
  return catalog;
}
