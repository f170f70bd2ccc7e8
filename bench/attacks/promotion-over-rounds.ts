import { fromFixedPoint } from '#privacy/fixed-point.ts';
import { CONFIG } from '#trainer/config.ts';
import { customerHistories } from '#trainer/customer-histories.ts';
import { fadePopularity } from '#trainer/fade-popularity.ts';
import { countItems } from '#trainer/item-counts.ts';
import { type LearningPoint, learnFromSum } from '#trainer/learn-from-sum.ts';
import { startLearning } from '#trainer/server-step.ts';
import { shippedModel, type TrainedModel } from '#trainer/trained-model.ts';
import type { Row } from '../table.ts';
import type { AttackedShop } from './attacked-shop.ts';
import { percent } from './estimate.ts';
import { promote, unitsAlong } from './forged-updates.ts';
import { topOf } from './items-in-update.ts';
import { taskOf } from './party-shares.ts';
import { exposureOf } from './poison.ts';
import { NUM_DEVICES } from './poisoned-rounds.ts';

const NUM_ROUNDS = [0, 8, 16, 32];
/** They keep to the norm bound. */
const SHARE_OF_FORGERS = 0.01;

/** How often an item is in the top 20 where one device in a hundred promotes it and no other says anything. */
export async function promotionOverRounds(attacked: AttackedShop): Promise<Row[]> {
  const { dataset: merchant } = attacked.shop.merchant;
  const { customers } = countItems(merchant.baskets, merchant.items.length);
  const known = topOf(customers, customers.length).filter((row) => (customers[row] as number) >= CONFIG.minCustomers);
  const rows: Row[] = [
    ['the item’s customers at the merchant', ...NUM_ROUNDS.map((rounds) => `after ${rounds} rounds, %`)],
  ];
  for (const item of [known.at(-1), known[Math.floor(known.length / 2)], known[0]] as [number, number, number]) {
    const exposures: string[] = [];
    for (const numRounds of NUM_ROUNDS) {
      exposures.push(percent(await exposureOf(attacked, promoted(attacked, item, numRounds), item)));
    }
    rows.push([customers[item] as number, ...exposures]);
  }
  return rows;
}

/** The model after rounds whose sums hold nothing but one item's row, without noise. */
function promoted(attacked: AttackedShop, item: number, numRounds: number): TrainedModel {
  const { base, shop, rowOf } = attacked;
  const own = { histories: customerHistories(shop.merchant.dataset), rowOf, numPlanned: numRounds };
  let point: LearningPoint = { start: base, learned: base, state: startLearning(base.config) };
  for (let round = 0; round < numRounds; round++) {
    const { learned } = point;
    const task = taskOf(attacked.model, { noiseMultiplier: 0, round });
    const forger = { learned, attacked: { ...attacked, model: shippedModel(learned) }, task, histories: [] };
    const units = unitsAlong(promote(item)(forger), SHARE_OF_FORGERS * NUM_DEVICES, task);
    const sum = fromFixedPoint(Float64Array.from(units), task.scale);
    point = learnFromSum(point, { sum, task, count: NUM_DEVICES }, own);
  }
  return numRounds === 0 ? base : fadePopularity(point.learned);
}
