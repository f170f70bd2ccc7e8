import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ItemId } from '#protocol/ids.ts';
import type { Dataset } from '#trainer/dataset.ts';
import { deviceRecommender } from '#trainer/device-recommender.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { type TrainOptions, type TrainProgress, type TrainResult, train } from '#trainer/train.ts';
import { shippedModel } from '#trainer/trained-model.ts';
import { basket, catalogItem, START_MS } from './dataset-fixture.ts';
import { makeScratchFolder } from './scratch-folder.ts';

const NUM_ITEMS = 12;
const THINGS = ['mug', 'lamp', 'chair', 'vase', 'towel', 'clock'];

/** Items of six kinds, two of each. */
const withTexts = Array.from({ length: NUM_ITEMS }, (_, row) =>
  catalogItem(row, { title: `${row % 2 === 0 ? 'Red' : 'Blue'} ${THINGS[row >> 1]}`, description: '' }),
);
const withoutTexts = withTexts.map((item) => ({ ...item, title: '', categories: [], description: '' }));

/** Customers order item 2k and then 2k + 1, now and then something else. */
function pairOrders(numCustomers: number, numOrders: number): Dataset['baskets'] {
  const random = seededRandom(691);
  return Array.from({ length: numOrders }, (_, day) => {
    const first = 2 * Math.floor((random() * NUM_ITEMS) / 2);
    const other = Math.floor(random() * NUM_ITEMS);
    const rows = random() < 0.2 ? [first, first + 1, other] : [first, first + 1];
    return basket(`customer ${day % numCustomers}`, [...new Set(rows)], day / 3);
  });
}

async function trainTiny(
  dataset: Dataset,
  changes: Partial<TrainOptions> = {},
): Promise<{ result: TrainResult; progress: TrainProgress[]; folder: string }> {
  const folder = await makeScratchFolder();
  const progress: TrainProgress[] = [];
  const result = await train(dataset, {
    maxMs: 2000,
    seed: 5,
    minCustomers: 3,
    textCacheFile: join(folder, 'texts.cache'),
    checkpointFile: join(folder, 'training.checkpoint'),
    onProgress: (step) => progress.push(step),
    ...changes,
  });
  return { result, progress, folder };
}

/** That everything that ships is a number, and the device can score with it. */
async function expectSound({ trained, choices, stepsPerSecond }: TrainResult, { items }: Dataset): Promise<void> {
  const { itemVectors, encoder, wordVectors, config } = trained;
  for (const values of [itemVectors, wordVectors, ...Object.values(encoder)]) {
    expect(values.every(Number.isFinite)).toBe(true);
  }
  expect(itemVectors).toHaveLength(items.length * config.dim);
  for (const weights of config.blend) {
    for (const [name, weight] of Object.entries(weights)) {
      if (name !== 'maxEvents') expect(weight).toSatisfy(Number.isFinite);
    }
  }
  expect(config.blend.at(-1)?.maxEvents).toBeNull();
  expect(config.blend).toEqual(choices.blend);
  expect(config.diversity).toBe(choices.diversity.diversity);
  expect(choices.halfLifeMs).toBeGreaterThan(0);
  expect(stepsPerSecond).toSatisfy(Number.isFinite);
  const scores = await scoresAfter(trained, items, [0]);
  expect(scores.every(Number.isFinite)).toBe(true);
}

/** What a device says after views of some items. */
async function scoresAfter(
  trained: TrainResult['trained'],
  items: Dataset['items'],
  rows: readonly number[],
): Promise<Float32Array> {
  const recommend = await deviceRecommender(shippedModel(trained), items);
  const events = rows.map((row, i) => ({
    kind: 'view' as const,
    itemId: items[row]?.id as ItemId,
    atMs: START_MS + 1000 * i,
  }));
  return recommend({ customer: 'ann', events, targets: [], hasHistory: false });
}

/** Of the even items, how many are followed by their own odd one before every other odd one. */
async function numPairsLearned({ trained }: TrainResult, { items }: Dataset): Promise<number> {
  let learned = 0;
  for (let row = 0; row < NUM_ITEMS; row += 2) {
    const scores = await scoresAfter(trained, items, [row]);
    const odd = Array.from({ length: NUM_ITEMS / 2 }, (_, k) => scores[2 * k + 1] as number);
    if (Math.max(...odd) === scores[row + 1]) learned++;
  }
  return learned;
}

