import { CONFIG } from '#trainer/config.ts';
import { countItems } from '#trainer/item-counts.ts';
import { moveItems, startLearning, stepSizeOf, takeRound } from '#trainer/server-step.ts';
import { shippedModel, type TrainedModel } from '#trainer/trained-model.ts';
import type { Row } from '../table.ts';
import type { AttackedShop } from './attacked-shop.ts';
import { percent } from './estimate.ts';
import { promote } from './forged-updates.ts';
import { topOf } from './items-in-update.ts';
import { taskOf } from './party-shares.ts';
import { exposureOf } from './poison.ts';

const NUM_ROUNDS = [0, 8, 16, 32];

/**
 * How often an item is in the top 20 once a forger has owned its row of every round's sum. A step's length does not
 * hang on the sum's, so what a forger gains by outweighing everybody grows with the rounds only.
 */
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
  const { base, shop } = attacked;
  const { orders } = countItems(shop.merchant.dataset.baskets, shop.merchant.dataset.items.length);
  let learned = base;
  let state = startLearning(base.config);
  for (let round = 0; round < numRounds; round++) {
    const task = taskOf(learned, { noiseMultiplier: 0, round });
    const forger = { learned, attacked: { ...attacked, model: shippedModel(learned) }, task, histories: [] };
    state = takeRound(state, { sum: promote(item)(forger), task, dim: base.config.dim });
    const stepSize = stepSizeOf(state, numRounds);
    const itemVectors = moveItems(learned.itemVectors, { state, groups: base.groups, events: orders, stepSize });
    learned = { ...learned, itemVectors };
  }
  return learned;
}
