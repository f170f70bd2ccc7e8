import type { ShopId } from '#protocol/ids.ts';

/** Which shop's routes, and where. */
export interface ShopAddress {
  /** Origin. */
  readonly edge: string;
  readonly shop: ShopId;
}

/** Requests carry no cookies and no referrer. */
export const EDGE_REQUEST = { credentials: 'omit', referrerPolicy: 'no-referrer' } as const satisfies RequestInit;

/** A connection that stalls counts as none. */
export const MESSAGE_TIMEOUT_MS = 30_000;

/** @param path Below the shop. */
export function shopUrl({ edge, shop }: ShopAddress, path: string): string {
  return `${edge}/v1/shops/${shop}/${path}`;
}
