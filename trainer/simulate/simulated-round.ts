import { createHash } from 'node:crypto';
import { releaseShare } from '#privacy/aggregate.ts';
import { collect } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { fromFixedPoint } from '#privacy/fixed-point.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { TaskId } from '#protocol/ids.ts';
import { CLIP_NORM_UNITS, MAX_BATCH, MIN_BATCH_FLOOR } from '#protocol/task.ts';
import { encodeModel, type TrainedModel } from '#trainer/trained-model.ts';
import type { DevicePool } from './device-pool.ts';
import { seededBytes } from './seeded-bytes.ts';
import type { SimulatedTask } from './simulated-device.ts';

export interface RoundSum {
  readonly task: SimulatedTask;
  /** Noised by both parties, `[numGroups, rank]`. */
  readonly sum: Float64Array;
  readonly cpuMs: number;
}

/** Length of every update; any would do, as steps don't depend on it. */
const CLIP_NORM = 1;

/**
 * Plays one round from the offered task to the sum that the collector gets.
 *
 * @param name Names the round: the seed of everything that is random in it.
 */
export async function playRound(
  trained: TrainedModel,
  {
    pool,
    name,
    factor,
    rank,
    noiseMultiplier,
    ...players
  }: Parameters<DevicePool['play']>[1] &
    Pick<SimulatedTask, 'factor' | 'rank'> & {
      readonly pool: DevicePool;
      readonly name: string;
      /** Of each party on the sum ÷ clip norm; 0 leaves the noise out, which no party does. */
      readonly noiseMultiplier: number;
    },
): Promise<RoundSum> {
  const { config } = trained;
  const task: SimulatedTask = {
    rank,
    factor,
    vdaf: { type: 'UnverifiedVectorSum', length: config.numGroups * rank },
    clipNorm: CLIP_NORM,
    scale: CLIP_NORM_UNITS / CLIP_NORM,
    minBatch: MIN_BATCH_FLOOR,
    maxBatch: MAX_BATCH,
    noiseMultiplier,
  };
  const taskId = hashOf(name) as string as TaskId;
  const round = { config, files: encodeModel(trained), task, taskId };
  const { sums, cpuMs } = await pool.play(round, players);
  const ring = elementRing(vdafShape(task.vdaf).elementBytes);
  const release = (share: Bytes, party: string): Bytes => {
    if (noiseMultiplier === 0) return share;
    const random = seededBytes(`${name} noise of ${party}`);
    return releaseShare(share, { task, ring, count: players.devices.length, random });
  };
  const units = collect(release(sums.leader, 'leader'), release(sums.helper, 'helper'), { ring, vdaf: task.vdaf });
  const sum = fromFixedPoint(units, task.scale);
  return { task, sum, cpuMs };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
