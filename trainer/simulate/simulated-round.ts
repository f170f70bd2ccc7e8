import { createHash } from 'node:crypto';
import { releaseShare } from '#privacy/aggregate.ts';
import { combineShares } from '#privacy/collect.ts';
import type { Digest, TaskId } from '#protocol/ids.ts';
import { CLIP_NORM_UNITS, MAX_BATCH, MIN_BATCH_FLOOR } from '#protocol/task.ts';
import { encodeModel, type TrainedModel } from '#trainer/trained-model.ts';
import type { DevicePool } from './device-pool.ts';
import { seededBytes } from './seeded-bytes.ts';
import type { SimulatedTask } from './simulated-device.ts';

/** What a run decides about its rounds. */
export type RoundSettings = Pick<SimulatedTask, 'rank' | 'localSteps' | 'localLearningRate' | 'clipNorm'> & {
  /** Of each party on the sum ÷ clip norm; 0 leaves the noise out, which no party does. */
  readonly noiseMultiplier: number;
};

export interface RoundSum {
  readonly task: SimulatedTask;
  /** Noised by both parties, `[numParams]`. */
  readonly sum: Float64Array;
  readonly cpuMs: number;
}

/**
 * Plays one round from the offered task to the sum that the collector gets.
 *
 * @param name Names the round: the seed of everything that is random in it.
 */
export async function playRound(
  trained: TrainedModel,
  {
    pool,
    devices,
    name,
    settings: { noiseMultiplier, ...settings },
    onDevices,
  }: {
    readonly pool: DevicePool;
    readonly devices: readonly number[];
    readonly name: string;
    readonly settings: RoundSettings;
    readonly onDevices: (count: number) => void;
  },
): Promise<RoundSum> {
  const { config } = trained;
  const task: SimulatedTask = {
    ...settings,
    factorSeed: hashOf(`${name} factor`) as Digest,
    numParams: config.numGroups * settings.rank,
    scale: CLIP_NORM_UNITS / settings.clipNorm,
    minBatch: MIN_BATCH_FLOOR,
    maxBatch: MAX_BATCH,
    noiseMultiplier,
  };
  const taskId = hashOf(name) as string as TaskId;
  const round = { config, files: encodeModel(trained), task, taskId };
  const { sums, cpuMs } = await pool.play(round, devices, onDevices);
  const release = (share: Uint32Array<ArrayBuffer>, party: string) =>
    noiseMultiplier === 0
      ? share
      : releaseShare(share, { task, count: devices.length, random: seededBytes(`${name} noise of ${party}`) });
  const sum = combineShares(release(sums.leader, 'leader'), release(sums.helper, 'helper'), task);
  return { task, sum, cpuMs };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
