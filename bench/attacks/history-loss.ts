import type { ScoreAll } from '#model/dense-scores.ts';
import { encodeSession } from '#model/encoder.ts';
import type { Model } from '#model/model.ts';
import { buildProfile, eventsBefore } from '#model/profile.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';

/**
 * How badly a model's sequence term foretells a history: the mean over its events after the first of
 * −log softmax(session · E)[item].
 *
 * @param scoreAll Of the model's items.
 * @throws {RangeError} If the history has no two items of this model.
 */
export function historyLoss(
  events: readonly ShopEvent[],
  {
    model,
    scoreAll,
    rowOf,
  }: { readonly model: Model; readonly scoreAll: ScoreAll; readonly rowOf: (id: ItemId) => number | undefined },
): number {
  const { numItems, maxEvents } = model.config;
  const whole = buildProfile(events, { rowOf, maxEvents: Number.MAX_SAFE_INTEGER });
  const numEvents = whole.rows.length;
  if (numEvents < 2) throw new RangeError(`expected two events of this model's items, got ${numEvents}`);
  const logits = new Float32Array(numItems);
  let loss = 0;
  for (let next = 1; next < numEvents; next++) {
    scoreAll(encodeSession(eventsBefore(whole, next, maxEvents), model), logits);
    const largest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    loss += Math.log(total) - ((logits[whole.rows[next] as number] as number) - largest);
  }
  return loss / (numEvents - 1);
}
