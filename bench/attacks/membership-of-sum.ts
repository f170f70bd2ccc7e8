import { noiseMultiplierFor } from '#privacy/accountant.ts';
import { noiseOnSum } from '#privacy/noise.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { seededBytes } from '#trainer/simulate/seeded-bytes.ts';
import type { PartySums, SimulatedTask } from '#trainer/simulate/simulated-device.ts';
import type { Row } from '../table.ts';
import type { AttackedShop } from './attacked-shop.ts';
import { type Estimate, formatShare, mean, meanWithInterval, percent } from './estimate.ts';
import { advantageBound, bestAdvantage, bestTruePositiveRate, normalQuantile } from './gaussian-trade-off.ts';
import { addShares, emptySums, honestShares, released, ringOf, sharesOf, taskOf, unitsOf } from './party-shares.ts';

/** Devices in the sum: the minimum batch, though all but one are known and their number changes nothing. */
const COHORT = 100;
/** Devices of the cohort that are asked for in each draw of noise. */
const NUM_TARGETS = 40;
const NUM_DRAWS = 300;
/** By the number of noises that stand between them and the sum. */
const READERS = ['the other party', 'the collector'];
export const EPSILONS = [Number.POSITIVE_INFINITY, 8, 4, 2, 1];
export const DELTA = 1e-6;
export const LOW_FALSE_POSITIVE_RATE = 0.001;

/**
 * Whether one device was in a sum: the likelihood-ratio test of an attacker that knows all other updates and the
 * target's own.
 *
 *     ⟨sum − the others' updates, the target's⟩ / (σ · |the target's|)
 *
 * is normal of variance 1 around 0 without the target and |the target's| / σ with it, so both thresholds are known
 * beforehand: none is fitted to the trials.
 */
export async function membershipOfSum(attacked: AttackedShop): Promise<Row[]> {
  const cohort = await honestCohort(attacked);
  const rows: Row[] = [
    [
      'epsilon',
      'who reads',
      'advantage, %',
      'bound: Gaussian',
      'bound: (ε, δ)',
      'TPR at FPR 0.1 %, %',
      'bound',
      'FPR there, %',
    ],
  ];
  for (const epsilon of EPSILONS) {
    const noiseMultiplier = noiseMultiplierOf(epsilon);
    const task = taskOf(attacked.model, { noiseMultiplier });
    const tests = testReleases(cohort, task, `epsilon ${epsilon}`);
    for (const [reader, figures] of tests.entries()) {
      const mu = 1 / (noiseMultiplier * Math.sqrt(reader + 1));
      rows.push([
        formatEpsilon(epsilon),
        READERS[reader] as string,
        formatShare(figures.advantage),
        percent(mu === Number.POSITIVE_INFINITY ? 1 : bestAdvantage(mu)),
        percent(advantageBound({ epsilon, delta: DELTA })),
        formatShare(figures.truePositives, 2),
        percent(mu === Number.POSITIVE_INFINITY ? 1 : bestTruePositiveRate(LOW_FALSE_POSITIVE_RATE, mu), 2),
        percent(figures.falsePositives.value, 2),
      ]);
    }
  }
  rows.push(await oneShareAlone(cohort, taskOf(attacked.model, { noiseMultiplier: 0 })));
  return rows;
}

/** 0, that is no noise, at epsilon ∞. */
export function noiseMultiplierOf(epsilon: number, releases = 1): number {
  return epsilon === Number.POSITIVE_INFINITY ? 0 : noiseMultiplierFor({ epsilon, releases, delta: DELTA });
}

export function formatEpsilon(epsilon: number): string {
  return epsilon === Number.POSITIVE_INFINITY ? '∞' : String(epsilon);
}

interface TestFigures {
  readonly advantage: Estimate;
  readonly truePositives: Estimate;
  readonly falsePositives: Estimate;
}

/**
 * Releases again and again and asks for some devices each time. A release without a target is the one with it less
 * the target's update: the same noise in both worlds, which an interval over draws accounts for.
 *
 * @returns Of each of the readers.
 */
