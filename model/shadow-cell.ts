import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { NUM_SHADOW_CELLS, SHADOW_RANK_STARTS } from '#protocol/task.ts';
import { createJsScorer } from './js-scorer.ts';
import type { Model } from './model.ts';
import { buildProfile, MAX_PROFILE_EVENTS } from './profile.ts';
import { scoreItems } from './score-items.ts';

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
 * @param models.learnedUntilMs When the device last sent what `events` teach: it would find a model better that has
 *   learned the very choice it is asked for.
 * @returns A cell; the last one where the history has no item event after another one, or none since
 *   `learnedUntilMs`. An item that a model does not know is in that model's last bucket.
 */
export async function shadowCell(
  events: readonly ShopEvent[],
  {
    current,
    candidate,
    learnedUntilMs = Number.NEGATIVE_INFINITY,
  }: { readonly current: JudgedModel; readonly candidate: JudgedModel; readonly learnedUntilMs?: number },
): Promise<number> {
  const next = events.findLastIndex(isChoice);
  const before = events.slice(0, Math.max(0, next));
  if (!before.some(isChoice)) return NO_CHOICE_CELL;
  const { itemId, atMs } = events[next] as Choice;
  if (atMs <= learnedUntilMs) return NO_CHOICE_CELL;
  const bucketUnder = async (judged: JudgedModel) => rankBucket(await rankOf(itemId, before, judged));
  return (await bucketUnder(current)) * SHADOW_RANK_STARTS.length + (await bucketUnder(candidate));
}

const NO_CHOICE_CELL = NUM_SHADOW_CELLS - 1;
/** All ranks beyond are in one bucket. */
const NUM_RANKED = SHADOW_RANK_STARTS.at(-1) as number;

type Choice = Exclude<ShopEvent, { kind: 'search' }>;

/** Whether an event is about one item and more than having seen its card. */
function isChoice(event: ShopEvent): event is Choice {
  return event.kind !== 'search' && event.kind !== 'impression';
}

/** Where an item stands in the ranking of all items; Infinity for one below all buckets but the last. */
async function rankOf(itemId: ItemId, before: readonly ShopEvent[], { model, rowOf }: JudgedModel): Promise<number> {
  const profile = buildProfile(before, { rowOf, maxEvents: MAX_PROFILE_EVENTS });
  // Neither rules nor stock count here, and a bundle from which nothing is shown has all items hidden.
  const items = { ...model.items, lifts: new Float32Array(model.items.numItems) };
  const { rows } = await scoreItems({ ...model, items }, createJsScorer(items), profile).best(NUM_RANKED);
  const target = rowOf(itemId);
  const rank = target === undefined ? -1 : rows.indexOf(target);
  return rank === -1 ? Number.POSITIVE_INFINITY : rank;
}

/** The bucket that a rank is in: an index into `SHADOW_RANK_STARTS`. */
export function rankBucket(rank: number): number {
  return SHADOW_RANK_STARTS.findLastIndex((start) => rank >= start);
}
