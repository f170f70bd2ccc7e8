import { encodeSession } from '#model/encoder.ts';
import { examplesOf } from '#model/examples.ts';
import type { Model } from '#model/model.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { sharedSoftmaxThreads } from './softmax-threads.ts';

/** Histories as a model reads them: what it is asked, and how much each question weighs. */
export interface Questions {
  /** `[P, D]`, session vectors. */
  readonly sessions: Float32Array;
  /** `[P]`, each history's share of 1, on every example of it. */
  readonly weights: Float32Array;
}

/**
 * Every example of the histories as a question to a model.
 *
 * Each history weighs as it does in a round's sum, where updates are scaled to one length: about as 1 / √examples
 * an example.
 */
export function questionsOf(
  histories: readonly (readonly ShopEvent[])[],
  { model, rowOf }: { readonly model: Model; readonly rowOf: (id: ItemId) => number | undefined },
): Questions {
  const { dim, maxEvents } = model.config;
  const sessions: Float32Array[] = [];
  const weights: number[] = [];
  let total = 0;
  for (const events of histories) {
    const examples = examplesOf(events, { rowOf, maxEvents });
    if (examples.length === 0) continue;
    const weight = 1 / Math.sqrt(examples.length);
    total += weight;
    for (const { given } of examples) {
      sessions.push(encodeSession(given, model));
      weights.push(weight);
    }
  }
  const joined = new Float32Array(sessions.length * dim);
  sessions.forEach((session, position) => {
    joined.set(session, position * dim);
  });
  return { sessions: joined, weights: Float32Array.from(weights, (weight) => weight / total) };
}

/** Questions asked of the softmax at once: bounds the time of a part, and of what float32 has to add up. */
const BLOCK = 4096;
/** A target that is all but never drawn: the softmax is over the items alone. */
const CLOSED_LOG_Q = 1e30;

/**
 * What a model expects to be chosen, by who asks:
 *
 *     moments[g] = Σ_p weight_p · Σ_{rows j of g} softmax(s_p · E)[j] · s_p
 *
 * The gradient of the questions' log-partition by the item vectors; the loss's gradient is this less the same of
 * what was chosen.
 *
 * @param vectors `[N, D]`, D a multiple of 8. @param groups `[N]`.
 * @returns `[numGroups, D]`.
 */
export function expectedMoments(
  { sessions, weights }: Questions,
  vectors: Float32Array,
  { groups, numGroups }: { readonly groups: Uint16Array; readonly numGroups: number },
): Float64Array {
  const numItems = groups.length;
  const dim = vectors.length / numItems;
  const table = new Float32Array(vectors.length + dim); // one row more, everybody's target
  table.set(vectors);
  const negatives = Int32Array.from(groups, (_, row) => row);
  const negativeLogQ = new Float32Array(numItems);
  const moments = new Float64Array(numGroups * dim);
  for (let first = 0; first < weights.length; first += BLOCK) {
    const block = weights.subarray(first, first + BLOCK);
    const { tableGradients } = sharedSoftmaxThreads().run({
      dim,
      sessions: sessions.subarray(first * dim, (first + block.length) * dim),
      table,
      targets: new Int32Array(block.length).fill(numItems),
      weights: block,
      targetLogQ: new Float32Array(block.length).fill(CLOSED_LOG_Q),
      negatives,
      negativeLogQ,
    });
    groups.forEach((group, row) => {
      for (let d = 0; d < dim; d++) {
        moments[group * dim + d] = (moments[group * dim + d] as number) + (tableGradients[row * dim + d] as number);
      }
    });
  }
  return moments;
}
