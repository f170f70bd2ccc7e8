import { join } from 'node:path';
import type { ScoreAll } from '#model/dense-scores.ts';
import type { Model } from '#model/model.ts';
import type { ItemId } from '#protocol/ids.ts';
import { CheckpointFile, nameTraining } from '#trainer/checkpoint-file.ts';
import { CONFIG } from '#trainer/config.ts';
import { createDenseScorer } from '#trainer/dense-scorer.ts';
import { rowLookup } from '#trainer/device-recommender.ts';
import { readSessionShop } from '#trainer/simulate/session-shop.ts';
import type { SimulatedShop } from '#trainer/simulate/simulated-shop.ts';
import { train } from '#trainer/train.ts';
import { shippedModel, type TrainedModel } from '#trainer/trained-model.ts';

/** Sessions of Diginetica, in time order. */
const SESSIONS_FILE = 'sessions-diginetica/train_sessions.txt.gz';
const NUM_ITEMS = 300;
/** Training ends by itself long before, when validation says so: what it yields does not hang on the machine's speed. */
const MAX_TRAINING_MS = 1_800_000;
const SEED = 5;
/** The base is kept here for the next time. */
const FOLDER = '.vitrine/bench-attacks';

/** A small shop whose model all attacks are on. */
export interface AttackedShop {
  readonly shop: SimulatedShop;
  readonly base: TrainedModel;
  readonly model: Model;
  readonly scoreAll: ScoreAll;
  readonly rowOf: (id: ItemId) => number | undefined;
}

/**
 * Diginetica's 300 most frequent items and a base model trained on the merchant's fifth of the sessions.
 *
 * @throws {InputError} If the file cannot be read.
 */
export async function openAttackedShop(): Promise<AttackedShop> {
  const shop = await readSessionShop(join(process.env.VITRINE_DATA ?? '../shared/data', SESSIONS_FILE), NUM_ITEMS);
  const base = await trainBase(shop);
  const model = shippedModel(base);
  return { shop, base, model, scoreAll: createDenseScorer(model.items), rowOf: rowLookup(shop.merchant.dataset.items) };
}

async function trainBase({ merchant: { dataset: merchant, selection } }: SimulatedShop): Promise<TrainedModel> {
  const { minCustomers } = CONFIG;
  const name = nameTraining(merchant, { seed: SEED, minCustomers, maxMs: MAX_TRAINING_MS });
  const kept = new CheckpointFile<TrainedModel>(join(FOLDER, 'base.model'), name);
  const found = await kept.load();
  if (found) return found;
  const options = {
    maxMs: MAX_TRAINING_MS,
    seed: SEED,
    minCustomers,
    textCacheFile: join(FOLDER, 'texts.cache'),
    checkpointFile: join(FOLDER, 'base.checkpoint'),
    onProgress: () => {},
  };
  const { trained } = await train(merchant, options, selection);
  await kept.save(trained);
  return trained;
}
