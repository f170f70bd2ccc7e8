import { createHash } from 'node:crypto';
import { inReleaseUnits, releaseShare } from '#privacy/aggregate.ts';
import { collect } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { fromFixedPoint } from '#privacy/fixed-point.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { TaskId } from '#protocol/ids.ts';
import { CLIP_NORM_UNITS, MAX_BATCH, MIN_BATCH_FLOOR } from '#protocol/task.ts';
import { readShadow, type ShadowVerdict } from '#trainer/read-shadow.ts';
import { SHADOW_VDAF } from '#trainer/task-draft.ts';
import { encodeModel, type TrainedModel } from '#trainer/trained-model.ts';
import type { OfferedModel, OfferedRound } from './device-job.ts';
import { seededBytes } from './seeded-bytes.ts';
import type { SimulatedTask, SimulatedTrial } from './simulated-device.ts';
import type { SimulationThreads } from './simulation-threads.ts';

/** Who plays a round, and with how much noise. */
export interface RoundPlayers {
  readonly threads: SimulationThreads;
  /** Their numbers. */
  readonly devices: readonly number[];
  readonly onDevices: (count: number) => void;
  /** Names the round: the seed of everything that is random in it. */
  readonly name: string;
  /** Of each party on the sum ÷ the most that one device changes it; 0 leaves the noise out, which no party does. */
  readonly noiseMultiplier: number;
}

export interface RoundSum {
  readonly task: SimulatedTask;
  /** Noised by both parties, `[numGroups, rank]`. */
  readonly sum: Float64Array;
  readonly cpuMs: number;
}

/** Length of every update; any would do, as steps don't depend on it. */
const CLIP_NORM = 1;
const BATCH = { minBatch: MIN_BATCH_FLOOR, maxBatch: MAX_BATCH };

/** Plays one round of learning from the offered task to the sum that the collector gets. */
export async function playRound(
  trained: TrainedModel,
  { factor, rank, ...players }: RoundPlayers & Pick<SimulatedTask, 'factor' | 'rank'>,
): Promise<RoundSum> {
  const task: SimulatedTask = {
    rank,
    factor,
    vdaf: { type: 'UnverifiedVectorSum', length: trained.config.numGroups * rank },
    clipNorm: CLIP_NORM,
    scale: CLIP_NORM_UNITS / CLIP_NORM,
    ...BATCH,
    noiseMultiplier: players.noiseMultiplier,
  };
  const { units, cpuMs } = await sumOf({ current: offered(trained), offer: { task } }, players);
  return { task, sum: fromFixedPoint(units, task.scale), cpuMs };
}

/** Lets devices compare the current model with a candidate. */
export async function playTrial(
  models: { readonly current: TrainedModel; readonly candidate: TrainedModel },
  players: RoundPlayers,
): Promise<{ readonly verdict: ShadowVerdict; readonly sum: Float64Array; readonly cpuMs: number }> {
  const candidate = offered(models.candidate);
  const { noiseMultiplier } = players;
  const task: SimulatedTrial = { vdaf: SHADOW_VDAF, ...BATCH, noiseMultiplier };
  const { units, cpuMs } = await sumOf({ current: offered(models.current), offer: { task, candidate } }, players);
  return { verdict: readShadow({ task, sum: units }), sum: units, cpuMs };
}

/** A model as the edge would offer it. */
export function offered(trained: TrainedModel): OfferedModel {
  return { config: trained.config, files: encodeModel(trained) };
}

/** The sum of all devices' reports, noised by both parties, in the sum's integers. */
async function sumOf(
  round: Omit<OfferedRound, 'taskId'>,
  { threads, name, noiseMultiplier, devices, onDevices }: RoundPlayers,
): Promise<{ readonly units: Float64Array; readonly cpuMs: number }> {
  const { task } = round.offer;
  const taskId = hashOf(name) as string as TaskId;
  const { sums, cpuMs } = await threads.play({ ...round, taskId }, { devices, onDevices });
  const ring = elementRing(vdafShape(task.vdaf).elementBytes);
  const release = (share: Bytes, party: string): Bytes => {
    if (noiseMultiplier === 0) return inReleaseUnits(share, { ring, vdaf: task.vdaf });
    const random = seededBytes(`${name} noise of ${party}`);
    return releaseShare(share, { task, ring, count: devices.length, random });
  };
  const units = collect(release(sums.leader, 'leader'), release(sums.helper, 'helper'), { ring, vdaf: task.vdaf });
  return { units, cpuMs };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
