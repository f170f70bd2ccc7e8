/** What a card may say. Apart from the schemas, since a Worker holds ten thousand items to it one by one. */

/** 1–128 printable characters, no space at either end. */
export const ITEM_ID = /^(?=.{1,128}$)[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u;
/** `https://…`, `http://…` or a path of the shop: never `javascript:` and the like. */
export const LINK = /^(?:https?:\/\/[^\s/]|\/(?!\/))[^\s\p{Cc}]*$/u;
/** ISO 4217. */
export const CURRENCY = /^[A-Z]{3}$/;
export const MAX_LINK_LENGTH = 2048;
export const MAX_TITLE_LENGTH = 500;
/** Of the bundle's `first-shelf` file, so that a first visit shows something after one small answer. */
export const FIRST_SHELF_MAX_BYTES = 8192;
export const STOCKS = ['in', 'low', 'out'] as const;

/** What a card draws of an item, as text and number. */
interface Card {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly imageUrl: string;
  readonly priceCents: number;
  readonly currency: string;
}

/** Whether `ItemCardSchema` would take a card; a test compares the two. */
export function isCard({ id, title, url, imageUrl, priceCents, currency }: Card): boolean {
  const isTitle = ({ length }: string): boolean => length > 0 && length <= MAX_TITLE_LENGTH;
  const isLink = (link: string): boolean => link.length <= MAX_LINK_LENGTH && LINK.test(link);
  return (
    ITEM_ID.test(id) &&
    isTitle(title.trim()) &&
    isLink(url) &&
    isLink(imageUrl) &&
    Number.isSafeInteger(priceCents) &&
    priceCents >= 0 &&
    CURRENCY.test(currency)
  );
}
