import type { CatalogItem } from '#protocol/catalog.ts';
import type { CatalogEntry } from './catalog-entry.ts';
import { drawnPictureUrl, itemUrl } from './item-address.ts';
import { toPlainText } from './plain-text.ts';

/** What the fields of a dialect say about one item, still to be checked as a whole. */
export type ItemDraft = Readonly<Record<keyof CatalogItem, unknown>>;

/** One way in which shops export their catalogs. */
export interface CatalogDialect {
  readonly name: 'sku' | 'eshop' | 'vitrine';
  /** The field that holds the item's id; every entry of the dialect has it. */
  readonly idField: string;
  /** The fields by which the dialect is known, for messages. */
  readonly fields: string;
  /** Names in this dialect of item fields called otherwise, for messages. */
  readonly fieldNames: Readonly<Partial<Record<keyof CatalogItem, string>>>;
  /** @param currency ISO 4217, of entries that name none. */
  readItem(entry: CatalogEntry, currency: string): ItemDraft;
}

/** Magento exports and our demo shop: `sku, name, description, price, categories, attributes, image, stock, created_at`. */
const SKU: CatalogDialect = {
  name: 'sku',
  idField: 'sku',
  fields: 'sku, name, price',
  fieldNames: { id: 'sku', title: 'name', imageUrl: 'image', priceCents: 'price', addedAtMs: 'created_at' },
  readItem(entry, currency) {
    const id = entry.text('sku');
    return {
      id,
      title: readTitle(entry, 'name'),
      url: itemUrl(id),
      imageUrl: readPictureUrl(entry, 'image', id),
      priceCents: entry.price('price'),
      currency,
      categories: entry.list('categories'),
      attributes: entry.attributes('attributes'),
      stock: entry.stock('stock'),
      description: toPlainText(entry.optionalText('description')),
      addedAtMs: entry.optionalTime('created_at'),
    };
  },
};

/** dotnet/eShop: `Id, Type, Brand, Name, Description, Price`, pictures in `pics/<Id>.webp`. */
const ESHOP: CatalogDialect = {
  name: 'eshop',
  idField: 'Id',
  fields: 'Id, Name, Price',
  fieldNames: { id: 'Id', title: 'Name', priceCents: 'Price' },
  readItem(entry, currency) {
    const id = entry.text('Id');
    const brand = entry.optionalText('Brand');
    const type = entry.optionalText('Type');
    return {
      id,
      title: readTitle(entry, 'Name'),
      url: itemUrl(id),
      imageUrl: servedPictureUrl(`pics/${id}.webp`),
      priceCents: entry.price('Price'),
      currency,
      categories: type === '' ? [] : [type],
      attributes: brand === '' ? {} : { brand },
      stock: 'in',
      description: toPlainText(entry.optionalText('Description')),
      addedAtMs: undefined,
    };
  },
};

/** Our own field names, those of a workspace's `catalog.json`; all but id, title and price may be missing. */
const VITRINE: CatalogDialect = {
  name: 'vitrine',
  idField: 'id',
  fields: 'id, title, price',
  fieldNames: {},
  readItem(entry, currency) {
    const id = entry.text('id');
    return {
      id,
      title: readTitle(entry, 'title'),
      url: entry.has('url') ? entry.text('url') : itemUrl(id),
      imageUrl: readPictureUrl(entry, entry.has('imageUrl') ? 'imageUrl' : 'image', id),
      priceCents: entry.has('priceCents') ? entry.cents('priceCents') : entry.price('price'),
      currency: entry.has('currency') ? entry.text('currency') : currency,
      categories: entry.list('categories'),
      attributes: entry.attributes('attributes'),
      stock: entry.stock('stock'),
      description: toPlainText(entry.optionalText('description')),
      addedAtMs: entry.optionalTime(entry.has('addedAtMs') ? 'addedAtMs' : 'added'),
    };
  },
};

/** Every dialect, in the order in which they are tried. */
export const CATALOG_DIALECTS: readonly CatalogDialect[] = [SKU, ESHOP, VITRINE];

function readTitle(entry: CatalogEntry, field: string): string {
  const title = toPlainText(entry.text(field));
  if (title === '') entry.refuse(field, 'a text that is not empty', 'fill it in');
  return title;
}

function readPictureUrl(entry: CatalogEntry, field: string, id: string): string {
  const path = entry.optionalText(field);
  if (path === '') return drawnPictureUrl(id);
  if (/^(?:https?:)?\//i.test(path)) return path;
  if (path.split('/').includes('..') || /^[a-z][a-z0-9+.-]*:/i.test(path)) {
    entry.refuse(field, 'an http(s) address or a path inside the catalog folder', 'move the picture there');
  }
  return servedPictureUrl(path);
}

/** The shop serves the catalog's folder as `/pictures/`. */
function servedPictureUrl(path: string): string {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  return `/pictures/${names.map(encodeURIComponent).join('/')}`;
}
