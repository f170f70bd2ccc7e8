import type { ItemId, ShopId } from '#protocol/ids.ts';
import type { ShelfCard } from './shelf-state.ts';
import { priceText, reasonText } from './shelf-texts.ts';

/**
 * The personal shelf of the page before, for the loader to draw on the next one while that is ranked.
 *
 * It is in `localStorage`, which answers at once: a page has drawn its first frame before its database is open.
 */
export interface LastShelf {
  readonly format: typeof FORMAT;
  /** Whose model ranked it: the tag's fingerprints, with a space between. */
  readonly publishingKeys: string;
  /** The model, and the live facts that shelves went by, have expired from here on. Since 1970. */
  readonly expiresAtMs: number;
  /** Its look: the loader brings none. */
  readonly css: string;
  readonly cards: readonly LastCard[];
}

/** A card with its texts as they were drawn: the first number format of a page takes longer than its shelf. */
export interface LastCard {
  readonly id: ItemId;
  readonly url: string;
  readonly imageUrl: string;
  readonly title: string;
  readonly price: string;
  readonly reason: string;
}

/** Rises when the record changes, or the markup that its style sheet is for. */
const FORMAT = 1;

const nameOf = (shop: ShopId) => `vitrine-${shop}`;

/**
 * Reads the shelf without a schema: this release wrote it, or it is not read.
 *
 * @param publishingKeys As in the tag.
 * @returns `undefined` for what has expired, and for another key's or release's.
 * @throws Where storage is denied, or holds something else.
 */
export function readLastShelf(shop: ShopId, publishingKeys: string | undefined, nowMs: number): LastShelf | undefined {
  const shelf: LastShelf = JSON.parse(localStorage.getItem(nameOf(shop)) ?? '{}');
  if (shelf.format !== FORMAT || shelf.publishingKeys !== publishingKeys || shelf.expiresAtMs <= nowMs)
    return undefined;
  return shelf;
}

/** Stores a shelf in place of the one that is there, or deletes that one. Storage that is denied or full keeps none. */
export function storeLastShelf(shop: ShopId, shelf?: LastShelf): void {
  try {
    localStorage.removeItem(nameOf(shop));
    if (shelf) localStorage.setItem(nameOf(shop), JSON.stringify(shelf));
  } catch {
    // The next page begins with the shop's own list.
  }
}

/**
 * What a shelf draws, as text.
 *
 * @param language As in `<html lang>`.
 */
export function toLastShelf(
  cards: readonly ShelfCard[],
  language: string,
  record: Omit<LastShelf, 'format' | 'cards'>,
): LastShelf {
  return {
    ...record,
    format: FORMAT,
    cards: cards.map(({ priceCents, currency, reason, ...card }) => ({
      ...card,
      price: priceText(priceCents, currency, language),
      reason: reasonText(reason),
    })),
  };
}
