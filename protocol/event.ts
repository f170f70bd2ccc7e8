import * as v from 'valibot';
import { ItemIdSchema, TimeMsSchema } from './ids.ts';

/** Kinds of event about an item, in the order of the encoder's event-type embedding. */
export const ITEM_EVENT_KINDS = ['view', 'impression', 'select', 'add', 'purchase'] as const;

export type ItemEventKind = (typeof ITEM_EVENT_KINDS)[number];

const ItemEventSchema = v.object({
  kind: v.picklist(ITEM_EVENT_KINDS),
  itemId: ItemIdSchema,
  atMs: TimeMsSchema,
});

const SearchEventSchema = v.object({
  kind: v.literal('search'),
  query: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
  atMs: TimeMsSchema,
});

/** Written into stored history; readers skip fields they don't know. */
export const ShopEventSchema = v.variant('kind', [ItemEventSchema, SearchEventSchema]);

/** Something the shopper did in this shop. Stays on the device. */
export type ShopEvent = v.InferOutput<typeof ShopEventSchema>;

/** A session ends where the next event comes later than this: the usual half hour. */
export const SESSION_GAP_MS = 30 * 60 * 1000;
