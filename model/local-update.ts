import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { TaskOf } from '#protocol/task.ts';
import type { ScoreAll } from './dense-scores.ts';
import { encodeSession } from './encoder.ts';
import { drawFactor } from './factor.ts';
import type { Model } from './model.ts';
import { buildProfile, eventsBefore, type Profile } from './profile.ts';

/** At most this many of the latest next-item examples are trained on: bounds time and memory. */
const MAX_EXAMPLES = 20;

/** What a position of a history teaches: the item chosen next, given the session before it. */
export interface Example {
  /** Item vector products with the session vector, `[N]`. */
  readonly logits: Float32Array;
  /** Session vector in the factor's coordinates: A · s, `[rank]`. */
  readonly projected: Float32Array;
  /** The row chosen next. */
  readonly target: number;
}

/**
 * The local step: how this device would change B in ΔE = B · A, from its own history.
 *
 * Minimizes the mean of −log softmax(s_t · (E + B[group] · A))[next item] over the history's
 * positions by `localSteps` steps of plain gradient descent from B = 0. The session vectors are held
 * fixed, which makes the loss convex in B.
 *
 * @param scoreAll Of the model's items.
 * @param events The device's history, oldest first.
 * @returns New minus old B, `[numGroups, rank]` flattened, not clipped; zeros if the history has no
 *   two items of this model.
 */
export async function localUpdate({
  model,
  scoreAll,
  events,
  rowOf,
  task,
}: {
  readonly model: Model;
  readonly scoreAll: ScoreAll;
  readonly events: readonly ShopEvent[];
  readonly rowOf: (id: ItemId) => number | undefined;
  readonly task: Pick<TaskOf<'model-update'>, 'vdaf' | 'factorSeed' | 'rank' | 'localSteps' | 'localLearningRate'>;
}): Promise<Float32Array> {
  const { rank, localSteps, localLearningRate } = task;
  const numParams = task.vdaf.length;
  const expected = model.config.numGroups * rank;
  if (numParams !== expected) throw new RangeError(`expected an update of ${expected} parameters, got ${numParams}`);
  const factor = await drawFactor(task.factorSeed, { rank, dim: model.config.dim });
  const examples = makeExamples(model, scoreAll, {
    profile: buildProfile(events, { rowOf, maxEvents: Number.MAX_SAFE_INTEGER }),
    factor,
    rank,
  });
  const update = new Float32Array(numParams);
  if (examples.length === 0) return update;
  for (let step = 0; step < localSteps; step++) {
    const gradient = updateGradient(examples, update, { groups: model.groups, rank });
    for (let i = 0; i < numParams; i++) update[i] = (update[i] as number) - localLearningRate * (gradient[i] as number);
  }
  return update;
}

function makeExamples(
  model: Model,
  scoreAll: ScoreAll,
  { profile, factor, rank }: { readonly profile: Profile; readonly factor: Float32Array; readonly rank: number },
): Example[] {
  const { maxEvents, numItems, dim } = model.config;
  const examples: Example[] = [];
  const numEvents = profile.rows.length;
  for (let next = Math.max(1, numEvents - MAX_EXAMPLES); next < numEvents; next++) {
    const session = encodeSession(eventsBefore(profile, next, maxEvents), model);
    const logits = new Float32Array(numItems);
    scoreAll(session, logits);
    const projected = new Float32Array(rank);
    for (let r = 0; r < rank; r++) {
      let dot = 0;
      for (let d = 0; d < dim; d++) dot += (factor[r * dim + d] as number) * (session[d] as number);
      projected[r] = dot;
    }
    examples.push({ logits, projected, target: profile.rows[next] as number });
  }
  return examples;
}

/**
 * Gradient of the mean loss by B, `[numGroups, rank]`:
 *
 *     dL/dB[g] = mean_t Σ_{rows j of g} (softmax_t[j] − [j = target_t]) · (A · s_t)
 *
 * @param update B now, `[numGroups, rank]`. Not modified.
 */
export function updateGradient(
  examples: readonly Example[],
  update: Float32Array,
  { groups, rank }: { readonly groups: Uint16Array; readonly rank: number },
): Float32Array {
  const numGroups = update.length / rank;
  const gradient = new Float32Array(update.length);
  const shifts = new Float32Array(numGroups);
  const masses = new Float32Array(numGroups);
  for (const { logits, projected, target } of examples) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let g = 0; g < numGroups; g++) {
      let shift = 0;
      for (let r = 0; r < rank; r++) shift += (update[g * rank + r] as number) * (projected[r] as number);
      shifts[g] = shift;
    }
    for (let row = 0; row < logits.length; row++) {
      largest = Math.max(largest, (logits[row] as number) + (shifts[groups[row] as number] as number));
    }
    masses.fill(0);
    let total = 0;
    for (let row = 0; row < logits.length; row++) {
      const group = groups[row] as number;
      const mass = Math.exp((logits[row] as number) + (shifts[group] as number) - largest);
      masses[group] = (masses[group] as number) + mass;
      total += mass;
    }
    const targetGroup = groups[target] as number;
    for (let g = 0; g < numGroups; g++) {
      const error = (masses[g] as number) / total - (g === targetGroup ? 1 : 0);
      for (let r = 0; r < rank; r++) {
        const i = g * rank + r;
        gradient[i] = (gradient[i] as number) + (error * (projected[r] as number)) / examples.length;
      }
    }
  }
  return gradient;
}
