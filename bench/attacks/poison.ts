import { CONFIG } from '#trainer/config.ts';
import { deviceRecommender } from '#trainer/device-recommender.ts';
import { SEQUENCE_ALONE } from '#trainer/encoder-alone.ts';
import { countItems } from '#trainer/item-counts.ts';
import { askCases, createJudge, judgeLearned } from '#trainer/judge-candidate.ts';
import { type Measurement, meanMetrics, measureRanking } from '#trainer/measure-ranking.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { seededBytes } from '#trainer/simulate/seeded-bytes.ts';
import { sampleCases } from '#trainer/test-cases.ts';
import { shippedModel, type TrainedModel } from '#trainer/trained-model.ts';
import type { Row } from '../table.ts';
import type { AttackedShop } from './attacked-shop.ts';
import { mean, percent } from './estimate.ts';
import { exaggerate, type ForgedDirection, garbage, promote, unitsAlong, unlearn } from './forged-updates.ts';
import { topOf } from './items-in-update.ts';
import { noiseMultiplierOf } from './membership-of-sum.ts';
import { NUM_DEVICES, NUM_ROUNDS, PoisonedRounds, type Poisoning } from './poisoned-rounds.ts';
import { poisonedTrial } from './poisoned-trial.ts';

/** Over all rounds. */
const EPSILON = 8;
const NUM_CASES = 1000;
const CASES_SEED = 31;
/** A report this many times as long as an honest one. */
const SCALED = 10;
/** A forger that wants to pass the check keeps to this share of what it lets pass: others and noise add to it. */
const CAUTION = 0.9;

/** What forged reports do to the model, with and without the check of the sum's length, and what the judgment says. */
export async function poisonRounds(attacked: AttackedShop): Promise<Row[]> {
  const noiseMultiplier = noiseMultiplierOf(EPSILON, NUM_ROUNDS + 1); // a trial may follow
  const rounds = new PoisonedRounds(attacked, noiseMultiplier);
  const item = itemToPromote(attacked);
  const rows: Row[] = [
    [
      ...['attack', 'forgers', 'length of a report', 'sum ÷ bound', 'check', 'Recall@20, %', 'sequence term alone'],
      ...['promoted item in the top 20, %', 'NDCG@20 when judged, points', 'judgment', 'with forgers’ votes'],
    ],
    ['the model before', '', '', '', '', ...(await figuresOf(attacked, attacked.base, item)), '', '', ''],
  ];
  const { merchant, judging } = attacked.shop;
  const judge = await createJudge(attacked.base, askCases(merchant.dataset.items, judging));
  const play = async ({ name, length, poisoning }: PlannedPoisoning, isChecked: boolean): Promise<number> => {
    const { learned, lengths } = await rounds.play(poisoning, isChecked);
    const { judgment, candidate } = await judgeLearned(learned, judge);
    const { ndcgBefore, ndcgAfter, standardError, verdict } = judgment;
    const numRefused = lengths.filter((share) => share > 1).length;
    rows.push([
      name,
      poisoning ? `${poisoning.numForgers} (${percent(poisoning.numForgers / NUM_DEVICES, 2)} %)` : '0',
      length,
      mean(lengths).toPrecision(2),
      numRefused === 0
        ? 'passes'
        : `${numRefused} of ${NUM_ROUNDS} refused, ${isChecked ? 'left out' : 'used all the same'}`,
      ...(await figuresOf(attacked, candidate, item)),
      `${percent(ndcgAfter - ndcgBefore, 2)} ± ${percent(standardError, 2)}`,
      ...(verdict === 'undecided' ? await tried(candidate, poisoning?.numForgers ?? 0) : [verdict, '']),
    ]);
    return numRefused;
  };
  /** What devices say where held-out customers are not sure, forgers doing nothing and voting for their model. */
  const tried = (learned: TrainedModel, numForgers: number): Promise<string[]> =>
    Promise.all(
      [0, numForgers].map(async (numVotes) => {
        const { says } = await poisonedTrial(attacked, { learned, numForgers: numVotes, noiseMultiplier });
        return says === 'worse' ? 'undecided: stays' : 'undecided: goes back';
      }),
    );
  for (const planned of plannedPoisonings(item)) {
    if ((await play(planned, false)) > 0) await play(planned, true);
  }
  return rows;
}

