import * as v from 'valibot';
import { CURRENCY, LINK, MAX_LINK_LENGTH, MAX_TITLE_LENGTH, STOCKS } from './card-limits.ts';
import { CountSchema, ItemIdSchema, TimeMsSchema } from './ids.ts';

const LinkSchema = v.pipe(
  v.string(),
  v.maxLength(MAX_LINK_LENGTH),
  v.regex(LINK, 'expected an http(s) address or a path starting with one "/"'),
);

export const StockSchema = v.picklist(STOCKS);
export type Stock = v.InferOutput<typeof StockSchema>;

const cardEntries = {
  id: ItemIdSchema,
  title: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_TITLE_LENGTH)),
  url: LinkSchema,
  imageUrl: LinkSchema,
  priceCents: CountSchema,
  currency: v.pipe(v.string(), v.regex(CURRENCY, 'expected a currency such as EUR')),
};

/** What a card needs to be drawn. */
export const ItemCardSchema = v.object(cardEntries);
export type ItemCard = v.InferOutput<typeof ItemCardSchema>;

const catalogEntries = {
  ...cardEntries,
  /** Paths, `Kitchen/Mugs`. May be empty. */
  categories: v.array(v.string()),
  attributes: v.record(v.string(), v.string()),
  stock: StockSchema,
};

/** One row of the bundle's catalog: what drawing and filtering need. How it ships is in `catalog-shard.ts`. */
export const BundleItemSchema = v.object(catalogEntries);
export type BundleItem = v.InferOutput<typeof BundleItemSchema>;

/** One product as imported: the bundle's row, and what only training reads. */
export const CatalogItemSchema = v.object({
  ...catalogEntries,
  description: v.string(),
  /** When it came into the shop, where that is known. */
  addedAtMs: v.optional(TimeMsSchema),
});
export type CatalogItem = v.InferOutput<typeof CatalogItemSchema>;

/** The bundle's `first-shelf` file, gzipped JSON of at most `FIRST_SHELF_MAX_BYTES`: the most popular first. */
export const FirstShelfSchema = v.array(ItemCardSchema);
