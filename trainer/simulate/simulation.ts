import { drawRanks, recallAt, reciprocalRankAt } from '#model/metrics.ts';
import { noiseMultiplierFor } from '#privacy/accountant.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import { unverifiedVectorSumShape } from '#privacy/unverified-vector-sum.ts';
import type { ShopEvent } from '#protocol/event.ts';
import { reportBytes } from '#protocol/report.ts';
import { fitsRing, MAX_BATCH, MAX_RANK, MIN_BATCH_FLOOR } from '#protocol/task.ts';
import { MAX_SUM_LENGTH } from '#protocol/vdaf-parameters.ts';
import { customerHistories } from '#trainer/customer-histories.ts';
import { rowLookup } from '#trainer/device-recommender.ts';
import { SEQUENCE_ALONE } from '#trainer/encoder-alone.ts';
import { InputError } from '#trainer/input-error.ts';
import { createJudge, type Judge, type Judgment } from '#trainer/judge-candidate.ts';
import type { CaseRanks } from '#trainer/rank-cases.ts';
import type { ShadowVerdict } from '#trainer/read-shadow.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { closeSoftmaxThreads } from '#trainer/softmax-threads.ts';
import { SHADOW_VDAF } from '#trainer/task-draft.ts';
import type { TrainedModel } from '#trainer/trained-model.ts';
import { bytesOfItems } from './bytes-of-items.ts';
import { isKept, type LearningParts, learnFromDevices } from './learn-from-devices.ts';
import { offered } from './simulated-round.ts';
import type { SimulatedShop } from './simulated-shop.ts';
import { SimulationThreads } from './simulation-threads.ts';

const CUTOFF = 20;

/** Means over the test cases. */
export interface RankingFigures {
  readonly recallAt20: number;
  readonly mrrAt20: number;
}

/** How a model ranks the test: as it ships, and by its sequence term alone. */
export interface ModelFigures {
  readonly shipped: RankingFigures;
  readonly sequence: RankingFigures;
}

/** What is learned from which devices, and at what price. */
export interface RunPlan {
  readonly numDevices: number;
  /** Over all rounds and a trial after them; without noise where absent. */
  readonly epsilon?: number;
}

export interface RunFigures extends RunPlan {
  /** Of each party in each round and in the trial. */
  readonly noiseMultiplier: number;
  /** The learned model, whether or not it is promoted. */
  readonly learned: ModelFigures;
  /** On the merchant's held-out customers, after the last round played. */
  readonly judgment: Judgment;
  /** What devices said of going back to the base, where they were asked. */
  readonly trial?: ShadowVerdict;
  readonly isPromoted: boolean;
  /** Fewer than planned where a model was refused on the way. */
  readonly roundsPlayed: number;
  /** What shoppers get: the learned model if it is promoted, else the base. */
  readonly served: ModelFigures;
  /** Of a device that is in all rounds played and in the trial. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Mean of the devices, over the rounds played; a trial counts as if they had been in it. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

export interface SimulationOptions {
  readonly numRounds: number;
  readonly rank: number;
  readonly delta: number;
  readonly seed: number;
}

/**
 * A shop's devices in threads, to learn from as often as is asked.
 *
 * @throws {InputError} If no task could have such a sum.
 */
export class Simulation {
  readonly #shop: SimulatedShop;
  readonly #base: TrainedModel;
  readonly #options: SimulationOptions;
  readonly #threads: SimulationThreads;
  readonly #recorded: readonly (readonly ShopEvent[])[];
  // The same in all runs.
  #baseFigures: Promise<ModelFigures> | undefined;
  #judge: Promise<Judge> | undefined;

