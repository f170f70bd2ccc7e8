import { html } from 'hono/html';
import { formatCents } from './client/money.ts';
import type { Html } from './markup.ts';
import type { ShopItem } from './shop-item.ts';

/** What the merchant was given to paste. */
export interface VitrineTagOptions {
  readonly edgeOrigin: string;
  readonly shop: string;
  /** Fingerprint of the key that signs the shop's model. */
  readonly key: string;
  /** Fingerprint of the second operator's key. */
  readonly helperKey: string;
}

/** Returns the one tag that a merchant pastes. */
export function vitrineTag({ edgeOrigin, shop, key, helperKey }: VitrineTagOptions): Html {
  return html`<script async crossorigin referrerpolicy="no-referrer" src="${edgeOrigin}/vitrine.js" data-vitrine-shop="${shop}" data-vitrine-key="${key}" data-vitrine-helper-key="${helperKey}" data-vitrine-consent="persistent"></script>`;
}

/** Where a shelf stands and what the shop itself shows in it. */
export interface ShelfOptions {
  readonly kind: 'for-you' | 'trending' | 'similar';
  readonly heading: string;
  /** The shop's own list: shown until, or instead of, a personal one. */
  readonly fallback: readonly ShopItem[];
}

/**
 * Returns a shelf with the shop's own links inside.
 *
 * The links are real cards, so the page is complete without JavaScript and keeps its height when
 * the element takes over.
 */
export function shelf({ kind, heading, fallback }: ShelfOptions): Html {
  return html`<vitrine-shelf kind="${kind}" heading="${heading}">${fallback.map(
    (item) =>
      html`<a href="${item.url}"><img src="${item.imageUrl}" alt="" width="192" height="192" loading="lazy"><span>${item.title}</span> <b>${formatCents(item.priceCents, item.currency)}</b></a>`,
  )}</vitrine-shelf>`;
}
