import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CatalogItem } from '#protocol/catalog.ts';
import { CheckpointFile, nameTraining } from '#trainer/checkpoint-file.ts';
import { basket, catalogItem, datasetOf } from './dataset-fixture.ts';
import { makeScratchFolder } from './scratch-folder.ts';

const STATE = { lists: { halfLifeMs: 7.5, best: Number.NEGATIVE_INFINITY }, weights: [Float32Array.of(0.1, -3e-12)] };

describe('a checkpoint file', () => {
  test('gives back what was saved last, bit for bit', async () => {
    const path = join(await makeScratchFolder(), 'training.checkpoint');
    await new CheckpointFile(path, 'a').save({ ...STATE, weights: [] });
    await new CheckpointFile(path, 'a').save(STATE);
    expect(await new CheckpointFile(path, 'a').load()).toEqual(STATE);
  });

  test('gives nothing to another training', async () => {
    const path = join(await makeScratchFolder(), 'training.checkpoint');
    await new CheckpointFile(path, 'a').save(STATE);
    expect(await new CheckpointFile(path, 'b').load()).toBeUndefined();
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['there is none', async () => {}],
    ['it was cut off', async (path) => truncate(path, Math.floor((await readFile(path)).length / 2))],
    ['it is empty', async (path) => truncate(path, 0)],
    ['it is something else', async (path) => writeFile(path, '{"training":"a"}')],
  ])('gives nothing where %s', async (what, damage) => {
    const path = join(await makeScratchFolder(), 'training.checkpoint');
    const file = new CheckpointFile(path, 'a');
    if (what !== 'there is none') await file.save(STATE);
    await damage(path);
    expect(await file.load()).toBeUndefined();
  });

  test('is gone once removed, and may be removed twice', async () => {
    const file = new CheckpointFile(join(await makeScratchFolder(), 'training.checkpoint'), 'a');
    await file.save(STATE);
    await file.remove();
    await file.remove();
    expect(await file.load()).toBeUndefined();
  });
});

describe('the name of a training', () => {
  const dataset = datasetOf(4, [basket('ann', [2, 3], 1), basket('bob', [1], 2)]);
  const options = { seed: 7, minCustomers: 5 };
  const name = nameTraining(dataset, options);
  const withItem = (fields: Partial<CatalogItem>) => ({
    ...dataset,
    items: dataset.items.with(2, catalogItem(2, fields)),
  });

  test('is the same for the same training', () => {
    expect(nameTraining(structuredClone(dataset), { ...options })).toBe(name);
  });

  test('does not change with what may change while it trains', () => {
    expect(nameTraining(withItem({ priceCents: 1, stock: 'out' }), options)).toBe(name);
  });

  test.each([
    ['another seed', dataset, { ...options, seed: 8 }],
    ['another order', { ...dataset, baskets: [basket('ann', [2, 1], 1), basket('bob', [1], 2)] }, options],
    ['another time', { ...dataset, baskets: [basket('ann', [2, 3], 1), basket('bob', [1], 3)] }, options],
    ['another customer', { ...dataset, baskets: [basket('ann', [2, 3], 1), basket('cem', [1], 2)] }, options],
    ['an order less', { ...dataset, baskets: dataset.baskets.slice(1) }, options],
    ['another title', withItem({ title: 'Mug' }), options],
    ['another description', withItem({ description: 'Red' }), options],
    ['other categories', withItem({ categories: ['Home/Mugs'] }), options],
    ['other attributes', withItem({ attributes: { brand: 'Acme' } }), options],
    ['a day it came into the shop', withItem({ addedAtMs: 1 }), options],
    ['views instead of orders', { ...dataset, eventKind: 'view' as const }, options],
  ])('is another one with %s', (_, otherDataset, otherOptions) => {
    expect(nameTraining(otherDataset, otherOptions)).not.toBe(name);
  });
});
