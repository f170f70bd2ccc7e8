import { buildProfile, MAX_PROFILE_EVENTS } from '#model/profile.ts';
import type { CatalogItem } from '#protocol/catalog.ts';
import type { BlendWeights } from '#protocol/manifest.ts';
import { rowLookup } from './device-recommender.ts';
import type { TestCase } from './test-cases.ts';

/** The sequence term and no other. */
export const SEQUENCE_ALONE: BlendWeights = {
  maxEvents: null,
  sequence: 1,
  neighbors: 0,
  text: 0,
  popularity: 0,
  seen: 0,
  again: 0,
  fresh: 0,
};
/** Takes what was had in this visit out of any list. */
const NEVER_AGAIN = -1000;
/** Where fewer of the cases ask for such an item, it is taken out. */
const FEW = 0.02;

/**
 * A blend of the encoder alone, to judge it by before the weights are fitted: without the visit's own items
 * where what is wanted is hardly ever one of them. An encoder puts them first, so that its lists would be
 * judged by the few places left.
 */
export function encoderAlone(items: readonly CatalogItem[], cases: readonly TestCase[]): BlendWeights[] {
  const rowOf = rowLookup(items);
  const asking = cases.filter(({ events, targets }) => {
    const { rows, visitsAgo } = buildProfile(events, { rowOf, maxEvents: MAX_PROFILE_EVENTS });
    return targets.some((target) => rows.some((row, t) => row === target && visitsAgo[t] === 0));
  });
  return [{ ...SEQUENCE_ALONE, seen: asking.length < FEW * cases.length ? NEVER_AGAIN : 0 }];
}
