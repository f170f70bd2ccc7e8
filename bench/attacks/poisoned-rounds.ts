import { fromFixedPoint } from '#privacy/fixed-point.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { PartyRole } from '#protocol/report.ts';
import { sumNormBound } from '#trainer/check-sum-norm.ts';
import { coherenceOfRecords } from '#trainer/coherence-of-records.ts';
import { customerHistories } from '#trainer/customer-histories.ts';
import { createDenseScorer } from '#trainer/dense-scorer.ts';
import { type LearningPoint, learnFromSum } from '#trainer/learn-from-sum.ts';
import { startLearning } from '#trainer/server-step.ts';
import { seededBytes } from '#trainer/simulate/seeded-bytes.ts';
import { type PartySums, type SimulatedTask, takePart } from '#trainer/simulate/simulated-device.ts';
import { shippedModel, type TrainedModel } from '#trainer/trained-model.ts';
import type { AttackedShop } from './attacked-shop.ts';
import type { ForgedRound } from './forged-updates.ts';
import { addShares, emptySums, released, ringOf, sharesOf, TASK_ID, taskOf, unitsOf } from './party-shares.ts';

/** Devices of a round, forgers among them. */
export const NUM_DEVICES = 2000;
export const NUM_ROUNDS = 8;
/** Histories that forgers have of their own, of sessions that are in no round. */
const NUM_FORGERS_HISTORIES = 300;

export interface Poisoning {
  readonly numForgers: number;
  /** A forger's report in a round, in ring units. @param honestBound What the check would let pass. */
  readonly forge: (round: ForgedRound, honestBound: number, index: number) => Int32Array;
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

  /** @param poisoning Absent where everybody is honest. */
  async play(poisoning?: Poisoning): Promise<PoisonedLearning> {
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
      const forged = poisoning ? this.#forge(poisoning, { learned, attacked, task, bound, round }) : [];
      const sum = await this.#sum(forged, { attacked, task, round });
      lengths.push(Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0)) / bound);
      point = learnFromSum(point, { sum, task, count: NUM_DEVICES }, own);
    }
    return { learned: point.learned, lengths };
  }

  #forge(
    { numForgers, forge }: Poisoning,
    { learned, attacked, task, bound }: OpenRound & { readonly learned: TrainedModel; readonly bound: number },
  ): Int32Array[] {
    const histories = attacked.shop.devices.slice(NUM_DEVICES, NUM_DEVICES + NUM_FORGERS_HISTORIES);
    const round = { learned, attacked, task, histories };
    return Array.from({ length: numForgers }, (_, index) => forge(round, bound, index));
  }

  /** Noised by both parties. */
  async #sum(forged: readonly Int32Array[], { attacked, task, round }: OpenRound): Promise<Float64Array> {
    const ring = ringOf(task);
    const sums = emptySums(task);
    for (let device = forged.length; device < NUM_DEVICES; device++) {
      const random = seededBytes(`poisoned round ${round} device ${device}`);
      const events = attacked.shop.devices[device] as readonly ShopEvent[];
      await takePart(events, { ...attacked, task, taskId: TASK_ID, sums, random });
    }
    const random = seededBytes(`poisoned round ${round} forgers`);
    const reports: PartySums[] = [];
    for (const units of forged) reports.push(await sharesOf(units, task, random));
    addShares(sums, reports, ring);
    const release = (party: PartyRole): Bytes =>
      released(sums[party], { task, count: NUM_DEVICES, label: `poisoned round ${round} ${party}` });
    const shares = { leader: release('leader'), helper: release('helper') };
    return fromFixedPoint(unitsOf(shares, ring), task.scale);
  }
}

interface OpenRound {
  readonly attacked: AttackedShop;
  readonly task: SimulatedTask;
  readonly round: number;
}

/** A model as devices have it. */
function scoringOf(learned: TrainedModel): Pick<AttackedShop, 'model' | 'scoreAll'> {
  const model = shippedModel(learned);
  return { model, scoreAll: createDenseScorer(model.items) };
}