interface PlannedPoisoning {
  readonly name: string;
  readonly length: string;
  readonly poisoning?: Poisoning;
}

function plannedPoisonings(item: number): PlannedPoisoning[] {
  const directions: readonly (readonly [string, ForgedDirection])[] = [
    ['updates scaled', exaggerate],
    ['signs flipped', unlearn],
    ['one item promoted', promote(item)],
  ];
  const shares = [0.001, 0.01, 0.1];
  const random = seededBytes('garbage');
  return [
    { name: 'none', length: '' },
    ...directions.flatMap(([name, direction]) => [
      ...[1, SCALED].flatMap((length) =>
        shares.map((share) => ({
          name,
          length: length === 1 ? 'C' : `${length} C`,
          poisoning: poisoningBy(direction, share * NUM_DEVICES, () => length),
        })),
      ),
      { name, length: `${CAUTION} of the bound`, poisoning: poisoningBy(direction, 1, (bound) => CAUTION * bound) },
      { name, length: 'n · C', poisoning: poisoningBy(direction, 1, () => NUM_DEVICES) },
    ]),
    {
      name: 'ring garbage',
      length: 'any',
      poisoning: { numForgers: 1, forge: ({ task }) => garbage(task, random) },
    },
  ];
}

/** @param lengthOf Length of a report ÷ clip norm. */
function poisoningBy(direction: ForgedDirection, numForgers: number, lengthOf: (bound: number) => number): Poisoning {
  let made: { readonly task: unknown; readonly units: Int32Array } | undefined; // the same for all forgers of a round
  return {
    numForgers,
    forge: (round, bound) => {
      if (made?.task !== round.task) {
        made = { task: round.task, units: unitsAlong(direction(round), lengthOf(bound), round.task) };
      }
      return made.units;
    },
  };
}

/** Recall@20 as it ships and by the sequence term alone, and how often the item is in the top 20, all in percent. */
async function figuresOf(attacked: AttackedShop, model: TrainedModel, item: number): Promise<string[]> {
  const alone = { ...model, config: { ...model.config, blend: [SEQUENCE_ALONE] } };
  const shipped = meanMetrics(await ask(attacked, model));
  const sequence = meanMetrics(await ask(attacked, alone));
  const exposure = await exposureOf(attacked, model, item);
  return [shipped.recallAt20, sequence.recallAt20, exposure].map((share) => percent(share));
}

/** The share of test sessions whose top 20 holds an item. */
export async function exposureOf(attacked: AttackedShop, model: TrainedModel, item: number): Promise<number> {
  const { lists } = await ask(attacked, model);
  return mean(lists.map((list) => Number(list.includes(item))));
}

/** Asks a model some test cases, through the device's own code. */
async function ask({ shop }: AttackedShop, model: TrainedModel): Promise<Measurement> {
  const cases = sampleCases(shop.cases, NUM_CASES, seededRandom(CASES_SEED));
  const recommend = await deviceRecommender(shippedModel(model), shop.merchant.dataset.items);
  return measureRanking(recommend, cases, seededRandom(CASES_SEED));
}

/** An item that neither few nor many ordered, of those that ship with a vector of their own. */
function itemToPromote({ shop }: AttackedShop): number {
  const { dataset: merchant } = shop.merchant;
  const { customers } = countItems(merchant.baskets, merchant.items.length);
  const known = topOf(customers, customers.length).filter((row) => (customers[row] as number) >= CONFIG.minCustomers);
  return known[Math.floor(known.length / 2)] as number;
}
