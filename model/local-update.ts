import { NUM_GAP_BUCKETS } from '#protocol/encoder-file.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { TaskOf } from '#protocol/task.ts';
import type { ScoreAll } from './dense-scores.ts';
import { encodeSession } from './encoder.ts';
import { readFactor } from './factor.ts';
import type { Model } from './model.ts';
import { buildProfile, eventsBefore, type Profile } from './profile.ts';

/** At most this many of the latest examples of each direction are learned from: bounds time and memory. */
const MAX_EXAMPLES = 20;

type Sequence = Pick<Profile, 'rows' | 'kinds' | 'gaps'>;

/**
 * The local step: which way this device's own history would move B in ΔE = B · A.
 *
 * Minus the gradient at B = 0 of the history's loss, the sum of −log softmax(s_t · (E + B[group] · A))[item] over
 * its examples, scaled to length `clipNorm`:
 *
 *     update[g] ∝ Σ_t Σ_{rows j of g} ([j = item_t] − softmax_t[j]) · (A · s_t)
 *
 * An item is asked for twice: given what came before it, and given what came after it, latest first. The second
 * half costs no privacy, and an item that starts a session would else teach nothing.
 *
 * It is scaled up as well as down: noise is the same for all, so a short update would only be heard less.
 *
 * @param scoreAll Of the model's items.
 * @param events The device's history, oldest first.
 * @returns `[numGroups, rank]` flattened; zeros if the history has no two items of this model.
 * @throws {RangeError} If the task's sum does not have numGroups × rank elements.
 */
export function localUpdate({
  model,
  scoreAll,
  events,
  rowOf,
  task: { rank, factor, vdaf, clipNorm },
}: {
  readonly model: Model;
  readonly scoreAll: ScoreAll;
  readonly events: readonly ShopEvent[];
  readonly rowOf: (id: ItemId) => number | undefined;
  readonly task: Pick<TaskOf<'model-update'>, 'factor' | 'rank' | 'vdaf' | 'clipNorm'>;
}): Float32Array {
  const { numGroups, numItems, maxEvents, dim } = model.config;
  const expected = numGroups * rank;
  const numParams = vdaf.length;
  if (numParams !== expected) throw new RangeError(`expected a sum of ${expected} elements, got ${numParams}`);
  const directions = readFactor(factor, { rank, dim });
  const update = new Float32Array(numParams);
  const logits = new Float32Array(numItems);
  const odds = new Float32Array(numGroups);
  const projected = new Float32Array(rank);

  const learn = (sequence: Sequence): void => {
    const numEvents = sequence.rows.length;
    for (let next = Math.max(1, numEvents - MAX_EXAMPLES); next < numEvents; next++) {
      const session = encodeSession(eventsBefore(sequence, next, maxEvents), model);
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
      const wanted = model.groups[sequence.rows[next] as number];
      for (let group = 0, i = 0; group < numGroups; group++) {
        const surprise = (group === wanted ? 1 : 0) - (odds[group] as number) / total;
        for (let r = 0; r < rank; r++, i++) update[i] = (update[i] as number) + surprise * (projected[r] as number);
      }
    }
  };

  const whole = buildProfile(events, { rowOf, maxEvents: Number.MAX_SAFE_INTEGER });
  learn(whole);
  learn(backwards(eventsBefore(whole, whole.rows.length, MAX_EXAMPLES + 1)));

  let squares = 0;
  for (let i = 0; i < numParams; i++) squares += (update[i] as number) ** 2;
  const stretch = squares === 0 ? 0 : clipNorm / Math.sqrt(squares);
  for (let i = 0; i < numParams; i++) update[i] = stretch * (update[i] as number);
  return update;
}

/** As if the latest event had been the first. */
function backwards({ rows, kinds, gaps }: Sequence): Sequence {
  return {
    rows: rows.slice().reverse(),
    kinds: kinds.slice().reverse(),
    gaps: gaps.map((_, t) => (t === 0 ? NUM_GAP_BUCKETS - 1 : (gaps[gaps.length - t] as number))),
  };
}