  constructor(shop: SimulatedShop, base: TrainedModel, options: SimulationOptions) {
    const { numGroups } = base.config;
    const maxRank = Math.min(MAX_RANK, Math.floor(MAX_SUM_LENGTH / numGroups));
    if (options.rank > maxRank) {
      throw new InputError(
        `expected --rank to be at most ${maxRank} for ${numGroups} groups of items, came ${options.rank}; correct it`,
      );
    }
    this.#shop = shop;
    this.#base = base;
    this.#options = options;
    this.#recorded = customerHistories(shop.merchant.dataset);
    const { devices, merchant, cases, judging } = shop;
    this.#threads = new SimulationThreads({
      histories: devices,
      items: merchant.dataset.items,
      questions: { test: cases, judging },
    });
  }

  /**
   * Asks a model the test, through the device's own code.
   *
   * @param onCases Told how many more are answered.
   */
  async measure(trained: TrainedModel, onCases?: (count: number) => void): Promise<ModelFigures> {
    const blends = [trained.config.blend, [SEQUENCE_ALONE]];
    const [shipped = [], alone = []] = await this.#threads.rank(
      { set: 'test', model: offered(trained), blends },
      onCases,
    );
    return { shipped: this.#figuresOf(shipped), sequence: this.#figuresOf(alone) };
  }

  /** {@link measure} of the base, which is asked once. */
  measureBase(onCases?: (count: number) => void): Promise<ModelFigures> {
    this.#baseFigures ??= this.measure(this.#base, onCases);
    return this.#baseFigures;
  }

  #figuresOf(answers: readonly CaseRanks[]): RankingFigures {
    const random = seededRandom(this.#options.seed);
    let [recall, reciprocalRank] = [0, 0];
    for (const tied of answers) {
      if (tied.length === 0) continue; // asks for an item that nobody knows: a miss
      const ranks = drawRanks(tied, random);
      recall += recallAt(ranks, CUTOFF);
      reciprocalRank += reciprocalRankAt(ranks, CUTOFF);
    }
    const count = Math.max(1, answers.length);
    return { recallAt20: recall / count, mrrAt20: reciprocalRank / count };
  }

  /** Asks a model what customers held out of all learning wanted. */
  async #askJudging(trained: TrainedModel): Promise<readonly CaseRanks[]> {
    const blends = [trained.config.blend];
    const [answers = []] = await this.#threads.rank({ set: 'judging', model: offered(trained), blends });
    return answers;
  }

  /**
   * Learns from devices, judges what was learned and measures it.
   *
   * @param onDevices Told how many more devices are done, rounds added up.
   * @throws {InputError} If there are fewer devices, or no task could have so many or so much noise.
   */
  async run({ numDevices, epsilon }: RunPlan, onDevices: (count: number) => void): Promise<RunFigures> {
    const { numRounds, rank, delta, seed } = this.#options;
    const base = this.#base;
    const releases = numRounds + 1; // there may be a trial
    const noiseMultiplier = epsilon === undefined ? 0 : noiseMultiplierFor({ epsilon, releases, delta });
    if (!fitsRing({ maxBatch: MAX_BATCH, noiseMultiplier })) {
      throw new InputError(
        `expected --epsilon to leave a sum below 2^31, came ${epsilon}, which takes noise of ${Math.ceil(noiseMultiplier)} reports; raise it`,
      );
    }
    const startedMs = performance.now();
    this.#judge ??= createJudge(base, (trained) => this.#askJudging(trained));
    const { items } = this.#shop.merchant.dataset;
    const { learned, judgment, trial, roundsPlayed, cpuMs } = await learnFromDevices(base, {
      threads: this.#threads,
      ...chooseDevices(this.#shop.devices.length, numDevices),
      histories: this.#recorded,
      rowOf: rowLookup(items),
      settings: { numRounds, rank, noiseMultiplier, seed },
      judge: await this.#judge,
      onDevices,
    });
    const wallSeconds = (performance.now() - startedMs) / 1000;
    if (judgment === undefined) throw new RangeError(`expected numRounds to be at least 1, got ${numRounds}`);
    const figures = await this.measure(learned);
    const isPromoted = isKept({ judgment, trial });
    const itemBytes = await bytesOfItems(learned);
    const vectorBytes = reportBytes(unverifiedVectorSumShape({ length: base.config.numGroups * rank }).sizes);
    return {
      numDevices,
      ...(epsilon !== undefined && { epsilon }),
      noiseMultiplier,
      learned: figures,
      judgment,
      ...(trial && { trial }),
      isPromoted,
      roundsPlayed,
      served: isPromoted ? figures : await this.measureBase(),
      bytesUp: roundsPlayed * vectorBytes + (trial ? reportBytes(vdafShape(SHADOW_VDAF).sizes) : 0),
      bytesDown: roundsPlayed * itemBytes + (trial ? itemBytes : 0),
      cpuSeconds: cpuMs / 1000 / numDevices,
      wallSeconds,
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#threads.close(), closeSoftmaxThreads()]);
  }
}

/**
 * Who learns, and who decides on it in a trial: at most as many others, as devices are not asked for what they taught;
 * nobody where others are no batch.
 */
export function chooseDevices(total: number, count: number): Pick<LearningParts, 'devices' | 'deciding'> {
  const most = Math.min(total, MAX_BATCH);
  if (count < MIN_BATCH_FLOOR || count > most) {
    throw new InputError(`expected --devices to be in ${MIN_BATCH_FLOOR}…${most}, came ${count}; correct it`);
  }
  const devices = spreadOver(total, count);
  const learning = new Set(devices);
  const others = Array.from({ length: total }, (_, device) => device).filter((device) => !learning.has(device));
  const numDeciding = others.length < MIN_BATCH_FLOOR ? 0 : Math.min(others.length, count);
  return { devices, deciding: spreadOver(others.length, numDeciding).map((i) => others[i] as number) };
}

/** `count` of the numbers below `total`, evenly. */
function spreadOver(total: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor((i * total) / count));
}
