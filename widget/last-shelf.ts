import * as v from 'valibot';
import { ItemCardSchema } from '#protocol/catalog.ts';
import type { MetaStore } from './meta.ts';
import { REASON_KINDS, type Reason, type ShelfCard } from './shelf-state.ts';

const RecordSchema = v.array(
  v.object({
    card: ItemCardSchema,
    reason: v.object({ kind: v.picklist(REASON_KINDS), title: v.optional(v.string(), '') }),
  }),
);

/**
 * The personal shelf of the page before, to be drawn while this page's is ranked: stored on the device beside
 * the history that it comes from, and forgotten with it.
 *
 * @returns None if there is none, or another release wrote it.
 */
export async function readLastShelf(meta: MetaStore): Promise<readonly ShelfCard[]> {
  const result = v.safeParse(RecordSchema, await meta.get('last-shelf').catch(() => undefined));
  return result.success ? result.output.map(({ card, reason }) => ({ ...card, reason: reason as Reason })) : [];
}

/** Remembers a personal shelf for the next page. */
export async function keepLastShelf(meta: MetaStore, cards: readonly ShelfCard[]): Promise<void> {
  await meta.set(
    'last-shelf',
    cards.map(({ reason, ...card }) => ({ card, reason })),
  );
}