function testReleases(cohort: readonly PartySums[], task: SimulatedTask, label: string): TestFigures[] {
  const ring = ringOf(task);
  const sums = emptySums(task);
  addShares(sums, cohort, ring);
  const whole = unitsOf(sums, ring);
  const updates = cohort.slice(0, NUM_TARGETS).map((shares) => unitsOf(shares, ring));
  const noiseIn = (shares: PartySums): Float64Array =>
    unitsOf(shares, ring).map((value, i) => value - (whole[i] as number));
  const decisions = READERS.map((): Decisions[][] => []);
  for (let draw = 0; draw < NUM_DRAWS; draw++) {
    const [leader, helper] = (['leader', 'helper'] as const).map((party) =>
      released(sums[party], { task, count: COHORT, label: `membership, ${label}, ${party}, draw ${draw}` }),
    ) as [Bytes, Bytes];
    const seen = [noiseIn({ leader, helper: sums.helper }), noiseIn({ leader, helper })];
    for (const [reader, noise] of seen.entries()) {
      const stdDev = standardDeviation(task, reader + 1);
      decisions[reader]?.push(updates.map((update) => decide(noise, update, stdDev)));
    }
  }
  return decisions.map((draws) => {
    const shares = (countOf: (hit: Decisions) => number): Estimate =>
      meanWithInterval(draws.map((hits) => mean(hits.map(countOf))));
    return {
      advantage: shares((hit) => Number(hit.isInLikelier) - Number(hit.isOutLikelier)),
      truePositives: shares((hit) => Number(hit.isInCertain)),
      falsePositives: shares((hit) => Number(hit.isOutCertain)),
    };
  });
}

/** Whether the target is named, in the world where it took part and in the one where it did not. */
interface Decisions {
  readonly isInLikelier: boolean;
  readonly isOutLikelier: boolean;
  /** At a false positive rate of 0.1 %. */
  readonly isInCertain: boolean;
  readonly isOutCertain: boolean;
}

/** @param noise What is left of the sum where the target did not take part. */
export function decide(noise: Float64Array, update: Float64Array, stdDev: number): Decisions {
  let [product, square] = [0, 0];
  for (let i = 0; i < update.length; i++) {
    product += (noise[i] as number) * (update[i] as number);
    square += (update[i] as number) ** 2;
  }
  // In units of stdDev · |update|, so that no noise is no division by zero.
  const likelier = square / 2;
  const certain = normalQuantile(1 - LOW_FALSE_POSITIVE_RATE) * stdDev * Math.sqrt(square);
  return {
    isInLikelier: product + square > likelier,
    isOutLikelier: product > likelier,
    isInCertain: product + square > certain,
    isOutCertain: product > certain,
  };
}

function standardDeviation(task: SimulatedTask, numNoises: number): number {
  if (task.noiseMultiplier === 0) return 0;
  return noiseOnSum(task) * Math.sqrt(numNoises / 2);
}

/** A party that has a report's one share, no noise on it, and must tell the target's update from zeros. */
async function oneShareAlone(cohort: readonly PartySums[], task: SimulatedTask): Promise<Row> {
  const ring = ringOf(task);
  const nothing = new Int32Array(task.vdaf.length);
  const advantages: number[] = [];
  for (let draw = 0; draw < NUM_DRAWS; draw++) {
    const hits = await Promise.all(
      cohort.slice(0, NUM_TARGETS).map(async (shares, target) => {
        const update = unitsOf(shares, ring);
        const random = seededBytes(`one share ${draw} ${target}`);
        const named = async (units: Int32Array): Promise<boolean> => {
          const { leader } = await sharesOf(units, task, random);
          return ring.toIntegers(leader).reduce((sum, value, i) => sum + value * (update[i] as number), 0) > 0;
        };
        return Number(await named(Int32Array.from(update))) - Number(await named(nothing));
      }),
    );
    advantages.push(mean(hits));
  }
  return ['no noise', 'a party, its share alone', formatShare(meanWithInterval(advantages)), '0.0', '0.0', '', '', ''];
}

/** Reports of the first devices. */
export async function honestCohort(attacked: AttackedShop, size = COHORT): Promise<PartySums[]> {
  const task = taskOf(attacked.model, { noiseMultiplier: 0 });
  return Promise.all(
    attacked.shop.devices
      .slice(0, size)
      .map((events, device) => honestShares(events, { attacked, task, random: seededBytes(`device ${device}`) })),
  );
}
