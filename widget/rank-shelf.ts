import { diversify } from '#model/diversify.ts';
import { buildProfile, MAX_PROFILE_EVENTS } from '#model/profile.ts';
import { scoreItems } from '#model/score-items.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { arrangeShelf } from './arrange-shelf.ts';
import { leftOutItems } from './left-out-items.ts';
import type { Ranker } from './ranker.ts';
import { reasonFor } from './reason.ts';

import type { ShelfCard, ShelfQuery } from './shelf-state.ts';

/** One shelf to be filled. */
export interface RankRequest {
  readonly query: ShelfQuery;
  /** The item that the page is about, if any. */
  readonly pageItemId: ItemId | undefined;
  /** History, oldest first; empty while personalization is paused. */
  readonly events: readonly ShopEvent[];
}

/**
 * Fills one shelf: history → profile → session encoder → scorer → blend → rules and
 * variety → cards.
 *
 * @returns Cards best first; none for a `similar` shelf whose item this model does not know.
 */
export async function rankShelf(ranker: Ranker, request: RankRequest, nowMs: number): Promise<readonly ShelfCard[]> {
  const { bundle, scorer, rules, rowOf } = ranker;
  const { query } = request;
  const subject = query.kind === 'similar' ? (query.itemId ?? request.pageItemId) : undefined;
  if (query.kind === 'similar' && (subject === undefined || rowOf(subject) === undefined)) return [];

  const profile = buildProfile(profileEvents(request, subject, nowMs), {
    rowOf,
    maxEvents: MAX_PROFILE_EVENTS,
  });
  const scores = scoreItems(bundle.model, scorer, profile);
  // What is popular stands in its order: the first shelf, drawn before the model came, has the same.
  const isPersonal = profile.rows.length > 0 || profile.searches.length > 0;
  const diversity = (isPersonal && bundle.model.config.diversity) || 0;
  const rows = await arrangeShelf({
    scores,
    rules,
    hidden: hiddenRows(ranker, request, { subject, nowMs }),
    count: query.count,
    reorder: (head) => diversify(head, bundle.model.items, diversity),
  });
  const meanTerms = scores.meanTerms();
  return rows.map((row) => ({
    ...cardOf(ranker, row),
    reason: reasonFor(row, {
      shelf: query.kind,
      terms: scores.termsOf(row),
      meanTerms,
      neighbors: bundle.model.neighbors,
      eventRows: profile.rows,
      titleOf: bundle.catalog.titleOf,
    }),
  }));
}

/** A `similar` shelf is that of a shopper who has seen one item; a `trending` one of a stranger. */
function profileEvents(
  { query, events }: RankRequest,
  subject: ItemId | undefined,
  nowMs: number,
): readonly ShopEvent[] {
  if (subject !== undefined) return [{ kind: 'view', itemId: subject, atMs: nowMs }];
  return query.kind === 'for-you' ? events : [];
}

function hiddenRows(
  { rowOf }: Ranker,
  { events, pageItemId }: RankRequest,
  { subject, nowMs }: { readonly subject: ItemId | undefined; readonly nowMs: number },
): Set<number> {
  const hidden = new Set<number>();
  const itemIds = leftOutItems(events, nowMs);
  if (pageItemId !== undefined) itemIds.add(pageItemId);
  if (subject !== undefined) itemIds.add(subject);
  for (const itemId of itemIds) {
    const row = rowOf(itemId);
    if (row !== undefined) hidden.add(row);
  }
  return hidden;
}

function cardOf({ bundle, live }: Ranker, row: number) {
  const { id, title, url, imageUrl, priceCents, currency } = bundle.catalog.itemAt(row);
  return { id, title, url, imageUrl, priceCents: live?.priceCents[id] ?? priceCents, currency };
}
