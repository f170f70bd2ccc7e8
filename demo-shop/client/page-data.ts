/** One product as a page describes it to the shop's own script. */
export interface PageItem {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly imageUrl: string;
  readonly priceCents: number;
  readonly currency: string;
}

/** What the server tells the shop's own script about the page it is on. */
export type PageData =
  | { readonly kind: 'item'; readonly item: PageItem }
  | { readonly kind: 'search'; readonly query: string }
  | { readonly kind: 'cart' }
  | { readonly kind: 'thanks' };

/** Reads the page's data block. Pages that have nothing to say carry none. */
export function readPageData(page: Document): PageData | undefined {
  const block = page.getElementById('page');
  // Written by this shop's own server in the same release, so its shape is not checked again.
  return block === null ? undefined : (JSON.parse(block.textContent) as PageData);
}
