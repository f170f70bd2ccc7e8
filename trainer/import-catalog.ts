import { basename } from 'node:path';
import type { CatalogItem, Stock } from '#protocol/catalog.ts';
import type { CatalogDialect } from './catalog-dialect.ts';
import { type CatalogSource, readCatalogFile } from './catalog-file.ts';
import { writeDataset } from './dataset.ts';
import { withFirstSeen } from './first-seen.ts';
import { drawnPictureUrl } from './item-address.ts';
import type { ShopWorkspace } from './workspace.ts';

/** What an import of a catalog did. */
export interface CatalogReport {
  readonly kind: 'catalog';
  /** Without its folder: reports are passed around. */
  readonly file: string;
  readonly dialect: CatalogDialect['name'];
  readonly numItems: number;
  /** A catalog alone has no orders. */
  readonly numBaskets: 0;
  readonly numCategories: number;
  readonly numItemsWithoutPicture: number;
  readonly numItemsByStock: Readonly<Record<Stock, number>>;
}

/**
 * Imports a catalog without orders. Replaces the shop's dataset as a whole.
 *
 * @throws {InputError} If anything in the file cannot be used; the dataset before it is then
 *   unchanged.
 */
export async function importCatalog(source: CatalogSource, workspace: ShopWorkspace): Promise<CatalogReport> {
  const { items: listed, dialect } = await readCatalogFile(source);
  const items = await withFirstSeen(listed, workspace, Date.now());
  const numOf = (stock: Stock) => items.filter((item) => item.stock === stock).length;
  const report: CatalogReport = {
    kind: 'catalog',
    file: basename(source.file),
    dialect,
    numItems: items.length,
    numBaskets: 0,
    numCategories: new Set(items.flatMap(({ categories }) => categories)).size,
    numItemsWithoutPicture: items.filter(hasDrawnPicture).length,
    numItemsByStock: { in: numOf('in'), low: numOf('low'), out: numOf('out') },
  };
  await writeDataset(workspace, { items, baskets: [] }, report);
  return report;
}

function hasDrawnPicture({ id, imageUrl }: CatalogItem): boolean {
  return imageUrl === drawnPictureUrl(id);
}
