import { expect, test } from 'vitest';
import { inverseNorm } from '#model/item-table.ts';
import { ENCODER_TENSORS } from '#protocol/encoder-file.ts';
import type { ItemId } from '#protocol/ids.ts';
import { deviceRecommender } from '#trainer/device-recommender.ts';
import { floatModel } from '#trainer/float-model.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { shippedModel } from '#trainer/trained-model.ts';
import { catalogOf, START_MS } from './dataset-fixture.ts';
import { randomTrained } from './trained-fixture.ts';

const TRAINED = randomTrained(651, { numItems: 30 });
const { numItems, dim } = TRAINED.config;

test('the model before quantization scores with the vectors and the encoder as they were trained', () => {
  const { model, scoreAll } = floatModel(TRAINED);
  const query = Float32Array.from({ length: dim }, (_, d) => 0.3 * d - 0.7);
  const scores = new Float32Array(numItems);
  scoreAll(query, scores);
  const exact = Array.from({ length: numItems }, (_, row) =>
    query.reduce((sum, value, d) => sum + value * (TRAINED.itemVectors[row * dim + d] as number), 0),
  );
  expect([...scores]).toEqual(exact.map((score) => expect.closeTo(score, 4)));
  for (let row = 0; row < numItems; row++) {
    const norm = Math.hypot(...TRAINED.itemVectors.subarray(row * dim, (row + 1) * dim));
    expect(inverseNorm(model.items, row) * norm).toBeCloseTo(1, 5);
  }
  for (const name of ENCODER_TENSORS) expect(model.encoder[name]).toEqual(TRAINED.encoder[name]);
});

test('it ranks as the shipped model does, but for rounding', async () => {
  const items = catalogOf(numItems);
  const { model, scoreAll } = floatModel(TRAINED);
  const asked: TestCase = {
    customer: 'ann',
    events: [3, 17, 8].map((row, i) => ({ kind: 'view', itemId: `item-${row}` as ItemId, atMs: START_MS + 1000 * i })),
    targets: [],
    hasHistory: true,
  };
  const before = await (await deviceRecommender(model, items, scoreAll))(asked);
  const shipped = await (await deviceRecommender(shippedModel(TRAINED), items))(asked);
  const largest = Math.max(...before.map(Math.abs));
  const distances = before.map((score, row) => Math.abs(score - (shipped[row] as number)));
  expect(Math.max(...distances)).toBeLessThan(0.05 * largest);
  expect(before).not.toEqual(shipped);
});
