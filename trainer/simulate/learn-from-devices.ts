import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { checkSumNorm, sumNormBound } from '#trainer/check-sum-norm.ts';
import { createFactors } from '#trainer/choose-factor.ts';
import { coherenceOfRecords } from '#trainer/coherence-of-records.ts';
import { type Judge, type Judgment, judgeLearned } from '#trainer/judge-candidate.ts';
import { type LearningPoint, learnFromSum } from '#trainer/learn-from-sum.ts';
import type { ShadowVerdict } from '#trainer/read-shadow.ts';
import { startLearning } from '#trainer/server-step.ts';
import { shippedModel, type TrainedModel } from '#trainer/trained-model.ts';
import { playRound, playTrial } from './simulated-round.ts';
import type { SimulationThreads } from './simulation-threads.ts';

/** What one run of rounds decides. */
export interface LearningSettings {
  readonly numRounds: number;
  readonly rank: number;
  /** Of each party in each round and in the trial; 0 leaves the noise out. */
  readonly noiseMultiplier: number;
  readonly seed: number;
}

/** Where a run ended. */
export interface Learned {
  /** The model after the last round played, as it would ship. */
  readonly learned: TrainedModel;
  /** Of that model; a worse one ends a run. Nothing where no round was planned. */
  readonly judgment: Judgment | undefined;
  /** What devices say of going back to the base, where held-out customers left that undecided. */
  readonly trial: ShadowVerdict | undefined;
  readonly roundsPlayed: number;
  /** The devices' processor time. */
  readonly cpuMs: number;
}

/**
 * Whether shoppers get what was learned: where held-out customers find it no worse, or devices find going back worse.
 * What is left undecided goes back to the base.
 */
export function isKept({ judgment, trial }: Pick<Learned, 'judgment' | 'trial'>): boolean {
  return judgment?.verdict === 'no-worse' || (judgment?.verdict === 'undecided' && trial?.says === 'worse');
}

/** Who plays a run and with what. */
export interface LearningParts {
  readonly threads: SimulationThreads;
  /** Who learns: all of them in each round. */
  readonly devices: readonly number[];
  /** Who decides what held-out customers leave undecided in the end; nobody where there are none. */
  readonly deciding: readonly number[];
  /** The merchant's own. */
  readonly histories: readonly (readonly ShopEvent[])[];
  readonly rowOf: (id: ItemId) => number | undefined;
  readonly settings: LearningSettings;
  readonly judge: Judge;
  readonly onDevices: (count: number) => void;
}

/**
 * Plays all rounds of a run and learns from their noised sums.
 *
 * @param base What the merchant trained on its own records.
 * @throws {InputError} If a sum is longer than the trainer takes from honest devices.
 */
export async function learnFromDevices(
  base: TrainedModel,
  {
    threads,
    devices,
    deciding,
    histories,
    rowOf,
    settings: { numRounds, rank, noiseMultiplier, seed },
    judge,
    onDevices,
  }: LearningParts,
): Promise<Learned> {
  const own = { histories, rowOf, numPlanned: numRounds };
  const factorOf = createFactors(shippedModel(base), { rank, seed });
  let point: LearningPoint = { start: base, learned: base, state: startLearning(base.config) };
  let cpuMs = 0;
  let judgment: Judgment | undefined;
  let candidate = base;
  const players = { threads, devices, noiseMultiplier, onDevices };
  const run = `simulation ${seed}, ${devices.length} devices, noise ${noiseMultiplier}`;
  for (let round = 0; round < numRounds; round++) {
    const factor = factorOf(round);
    const played = await playRound(point.learned, { ...players, name: `${run}, round ${round}`, factor, rank });
    const count = devices.length;
    const coherence = coherenceOfRecords(histories, { model: shippedModel(point.learned), rowOf, task: played.task });
    checkSumNorm(played.sum, sumNormBound(played.task, { count, coherence }));
    point = learnFromSum(point, { ...played, count }, own);
    cpuMs += played.cpuMs;
    ({ judgment, candidate } = await judgeLearned(point.learned, judge));
    if (judgment.verdict === 'worse') {
      return { learned: candidate, judgment, trial: undefined, roundsPlayed: round + 1, cpuMs };
    }
  }
  let trial: ShadowVerdict | undefined;
  if (judgment?.verdict === 'undecided' && deciding.length > 0) {
    const asked = { ...players, devices: deciding, onDevices() {}, name: `${run}, trial` };
    const tried = await playTrial({ current: candidate, candidate: base }, asked);
    trial = tried.verdict;
    cpuMs += tried.cpuMs;
  }
  return { learned: candidate, judgment, trial, roundsPlayed: numRounds, cpuMs };
}
