import * as v from 'valibot';

/**
 * One product as the shop reads it from its catalog file.
 *
 * Addresses are checked here once, so that no page can be made to link to `javascript:`.
 */
export const ShopItemSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  title: v.pipe(v.string(), v.minLength(1)),
  description: v.string(),
  url: v.pipe(v.string(), v.startsWith('/item/')),
  imageUrl: v.pipe(v.string(), v.startsWith('/pictures/')),
  priceCents: v.pipe(v.number(), v.integer(), v.minValue(0)),
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
  /** Paths such as `Kitchen/Mugs`, the main one first. Empty in a catalog without categories. */
  categories: v.array(v.string()),
  attributes: v.record(v.string(), v.string()),
  stock: v.picklist(['in', 'low', 'out']),
});

export type ShopItem = Readonly<v.InferOutput<typeof ShopItemSchema>>;
