import { describe, expect, test } from 'vitest';
import { decodeCodes } from '#model/decode-codes.ts';
import { type ModelFiles, parseModel } from '#model/model.ts';
import { alignedCopy } from '#protocol/bytes.ts';
import { CODES_PER_ITEM, encodeCodebooks } from '#protocol/item-codes.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { exactRow, filesOf, randomModel } from './random-model.ts';

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

describe('a model whose items are codes', () => {
  const coded = randomModel(102, { dim: 16 });
  const codebooks = {
    scales: Float32Array.from({ length: CODES_PER_ITEM }, (_, code) => 0.5 / (code + 2)),
    values: Int8Array.from({ length: 768 * 16 }, (_, i) => ((i * 89) % 255) - 127),
  };
  const codes = Uint8Array.from({ length: coded.config.numItems * CODES_PER_ITEM }, (_, i) => (i * 101) % 256);
  const files: ModelFiles = {
    ...filesOf(coded),
    itemShards: [
      { firstRow: 0, rows: 7, bytes: codes.slice(0, 7 * 16).buffer },
      { firstRow: 7, rows: 16, bytes: codes.slice(7 * 16).buffer },
    ],
    codebooks: alignedCopy(encodeCodebooks(codebooks)),
  };

  test('is read as int8 rows of its shards, so that scorers see no difference', () => {
    const { items, inverseNorms } = parseModel(coded.config, files);
    const second = decodeCodes(codes.subarray(7 * 16), codebooks, { firstRow: 7, dim: 16 });
    expect(items).toMatchObject({ numItems: 23, dim: 16 });
    expect(items.scales.subarray(7)).toEqual(second.scales);
    expect(items.values.subarray(7 * 16)).toEqual(second.values);
    expect(inverseNorms[9]).toBeCloseTo(1 / Math.hypot(...exactRow(items, 9)), 6);
  });

  test.each<[string, Partial<ModelFiles>, string]>([
    ['without its codebooks', { codebooks: undefined }, 'shard-truncated'],
    ['with codebooks cut short', { codebooks: files.codebooks?.slice(0, -1) }, 'codebooks-invalid'],
    ['with a shard of int8 rows', { itemShards: filesOf(coded).itemShards }, 'shard-truncated'],
  ])('is refused %s', (_, damage, code) => {
    expect(() => parseModel(coded.config, { ...files, ...damage })).toThrow(expect.objectContaining({ code }));
  });
});
