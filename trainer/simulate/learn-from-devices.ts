import { chooseFactor } from '#trainer/choose-factor.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { type LearningState, moveItems, startLearning, takeRound } from '#trainer/server-step.ts';
import type { TrainedModel } from '#trainer/trained-model.ts';
import type { DevicePool } from './device-pool.ts';
import { playRound } from './simulated-round.ts';

/** What one run of rounds decides. */
export interface LearningSettings {
  readonly numRounds: number;
  readonly rank: number;
  /** Of each party in each round; 0 leaves the noise out. */
  readonly noiseMultiplier: number;
  readonly seed: number;
}

/** The merchant's own histories that take part in a round: a part of them, in turn, counted as all. */
const RECORDS_PER_ROUND = 3000;
/** An own history counts as so many devices: no noise is added to it. */
const RECORD_WEIGHT = 4;

/**
 * Plays all rounds of a run, each with all of the devices, and learns from their noised sums.
 *
 * @param base What the merchant trained on its own records.
 * @param players Events of each item and how many histories the merchant has.
 * @returns The model after the last round, and the devices' processor time.
 */
export async function learnFromDevices(
  base: TrainedModel,
  {
    pool,
    devices,
    events,
    numRecords,
    settings: { numRounds, rank, noiseMultiplier, seed },
    onDevices,
    onRound,
  }: {
    readonly pool: DevicePool;
    readonly devices: readonly number[];
    readonly events: ArrayLike<number>;
    readonly numRecords: number;
    readonly settings: LearningSettings;
    readonly onDevices: (count: number) => void;
    /** Told the model after each round. */
    readonly onRound: (model: TrainedModel, round: number) => Promise<void>;
  },
): Promise<{ readonly learned: TrainedModel; readonly cpuMs: number }> {
  const { dim } = base.config;
  let learned = base;
  let state: LearningState = startLearning(base.config);
  let cpuMs = 0;
  for (let round = 0; round < numRounds; round++) {
    const random = seededRandom(seed * 1000 + Math.floor(round / 4));
    const factor = chooseFactor(learned.itemVectors, { dim, rank, round, random });
    const records = recordsOf(round, numRecords);
    const name = `simulation ${seed}, ${devices.length} devices, noise ${noiseMultiplier}, round ${round}`;
    const played = await playRound(learned, { pool, devices, records, name, factor, rank, noiseMultiplier, onDevices });
    const recordWeight = (RECORD_WEIGHT * numRecords) / records.length;
    const sum = played.sum.map((value, i) => value + recordWeight * (played.recordSum[i] as number));
    state = takeRound(state, { sum, task: played.task, dim });
    const itemVectors = moveItems(learned.itemVectors, { state, groups: base.groups, events, numRounds });
    learned = { ...learned, itemVectors };
    cpuMs += played.cpuMs;
    await onRound(learned, round);
  }
  return { learned, cpuMs };
}

/** Every so manieth history, others in each round. */
function recordsOf(round: number, numRecords: number): number[] {
  const stride = Math.max(1, Math.ceil(numRecords / RECORDS_PER_ROUND));
  return Array.from({ length: numRecords }, (_, record) => record).filter((record) => record % stride === round % stride);
}
