import type { Bytes } from '#protocol/bytes.ts';
import { FirstShelfSchema, type ItemCard } from '#protocol/catalog.ts';
import { digestOf } from '#protocol/digest.ts';
import type { Digest, ItemId } from '#protocol/ids.ts';
import type { Live } from '#protocol/live.ts';
import { unpack } from '#protocol/packed-file.ts';
import { parseJson } from '#protocol/parse.ts';

/** The most popular items, for a page that has nothing else to draw yet. */
export interface FirstShelf {
  /** Of the file: whether it may be drawn is for a manifest to say. */
  readonly digest: Digest;
  readonly cards: readonly ItemCard[];
}

/**
 * Reads a first shelf.
 *
 * @param bytes As the file travels.
 * @throws {ProtocolError} `first-shelf-invalid`.
 */
export async function readFirstShelf(bytes: Bytes): Promise<FirstShelf> {
  const [digest, content] = await Promise.all([digestOf(bytes), unpack({ kind: 'first-shelf' }, bytes)]);
  return { digest, cards: parseJson(FirstShelfSchema, content, 'first-shelf-invalid') };
}

/**
 * The cards that may be shown now, at the prices of now. What categories they are in is not known here: where one
 * is hidden, all may be.
 */
export function cardsNow(cards: readonly ItemCard[], { stock, rules, priceCents }: Live): readonly ItemCard[] {
  const isHidden = (itemId: ItemId): boolean =>
    rules.some(({ kind, target }) => kind === 'hide' && (target.by === 'category' || target.itemId === itemId));
  return cards
    .filter(({ id }) => stock[id] !== 'out' && !isHidden(id))
    .map((card) => ({ ...card, priceCents: priceCents[card.id] ?? card.priceCents }));
}
