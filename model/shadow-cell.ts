import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { NUM_SHADOW_CELLS, SHADOW_RANK_STARTS } from '#protocol/task.ts';
import type { Model } from './model.ts';
import { buildProfile, MAX_PROFILE_EVENTS } from './profile.ts';
import { rowScorer } from './score-items.ts';

/** A model as a history sees it. */
export interface JudgedModel {
  readonly model: Model;
  readonly rowOf: (id: ItemId) => number | undefined;
}

/**
 * What a device tells a `shadow-eval` task: the cell of (bucket of the rank under the current model, bucket
 * of the rank under the candidate) that the item really chosen next is in, each ranked from the history
 * before it.
 *
 * @param events Oldest first.
 * @returns A cell; the last one where the history has no item event after another one. An item that a model
 *   does not know is in that model's last bucket.
 */
export function shadowCell(
  events: readonly ShopEvent[],
  { current, candidate }: { readonly current: JudgedModel; readonly candidate: JudgedModel },
): number {
  const next = events.findLastIndex(isChoice);
  const before = events.slice(0, Math.max(0, next));
  if (!before.some(isChoice)) return NO_CHOICE_CELL;
  const { itemId } = events[next] as Choice;
  const [row, column] = [current, candidate].map((judged) => rankBucket(rankOf(itemId, before, judged))) as [
    number,
    number,
  ];
  return row * SHADOW_RANK_STARTS.length + column;
}

const NO_CHOICE_CELL = NUM_SHADOW_CELLS - 1;

type Choice = Exclude<ShopEvent, { kind: 'search' }>;

/** Whether an event is about one item and more than having seen its card. */
function isChoice(event: ShopEvent): event is Choice {
  return event.kind !== 'search' && event.kind !== 'impression';
}

/** How many items score higher; Infinity for an item that the model does not have. */
function rankOf(itemId: ItemId, before: readonly ShopEvent[], { model, rowOf }: JudgedModel): number {
  const target = rowOf(itemId);
  if (target === undefined) return Number.POSITIVE_INFINITY;
  const profile = buildProfile(before, { rowOf, maxEvents: MAX_PROFILE_EVENTS });
  const scoreOf = rowScorer(model, profile);
  const targetScore = scoreOf(target);
  let rank = 0;
  for (let row = 0; row < model.config.numItems; row++) if (scoreOf(row) > targetScore) rank++;
  return rank;
}

/** The bucket that a rank is in: an index into `SHADOW_RANK_STARTS`. */
export function rankBucket(rank: number): number {
  return SHADOW_RANK_STARTS.findLastIndex((start) => rank >= start);
}
