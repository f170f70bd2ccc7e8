import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { TaskOf } from '#protocol/task.ts';
import type { ScoreAll } from './dense-scores.ts';
import { encodeSession } from './encoder.ts';
import { examplesOf } from './examples.ts';
import { readFactor } from './factor.ts';
import type { Model } from './model.ts';
import { norm } from './norm.ts';

/** A round as a history takes part in it. */
export interface LocalRound {
  readonly model: Model;
  /** Of the model's items. */
  readonly scoreAll: ScoreAll;
  /** The device's history, oldest first. */
  readonly events: readonly ShopEvent[];
  readonly rowOf: (id: ItemId) => number | undefined;
  readonly task: Pick<TaskOf<'model-update'>, 'factor' | 'rank' | 'vdaf' | 'clipNorm'>;
}

/**
 * The local step: {@link localGradient} scaled to length `clipNorm`.
 *
 * It is scaled up as well as down: noise is the same for all, so a short update would only be heard less.
 *
 * @returns `[numGroups, rank]` flattened; zeros if the history has no two items of this model.
 * @throws {RangeError} What {@link localGradient} throws.
 */
export function localUpdate(round: LocalRound): Float32Array {
  const update = localGradient(round);
  const length = norm(update);
  const stretch = length === 0 ? 0 : round.task.clipNorm / length;
  for (let i = 0; i < update.length; i++) update[i] = stretch * (update[i] as number);
  return update;
}

/**
 * Which way this device's own history would move B in ΔE = B · A: minus the gradient at B = 0 of the history's
 * loss, the sum of −log softmax(s_t · (E + B[group] · A))[item] over its examples.
 *
 *     gradient[g] = Σ_t Σ_{rows j of g} ([j = item_t] − softmax_t[j]) · (A · s_t)
 *
 * @returns `[numGroups, rank]` flattened; zeros if the history has no two items of this model.
 * @throws {RangeError} If the task's sum does not have numGroups × rank elements.
 */
export function localGradient({
  model,
  scoreAll,
  events,
  rowOf,
  task: { rank, factor, vdaf },
}: LocalRound): Float32Array {
  const { numGroups, numItems, maxEvents, dim } = model.config;
  const expected = numGroups * rank;
  if (vdaf.length !== expected) throw new RangeError(`expected a sum of ${expected} elements, got ${vdaf.length}`);
  const directions = readFactor(factor, { rank, dim });
  const gradient = new Float32Array(expected);
  const logits = new Float32Array(numItems);
  const odds = new Float32Array(numGroups);
  const projected = new Float32Array(rank);
  for (const { given, row: wantedRow } of examplesOf(events, { rowOf, maxEvents })) {
    const session = encodeSession(given, model);
    scoreAll(session, logits);
    let largest = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < numItems; row++) largest = Math.max(largest, logits[row] as number);
    let total = 0;
    odds.fill(0);
    for (let row = 0; row < numItems; row++) {
      const group = model.groups[row] as number;
      const odd = Math.exp((logits[row] as number) - largest);
      odds[group] = (odds[group] as number) + odd;
      total += odd;
    }
    for (let r = 0; r < rank; r++) {
      let dot = 0;
      for (let d = 0; d < dim; d++) dot += (directions[r * dim + d] as number) * (session[d] as number);
      projected[r] = dot;
    }
    const wanted = model.groups[wantedRow] as number;
    for (let group = 0; group < numGroups; group++) odds[group] = (odds[group] as number) / total;
    odds[wanted] = (odds[wanted] as number) - 1;
    for (let r = 0; r < rank; r++) {
      const scale = projected[r] as number;
      for (let group = 0, i = r; group < numGroups; group++, i += rank) {
        gradient[i] = (gradient[i] as number) - (odds[group] as number) * scale;
      }
    }
  }
  return gradient;
}
