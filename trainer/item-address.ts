/** Returns the address of an item's page in the shop. */
export function itemUrl(itemId: string): string {
  return `/item/${encodeURIComponent(itemId)}`;
}

/** Returns the address of the picture that the shop draws for an item without a photo. */
export function drawnPictureUrl(itemId: string): string {
  return `/pictures/${encodeURIComponent(itemId)}.svg`;
}
