import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { encodeEncoder } from '#protocol/encoder-file.ts';
import type { TaskId } from '#protocol/ids.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import type { LearningState } from './server-step.ts';
import type { TrainedModel } from './trained-model.ts';
import type { ShopWorkspace } from './workspace.ts';

/** Learning from devices as it stands between two rounds. */
export interface Learning {
  readonly state: LearningState;
  /** What it was before the round taken in last. */
  readonly stateBefore: LearningState;
  /** Item vectors before the first round, `[N, D]`. */
  readonly startVectors: Float32Array;
  /** The round taken in last: a sum counts once, whatever interrupts its application. */
  readonly latest: TaskId;
}

/** Of {@link Learning}: what was kept in another one is none. */
const FORMAT = 2;

/**
 * Where learning is kept. Rounds change item vectors alone; a training makes another encoder, for which what
 * the rounds before it said means nothing, so it finds no state.
 */
export function learningFile({ modelDir }: ShopWorkspace, trained: TrainedModel): CheckpointFile<Learning> {
  return new CheckpointFile(join(modelDir, 'learning.state'), nameLearning(trained));
}

/** Of what all models that rounds lead to have in common. */
export function nameLearning({ encoder, config, groups }: TrainedModel): string {
  const hash = createHash('sha256').update(`${FORMAT}`).update(encodeEncoder(encoder, config)).update(groups);
  return hash.digest('hex');
}

/**
 * The learning that a round goes on with. Once all rounds that a device may take part in have been taken in, the
 * next one begins anew from where they led.
 *
 * @param round The round, if there is one yet: what was taken in of it already changes nothing.
 */
export function continued(
  learning: Learning | undefined,
  { maxParticipations, round }: { readonly maxParticipations: number; readonly round?: TaskId },
): Learning | undefined {
  if (learning === undefined || learning.latest === round) return learning;
  return learning.state.numRounds < maxParticipations ? learning : undefined;
}
