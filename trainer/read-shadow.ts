import { noiseOnSum } from '#privacy/noise.ts';
import { NUM_SHADOW_CELLS, SHADOW_RANK_STARTS, type Task } from '#protocol/task.ts';
import type { ReleasedSum } from './released-sum.ts';

/** What devices say of a candidate beside the current model. */
export interface ShadowVerdict {
  /** Devices that had something to compare, as far as the noise tells. */
  readonly numCompared: number;
  /** NDCG@20 of the item chosen last, each bucket of ranks by its mean. */
  readonly ndcgBefore: number;
  readonly ndcgAfter: number;
  /** Of their difference: of the devices' own spread and of both parties' noise. */
  readonly standardError: number;
  /** Whether the candidate is worse by more than one standard error; nothing where the noise may be all there is. */
  readonly says: 'no-worse' | 'worse' | 'nothing';
}

/** Fewer devices than this many standard deviations of the noise on their number may be none at all. */
const NOISE_DEVIATIONS = 2;

/** Mean over a bucket's ranks of 1 / log2(rank + 2); the last bucket is past the cutoff. */
const GAINS = SHADOW_RANK_STARTS.map((start, bucket) => {
  const end = SHADOW_RANK_STARTS[bucket + 1];
  if (end === undefined) return 0;
  let gain = 0;
  for (let rank = start; rank < end; rank++) gain += 1 / Math.log2(rank + 2);
  return gain / (end - start);
});

/**
 * Judges a candidate by the noised counts of (bucket under the current model, bucket under the candidate).
 *
 * @param released Of a `shadow-eval` task, `[26]`.
 */
export function readShadow({
  task,
  sum,
}: Pick<ReleasedSum, 'sum'> & { readonly task: Pick<Task, 'noiseMultiplier' | 'vdaf'> }): ShadowVerdict {
  const numBuckets = SHADOW_RANK_STARTS.length;
  const numCells = NUM_SHADOW_CELLS - 1;
  const noiseVariance = noiseOnSum(task) ** 2;
  let numCompared = 0;
  let before = 0;
  let after = 0;
  let spread = 0;
  let noise = 0;
  for (let cell = 0; cell < numCells; cell++) {
    const count = sum[cell] as number;
    const [had, has] = [GAINS[Math.floor(cell / numBuckets)], GAINS[cell % numBuckets]] as [number, number];
    numCompared += count;
    before += count * had;
    after += count * has;
    spread += Math.max(0, count) * (has - had) ** 2;
    noise += noiseVariance * (has - had) ** 2;
  }
  if (!(numCompared > NOISE_DEVIATIONS * Math.sqrt(numCells * noiseVariance))) {
    return { numCompared: 0, ndcgBefore: 0, ndcgAfter: 0, standardError: Number.POSITIVE_INFINITY, says: 'nothing' };
  }
  const standardError = Math.sqrt(spread + noise) / numCompared;
  const [ndcgBefore, ndcgAfter] = [before / numCompared, after / numCompared];
  const says = ndcgBefore - ndcgAfter > standardError ? 'worse' : 'no-worse';
  return { numCompared, ndcgBefore, ndcgAfter, standardError, says };
}
