import * as v from 'valibot';
import { ITEM_EVENT_KINDS, type ItemEventKind } from '#protocol/event.ts';
import { type DataLayerEvent, watchDataLayer } from './data-layer.ts';
import { readPageProduct } from './json-ld.ts';

/** Something seen to happen; whether and which item it is about is for the catalog to say. */
export type PageEvent =
  | { readonly kind: ItemEventKind; readonly candidates: readonly string[] }
  | { readonly kind: 'search'; readonly query: string };

/** What `window.vitrine.track` takes. */
const TrackedSchema = v.variant('kind', [
  v.object({ kind: v.picklist(ITEM_EVENT_KINDS), itemId: v.string() }),
  v.object({ kind: v.literal('search'), query: v.string() }),
]);

/**
 * Watches a page for what the shopper does: its JSON-LD once it is parsed, and its data layer.
 *
 * @param onEvent Called synchronously, also for what happened before.
 */
export function watchPage(page: Window & typeof globalThis, onEvent: (event: PageEvent) => void): void {
  const shop = page as Window & { dataLayer?: unknown };
  shop.dataLayer ??= [];
  if (Array.isArray(shop.dataLayer)) watchDataLayer(shop.dataLayer, (event) => onEvent(fromDataLayer(event)));

  const readDocument = () => {
    const blocks = page.document.querySelectorAll('script[type="application/ld+json"]');
    const product = readPageProduct(Array.from(blocks, (block) => block.textContent ?? ''));
    if (product) onEvent({ kind: 'view', candidates: product.candidates });
  };
  if (page.document.readyState === 'loading') {
    page.document.addEventListener('DOMContentLoaded', readDocument, { once: true });
  } else {
    readDocument();
  }
}

/** What a page passed to `track`; `undefined` if it is no event. */
export function readTracked(value: unknown): PageEvent | undefined {
  const result = v.safeParse(TrackedSchema, value);
  return result.success ? fromDataLayer(result.output) : undefined;
}

function fromDataLayer(event: DataLayerEvent | { readonly kind: ItemEventKind; readonly itemId: string }): PageEvent {
  return event.kind === 'search' ? event : { kind: event.kind, candidates: [event.itemId] };
}
