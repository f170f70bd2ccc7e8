import { customerHistories } from '#trainer/customer-histories.ts';
import { type LearningPoint, learnFromSum } from '#trainer/learn-from-sum.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { startLearning } from '#trainer/server-step.ts';
import type { Row } from '../table.ts';
import type { AttackedShop } from './attacked-shop.ts';
import { formatShare, mean, meanWithInterval, percent } from './estimate.ts';
import { bestAdvantage } from './gaussian-trade-off.ts';
import { historyLoss } from './history-loss.ts';
import { EPSILONS, formatEpsilon, LOW_FALSE_POSITIVE_RATE, noiseMultiplierOf } from './membership-of-sum.ts';
import { noisedSum, scoringOf } from './noised-sum.ts';
import { taskOf } from './party-shares.ts';

/** Devices that may have taken part; every model learns from half of them. All are asked for. */
const POOL = 200;
/** Models, each from other devices with other noise: half of them show an attacker a target in, half of them out. */
const NUM_MODELS = 64;
const PLANNED_ROUNDS = 4;
/** The merchant's own that are learned beside: more say nothing of devices. */
const OWN_RECORDS = 300;

/**
 * Whether a device was in the round that a published model comes from, for a reader who has the model and the
 * target's history but not who else took part: the likelihood-ratio attack of Carlini et al. 2022 (LiRA), whose
 * shadow models are all models but the one attacked.
 *
 * Of the minimum batch, after one round and after all rounds of a run, every device in each, at the same epsilon in
 * all.
 */
export async function membershipOfModel(attacked: AttackedShop): Promise<Row[]> {
  const rows: Row[] = [
    ['rounds', 'epsilon', 'advantage, %', 'bound: Gaussian', 'TPR at FPR 0.1 %, %', 'mean loss in', 'mean loss out'],
  ];
  for (const numRounds of [1, PLANNED_ROUNDS]) {
    for (const epsilon of EPSILONS) {
      const noiseMultiplier = noiseMultiplierOf(epsilon, numRounds);
      const models: ShadowModel[] = [];
      for (let index = 0; index < NUM_MODELS; index++) {
        const isIn = drawHalf(POOL, index);
        const label = `model ${index} of ${numRounds} rounds at epsilon ${epsilon}`;
        models.push({ isIn, losses: await lossesAfter(attacked, { numRounds, isIn, noiseMultiplier, label }) });
      }
      const { advantage, truePositives } = attackByShadows(models);
      const lossOf = (wanted: boolean): number =>
        mean(models.flatMap(({ isIn, losses }) => losses.filter((_, target) => isIn[target] === wanted)));
      rows.push([
        numRounds,
        formatEpsilon(epsilon),
        formatShare(advantage),
        noiseMultiplier === 0 ? '100.0' : percent(bestAdvantage(Math.sqrt(numRounds / 2) / noiseMultiplier)),
        formatShare(truePositives, 2),
        lossOf(true).toFixed(3),
        lossOf(false).toFixed(3),
      ]);
    }
  }
  return rows;
}

/** What an attacker sees of one model: each target's loss, and, for shadow models, who was in. `[POOL]` both. */
export interface ShadowModel {
  readonly isIn: readonly boolean[];
  readonly losses: readonly number[];
}

/**
 * Attacks every model by all others: how likely a target's loss is among those with the target and those without,
 * as normal distributions.
 */
export function attackByShadows(models: readonly ShadowModel[]): {
  readonly advantage: ReturnType<typeof meanWithInterval>;
  readonly truePositives: ReturnType<typeof meanWithInterval>;
} {
  const scores = models.map(({ losses }, own) =>
    losses.map((loss, target) => {
      const others = models.filter((_, index) => index !== own);
      const logDensity = (wanted: boolean): number => {
        const seen = others
          .filter(({ isIn }) => isIn[target] === wanted)
          .map(({ losses: all }) => all[target] as number);
        const center = mean(seen);
        const variance = seen.reduce((sum, other) => sum + (other - center) ** 2, 0) / (seen.length - 1) + MIN_VARIANCE;
        return -((loss - center) ** 2) / (2 * variance) - Math.log(variance) / 2;
      };
      return logDensity(true) - logDensity(false);
    }),
  );
  const outScores = models
    .flatMap(({ isIn }, index) => (scores[index] as number[]).filter((_, target) => !isIn[target]))
    .sort((a, b) => b - a);
  const certain = outScores[Math.floor(LOW_FALSE_POSITIVE_RATE * outScores.length)] as number;
  const rateAbove = (index: number, wanted: boolean, threshold: number): number => {
    const { isIn } = models[index] as ShadowModel;
    const asked = (scores[index] as number[]).filter((_, target) => isIn[target] === wanted);
    return asked.filter((score) => score > threshold).length / asked.length;
  };
  const indices = models.map((_, index) => index);
  return {
    advantage: meanWithInterval(indices.map((index) => rateAbove(index, true, 0) - rateAbove(index, false, 0))),
    truePositives: meanWithInterval(indices.map((index) => rateAbove(index, true, certain))),
  };
}

/** Losses are no more exact than this, in nats: int8 rows. */
const MIN_VARIANCE = 1e-8;

/** Every target's loss under the model that rounds with half of the devices lead to. */
async function lossesAfter(
  { base, model, shop, rowOf }: AttackedShop,
  {
    numRounds,
    isIn,
    noiseMultiplier,
    label,
  }: {
    readonly numRounds: number;
    readonly isIn: readonly boolean[];
    readonly noiseMultiplier: number;
    readonly label: string;
  },
): Promise<number[]> {
  const pool = shop.devices.slice(0, POOL);
  const histories = pool.filter((_, device) => isIn[device]);
  const records = customerHistories(shop.merchant.dataset).slice(0, OWN_RECORDS);
  let point: LearningPoint = { start: base, learned: base, state: startLearning(base.config) };
  for (let round = 0; round < numRounds; round++) {
    const task = taskOf(model, { noiseMultiplier, round });
    const attacked = { ...scoringOf(point.learned), rowOf };
    const sum = await noisedSum(attacked, { task, histories, label: `${label}, round ${round}` });
    const own = { histories: records, rowOf, numPlanned: PLANNED_ROUNDS };
    point = learnFromSum(point, { sum, task, count: histories.length }, own);
  }
  const scoring = scoringOf(point.learned);
  return pool.map((events) => historyLoss(events, { ...scoring, rowOf }));
}

/** Which of `count` take part: a seeded half. */
function drawHalf(count: number, seed: number): boolean[] {
  const random = seededRandom(seed);
  const order = Array.from({ length: count }, (_, device) => ({ device, key: random() })).sort((a, b) => a.key - b.key);
  const drawn = new Set(order.slice(0, count / 2).map(({ device }) => device));
  return Array.from({ length: count }, (_, device) => drawn.has(device));
}