describe('training a tiny shop', { timeout: 120_000 }, () => {
  test.each([
    ['with texts', withTexts],
    ['with every text empty', withoutTexts],
  ])('%s learns what goes with what', async (_, items) => {
    const dataset = { items, baskets: pairOrders(15, 150) };
    const { result, progress, folder } = await trainTiny(dataset);
    await expectSound(result, dataset);
    expect(await numPairsLearned(result, dataset)).toBe(NUM_ITEMS / 2);
    expect(result.numSteps).toBeGreaterThan(2);
    expect(result.choices.schedule.coolingPasses).toBeGreaterThan(0);
    expect(result.blendCases).toHaveLength(15);
    expect(existsSync(join(folder, 'training.checkpoint'))).toBe(false);
    const kinds = new Set(progress.map(({ kind }) => kind));
    expect(kinds).toEqual(
      new Set([
        'backend',
        'text-source',
        'history',
        'step',
        'epoch',
        'blend',
        ...(items === withTexts ? ['texts'] : []),
      ]),
    );
    const shares = progress.flatMap((step) => (step.kind === 'step' ? step.shareOfTime : []));
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
  });

  test('of a single customer ships no popularity and no pair of theirs, and ranks all the same', async () => {
    const dataset = { items: withTexts, baskets: pairOrders(1, 40) };
    const { result } = await trainTiny(dataset, { maxMs: 600 });
    await expectSound(result, dataset);
    const { neighbors, popularity } = result.trained;
    expect([...popularity.recent, ...popularity.longRun]).toEqual(new Array(2 * NUM_ITEMS).fill(0));
    // What is left of the lists is what the texts say, and the overall rate: none follows the orders.
    const { trained } = (await trainTiny({ items: withTexts, baskets: [] })).result;
    const rowsOf = ({ offsets, rows }: typeof neighbors, row: number) =>
      [...rows.subarray(offsets[row], offsets[row + 1])].filter((other) => other !== row);
    for (let row = 0; row < NUM_ITEMS; row++) {
      const textAlone = new Set(rowsOf(trained.neighbors, row));
      for (const other of rowsOf(neighbors, row)) expect(textAlone).toContain(other);
    }
  });

  test('of a single customer without texts has item vectors that say nothing', async () => {
    const dataset = { items: withoutTexts, baskets: pairOrders(1, 40) };
    const { result } = await trainTiny(dataset, { maxMs: 600 });
    await expectSound(result, dataset);
    const ofNobody = await trainTiny({ items: withoutTexts, baskets: [] });
    expect(result.trained.itemVectors).toEqual(ofNobody.result.trained.itemVectors);
  });

  test.each([
    ['with texts', withTexts],
    ['without', withoutTexts],
  ])('that has no orders yet ranks by text alone, %s', async (_, items) => {
    const dataset = { items, baskets: [] };
    const { result, progress } = await trainTiny(dataset);
    await expectSound(result, dataset);
    expect(result).toMatchObject({ numSteps: 0, stepsPerSecond: 0, blendCases: [] });
    expect(result.trained.config.blend).toEqual([
      { maxEvents: null, sequence: 0, neighbors: 0, text: 1, popularity: 0.1, seen: 0, again: 0, fresh: 0 },
    ]);
    expect(progress.some(({ kind }) => kind === 'epoch')).toBe(false);
    if (items === withTexts) expect(await numPairsLearned(result, dataset)).toBeGreaterThanOrEqual(NUM_ITEMS / 2 - 1);
  });

  test.each([
    ['of a single order', [basket('ann', [3, 4, 7], 1)]],
    ['of a single item', [basket('ann', [3], 1)]],
    ['all at one moment', Array.from({ length: 9 }, (_, i) => basket(`c${i}`, [2, 3], 1))],
  ])('with a log %s is sound', async (_, baskets) => {
    const dataset = { items: withoutTexts, baskets };
    await expectSound((await trainTiny(dataset, { maxMs: 300 })).result, dataset);
  });

  test('whose orders have a single item each learns from those of returning customers', async () => {
    const random = seededRandom(692);
    const baskets = Array.from({ length: 400 }, (_, i) => {
      const [customer, isSecond] = [i >> 1, i % 2];
      return basket(`customer ${customer}`, [2 * (customer % 6) + isSecond], i / 20 + random() / 50);
    });
    const dataset = { items: withoutTexts, baskets };
    const { result } = await trainTiny(dataset);
    await expectSound(result, dataset);
    expect(result.blendCases.length).toBeGreaterThan(15);
    expect(await numPairsLearned(result, dataset)).toBeGreaterThanOrEqual(NUM_ITEMS / 2 - 1);
  });

  test('refuses a checkpoint of another catalog, says so, and begins anew', async () => {
    const dataset = { items: withoutTexts, baskets: pairOrders(15, 60) };
    const folder = await makeScratchFolder();
    const files = { textCacheFile: join(folder, 'texts.cache'), checkpointFile: join(folder, 'training.checkpoint') };
    const items = withoutTexts.map((item, row) => (row === 3 ? { ...item, title: 'Another' } : item));
    class Interruption extends Error {}
    const onProgress = ({ kind }: TrainProgress) => {
      if (kind === 'blend') throw new Interruption();
    };
    const ofAnother = trainTiny({ ...dataset, items }, { maxMs: 600_000, ...files, onProgress });
    await expect(ofAnother).rejects.toThrow(Interruption);
    expect(existsSync(files.checkpointFile)).toBe(true);
    const whole = await trainTiny(dataset, { maxMs: 600_000 });
    const { result, progress } = await trainTiny(dataset, { maxMs: 600_000, ...files });
    expect(progress).toContainEqual({ kind: 'checkpoint-refused', path: files.checkpointFile });
    expect(whole.progress.some(({ kind }) => kind === 'checkpoint-refused')).toBe(false);
    expect(result.trained).toEqual(whole.result.trained);
    expect(existsSync(files.checkpointFile)).toBe(false);
  });

  test('goes on where it was interrupted, in either of its two trainings, to the same model', async () => {
    const dataset = { items: withoutTexts, baskets: pairOrders(15, 60) };
    const whole = await trainTiny(dataset, { maxMs: 600_000 });
    const folder = await makeScratchFolder();
    const files = { textCacheFile: join(folder, 'texts.cache'), checkpointFile: join(folder, 'training.checkpoint') };
    class Interruption extends Error {}
    /** Trains on until the first step after `numPasses` passes of a training. */
    const untilAfter = async (numPasses: number, isAfterBlend: boolean): Promise<TrainProgress[]> => {
      const progress: TrainProgress[] = [];
      const onProgress = (step: TrainProgress) => {
        progress.push(step);
        const isThere = !isAfterBlend || progress.some(({ kind }) => kind === 'blend');
        const last = progress.findLast(({ kind }) => kind === 'epoch');
        if (step.kind === 'step' && isThere && last?.kind === 'epoch' && last.epoch === numPasses)
          throw new Interruption();
      };
      await expect(trainTiny(dataset, { maxMs: 600_000, ...files, onProgress })).rejects.toThrow(Interruption);
      return progress;
    };
    expect((await untilAfter(2, false)).map(({ kind }) => kind)).toContain('history');
    const second = await untilAfter(1, true);
    expect(second).toContainEqual({ kind: 'resumed', numPasses: 2 });
    expect(second.some(({ kind }) => kind === 'history')).toBe(false); // chosen before
    const { result, progress } = await trainTiny(dataset, { maxMs: 600_000, ...files });
    expect(progress).toContainEqual({ kind: 'resumed', numPasses: 1 });
    expect(progress.some(({ kind }) => kind === 'blend')).toBe(false); // fitted before
    expect(existsSync(files.checkpointFile)).toBe(false);
    await expectSound(result, dataset);
    expect(result.choices).toEqual(whole.result.choices);
    expect(result.trained).toEqual(whole.result.trained);
    expect(result.numSteps).toBe(whole.result.numSteps);
  });
});
