import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { encodeEncoder } from '#protocol/encoder-file.ts';
import type { TaskId } from '#protocol/ids.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { InputError } from './input-error.ts';
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
  /** The blend's weights then. */
  readonly startBlend: TrainedModel['config']['blend'];
  /** The round taken in last: a sum counts once, whatever interrupts its application. */
  readonly latest: TaskId;
  /** Whether held-out customers are not sure of where it led, and devices have not decided since. */
  readonly isUndecided: boolean;
  /** Whether no more rounds were planned. */
  readonly isLast: boolean;
}

/** Of {@link Learning}: what was kept in another one is none. */
const FORMAT = 5;

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
 * What the rounds before have said, if there were any.
 *
 * @throws {InputError} If what lies there is another model's, or was edited: what it says would be learned.
 */
export async function loadLearning(workspace: ShopWorkspace, trained: TrainedModel): Promise<Learning | undefined> {
  const file = learningFile(workspace, trained);
  const learning = await file.load();
  if (learning === undefined) {
    if (!(await file.exists())) return undefined;
    throw new InputError(
      `${file.path}: expected what rounds of this model have said, found another model’s or a damaged file; restore it, or delete it to begin anew`,
    );
  }
  const { dim, numGroups, numItems } = trained.config;
  const { state, stateBefore, startVectors, isUndecided, isLast } = learning;
  const isState = ({ numRounds, evidence, coverage, noise }: LearningState): boolean =>
    Number.isSafeInteger(numRounds) &&
    areNumbers(evidence, numGroups * dim) &&
    areNumbers(coverage, dim * dim) &&
    areNumbers(noise, dim * dim);
  const areStates = isState(state) && isState(stateBefore) && areNumbers(startVectors, numItems * dim);
  if (areStates && typeof isUndecided === 'boolean' && typeof isLast === 'boolean') return learning;
  throw new InputError(
    `${file.path}: expected the state of ${numGroups} groups of ${numItems} items in ${dim} directions, found other values; restore it, or delete it to begin anew`,
  );
}

/** The model that learning began with. */
export function startOf(trained: TrainedModel, { startVectors, startBlend }: Learning): TrainedModel {
  return { ...trained, config: { ...trained.config, blend: startBlend }, itemVectors: startVectors };
}

/** Whether all rounds were played and devices are to decide on what they led to. */
export function awaitsTrial({ isUndecided, isLast }: Learning): boolean {
  return isUndecided && isLast;
}

/**
 * @param maxParticipations Of the next round: where as many were played, learning would begin anew.
 * @throws {InputError} If nobody has decided yet whether what was learned may stay, and learning would not go on.
 */
export function requireDecided(learning: Learning | undefined, maxParticipations: number): void {
  if (!learning?.isUndecided) return;
  if (!learning.isLast && continued(learning, { maxParticipations })) return;
  throw new InputError(
    'expected what the rounds before have learned to be decided on, but held-out customers are not sure that it is no worse; run "vitrine round shadow --start" to let devices decide, or "vitrine round back" to give it up',
  );
}

function areNumbers(values: Float32Array | Float64Array, length: number): boolean {
  return values?.length === length && values.every(Number.isFinite);
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
