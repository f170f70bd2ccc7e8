import type { ItemCard } from '#protocol/catalog.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { WidgetErrorCode } from './widget-error.ts';

export const SHELF_KINDS = ['for-you', 'similar', 'trending'] as const;
export type ShelfKind = (typeof SHELF_KINDS)[number];

/** What a shelf asks for. */
export type ShelfQuery =
  | { readonly kind: 'for-you'; readonly count: number }
  | { readonly kind: 'trending'; readonly count: number }
  /** Without `itemId`: the item that the page is about. */
  | { readonly kind: 'similar'; readonly count: number; readonly itemId: ItemId | undefined };

/** Why an item is on a shelf: the term of its score that lifts it most. */
export type Reason =
  | { readonly kind: 'bought-with'; readonly title: string }
  | { readonly kind: 'bought-with-this' }
  | { readonly kind: 'like-viewed' }
  | { readonly kind: 'like-searched' }
  | { readonly kind: 'like-this' }
  | { readonly kind: 'left-off' }
  | { readonly kind: 'earlier' }
  | { readonly kind: 'popular' }
  /** Nothing lifts it, as in a shop that knows no popularity yet: then nothing is claimed. */
  | { readonly kind: 'none' };

/** One product as a shelf draws it. */
export interface ShelfCard extends ItemCard {
  readonly reason: Reason;
}

/** Everything a shelf draws. */
export type ShelfState =
  /** Nothing is known yet: what the loader has drawn stays; the shop's own list where it has drawn nothing. */
  | { readonly kind: 'waiting' }
  /** The shop's own list; `code` says what failed, and is missing while nothing has. */
  | { readonly kind: 'fallback'; readonly code?: WidgetErrorCode | undefined }
  | {
      readonly kind: 'ready';
      /** At least one. */
      readonly cards: readonly ShelfCard[];
      /** Shown until this page's own ranking is there. */
      readonly isMeanwhile?: boolean;
      /** Prices follow: to format the first one would hold the page too long. */
      readonly isUnpriced?: boolean;
    };
