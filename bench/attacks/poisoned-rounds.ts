import type { ShopEvent } from '#protocol/event.ts';
import { sumNormBound } from '#trainer/check-sum-norm.ts';
import { coherenceOfRecords } from '#trainer/coherence-of-records.ts';
import { customerHistories } from '#trainer/customer-histories.ts';
import { type LearningPoint, learnFromSum } from '#trainer/learn-from-sum.ts';
import { startLearning } from '#trainer/server-step.ts';
import type { TrainedModel } from '#trainer/trained-model.ts';
import type { AttackedShop } from './attacked-shop.ts';
import type { ForgedRound } from './forged-updates.ts';
import { noisedSum, scoringOf } from './noised-sum.ts';
import { taskOf } from './party-shares.ts';

/** Devices of a round, forgers among them. */
export const NUM_DEVICES = 2000;
export const NUM_ROUNDS = 8;
/** Histories that forgers have of their own, of sessions that are in no round. */
const NUM_FORGERS_HISTORIES = 300;

export interface Poisoning {
  readonly numForgers: number;
  /** A forger's report in a round, in ring units. @param honestBound What the check would let pass. */
  readonly forge: (round: ForgedRound, honestBound: number) => Int32Array;
}

export interface PoisonedLearning {
  readonly learned: TrainedModel;
  /** Of each round's noised sum: its length ÷ what the check lets pass. */
  readonly lengths: readonly number[];
}

/** Rounds in which some devices forge their reports, and the model that the trainer makes of them. */
export class PoisonedRounds {
  readonly #attacked: AttackedShop;
  readonly #noiseMultiplier: number;
  readonly #records: readonly (readonly ShopEvent[])[];

  constructor(attacked: AttackedShop, noiseMultiplier: number) {
    const { dataset: merchant } = attacked.shop.merchant;
    this.#attacked = attacked;
    this.#noiseMultiplier = noiseMultiplier;
    this.#records = customerHistories(merchant);
  }

  /**
   * @param poisoning Absent where everybody is honest.
   * @param isChecked Whether a sum that the check refuses is left out, as the trainer does.
   */
  async play(poisoning: Poisoning | undefined, isChecked: boolean): Promise<PoisonedLearning> {
    const { base, rowOf } = this.#attacked;
    const own = { histories: this.#records, rowOf, numPlanned: NUM_ROUNDS };
    let point: LearningPoint = { start: base, learned: base, state: startLearning(base.config) };
    const lengths: number[] = [];
    for (let round = 0; round < NUM_ROUNDS; round++) {
      const { learned } = point;
      const task = taskOf(this.#attacked.model, { noiseMultiplier: this.#noiseMultiplier, round });
      const attacked = { ...this.#attacked, ...scoringOf(learned) };
      const coherence = coherenceOfRecords(this.#records, { model: attacked.model, rowOf, task });
      const bound = sumNormBound(task, { count: NUM_DEVICES, coherence });
      const forged = poisoning ? this.#forge(poisoning, { learned, attacked, task }, bound) : [];
      const histories = attacked.shop.devices.slice(forged.length, NUM_DEVICES);
      const sum = await noisedSum(attacked, { task, histories, forged, label: `poisoned round ${round}` });
      const length = Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0)) / bound;
      lengths.push(length);
      if (isChecked && length > 1) continue;
      point = learnFromSum(point, { sum, task, count: NUM_DEVICES }, own);
    }
    return { learned: point.learned, lengths };
  }

  #forge({ numForgers, forge }: Poisoning, open: Omit<ForgedRound, 'histories'>, bound: number): Int32Array[] {
    const { devices } = this.#attacked.shop;
    const histories = devices.slice(NUM_DEVICES, NUM_DEVICES + NUM_FORGERS_HISTORIES);
    return Array.from({ length: numForgers }, () => forge({ ...open, histories }, bound));
  }
}
