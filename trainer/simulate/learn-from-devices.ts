import { chooseFactor } from '#trainer/choose-factor.ts';
import { recordsOfRound, withPull } from '#trainer/own-records.ts';
import { type LearningState, moveItems, startLearning, stepSizeOf, takeRound } from '#trainer/server-step.ts';
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
  }: {
    readonly pool: DevicePool;
    readonly devices: readonly number[];
    readonly events: ArrayLike<number>;
    readonly numRecords: number;
    readonly settings: LearningSettings;
    readonly onDevices: (count: number) => void;
  },
): Promise<{ readonly learned: TrainedModel; readonly cpuMs: number }> {
  const { dim } = base.config;
  let learned = base;
  let state: LearningState = startLearning(base.config);
  let cpuMs = 0;
  for (let round = 0; round < numRounds; round++) {
    const factor = chooseFactor(learned.itemVectors, { dim, rank, round, seed });
    const records = recordsOfRound(round, numRecords);
    const name = `simulation ${seed}, ${devices.length} devices, noise ${noiseMultiplier}, round ${round}`;
    const played = await playRound(
      { trained: learned, start: base },
      { pool, devices, records, name, factor, rank, noiseMultiplier, onDevices },
    );
    const sum = withPull(played.sum, played.pull, numRecords / records.length);
    state = takeRound(state, { sum, task: played.task, dim });
    const itemVectors = moveItems(learned.itemVectors, {
      state,
      groups: base.groups,
      events,
      stepSize: stepSizeOf(state, numRounds),
    });
    learned = { ...learned, itemVectors };
    cpuMs += played.cpuMs;
  }
  return { learned, cpuMs };
}
