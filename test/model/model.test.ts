import { describe, expect, test } from 'vitest';
import { type ModelFiles, parseModel } from '#model/model.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { filesOf, randomModel } from './random-model.ts';

const MODEL = randomModel(101);
const { config } = MODEL;
const FILES = filesOf(MODEL);

describe('a model', () => {
  test('is read from its files as it was written, the encoder in binary16', () => {
    const read = parseModel(config, FILES);
    expect(read.items).toEqual(MODEL.items);
    expect(read.inverseNorms).toEqual(MODEL.inverseNorms);
    expect(read.neighbors).toEqual(MODEL.neighbors);
    expect(read.popularity).toEqual(MODEL.popularity);
    expect(read.words).toEqual(MODEL.words);
    expect(read.groups).toEqual(MODEL.groups);
    expect(read.config).toBe(config);
    expect(read.encoder.hidden).toEqual(MODEL.encoder.hidden.map(Math.f16round));
  });

  test.each<[string, Partial<ModelConfig>, string]>([
    ['more items', { numItems: 24, numGroups: 24 }, 'neighbors-invalid'],
    ['wider vectors', { dim: 16 }, 'shard-invalid'],
    ['a wider hidden layer', { hiddenDim: 13 }, 'encoder-invalid'],
    ['longer sessions', { maxEvents: 7 }, 'encoder-invalid'],
    ['fewer groups', { numGroups: 22 }, 'groups-invalid'],
  ])('is refused by a configuration with %s', (_, overrides, code) => {
    expect(() => parseModel({ ...config, ...overrides }, FILES)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ['neighbors', 'neighbors-invalid'],
    ['popularity', 'popularity-invalid'],
    ['encoder', 'encoder-invalid'],
    ['words', 'words-invalid'],
    ['groups', 'groups-invalid'],
  ] as const)('is refused with its %s file cut', (kind, code) => {
    const files: ModelFiles = { ...FILES, [kind]: FILES[kind].slice(0, -2) };
    expect(() => parseModel(config, files)).toThrow(expect.objectContaining({ code }));
  });

  test('is refused with two shards in each other’s place', () => {
    const [first, second] = FILES.itemShards;
    if (!first || !second) throw new Error('expected two shards');
    const itemShards = [
      { ...first, bytes: second.bytes },
      { ...second, bytes: first.bytes },
    ];
    expect(() => parseModel(config, { ...FILES, itemShards })).toThrow(
      expect.objectContaining({ code: 'shard-invalid' }),
    );
  });
});
