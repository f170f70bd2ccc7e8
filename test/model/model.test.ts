import { describe, expect, test } from 'vitest';
import { decodeCodes } from '#model/decode-codes.ts';
import { type ModelFile, parseModel } from '#model/model.ts';
import { alignedCopy } from '#protocol/bytes.ts';
import { CODES_PER_ITEM, encodeCodebooks } from '#protocol/item-codes.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { filesOf, randomModel } from './random-model.ts';

const MODEL = randomModel(101);
const { config } = MODEL;
const FILES = filesOf(MODEL);
const listOf = ({ neighbors }: Pick<typeof MODEL, 'neighbors'> | ReturnType<typeof parseModel>, row: number) => {
  const list: [number, number][] = [];
  neighbors.forEach(row, (neighbor, weight) => list.push([neighbor, weight]));
  return list;
};

describe('a model', () => {
  test('is read from its files as it was written, the encoder in binary16', () => {
    const read = parseModel(config, FILES);
    const { scales, values, popularity, lifts } = read.items;
    expect({ scales, values, popularity }).toEqual({
      scales: MODEL.items.scales,
      values: MODEL.items.values,
      popularity: MODEL.items.popularity,
    });
    expect(lifts).toEqual(new Float32Array(23));
    expect(read.means.vector).toEqual(MODEL.means.vector);
    expect(read.means.popularity).toBeCloseTo(MODEL.means.popularity, 12);
    for (let row = 0; row < 23; row++) expect(listOf(read, row)).toEqual(listOf(MODEL, row));
    expect(read.popularity).toEqual(MODEL.popularity);
    expect(read.words).toEqual(MODEL.words);
    expect(read.groups).toEqual(MODEL.groups);
    expect(read.config).toBe(config);
    expect(read.encoder.hidden).toEqual(MODEL.encoder.hidden.map(Math.f16round));
  });

  test('is the same whatever order its files come in', () => {
    const backwards = parseModel(config, FILES.toReversed());
    expect(backwards.items.values).toEqual(MODEL.items.values);
    expect(backwards.means.popularity).toBeCloseTo(MODEL.means.popularity, 12);
    for (let row = 0; row < 23; row++) expect(listOf(backwards, row)).toEqual(listOf(MODEL, row));
  });

  test.each<[string, Partial<ModelConfig>, string]>([
    ['wider vectors', { dim: 16 }, 'shard-invalid'],
    ['a wider hidden layer', { hiddenDim: 13 }, 'encoder-invalid'],
    ['longer sessions', { maxEvents: 7 }, 'encoder-invalid'],
    ['fewer groups', { numGroups: 22 }, 'groups-invalid'],
  ])('is refused by a configuration with %s', (_, overrides, code) => {
    expect(() => parseModel({ ...config, ...overrides }, FILES)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ['items', 'shard-truncated'],
    ['neighbors', 'neighbors-invalid'],
    ['popularity', 'popularity-invalid'],
    ['encoder', 'encoder-invalid'],
    ['words', 'words-invalid'],
    ['groups', 'groups-invalid'],
  ] as const)('is refused with a file of its %s cut', (kind, code) => {
    const files = FILES.map((file) => (file.kind === kind ? { ...file, bytes: file.bytes.slice(0, -2) } : file));
    expect(() => parseModel(config, files)).toThrow(expect.objectContaining({ code }));
  });

  test('is refused with two shards in each other’s place', () => {
    const [first, second] = FILES.filter(({ kind }) => kind === 'items');
    const files = FILES.map((file) => {
      if (file === first) return { ...file, bytes: second?.bytes as ArrayBuffer };
      return file === second ? { ...file, bytes: first?.bytes as ArrayBuffer } : file;
    });
    expect(() => parseModel(config, files)).toThrow(expect.objectContaining({ code: 'shard-invalid' }));
  });

  test.each(FILES.map((file, i) => [file.kind, i] as const))('is not whole without a file of its %s (%d)', (_, i) => {
    expect(() => parseModel(config, FILES.toSpliced(i, 1))).toThrow('expected every file of the model, got fewer');
  });
});

describe('a model whose items are codes', () => {
  const coded = randomModel(102, { dim: 16, numItems: 600, numGroups: 600 });
  const codebooks = {
    scales: Float32Array.from({ length: CODES_PER_ITEM }, (_, code) => 0.5 / (code + 2)),
    values: Int8Array.from({ length: 768 * 16 }, (_, i) => ((i * 89) % 255) - 127),
  };
  const codes = Uint8Array.from({ length: 600 * CODES_PER_ITEM }, (_, i) => (i * 101) % 256);
  const others = filesOf(coded).filter(({ kind }) => kind !== 'items');
  const shards: ModelFile[] = [
    { kind: 'items', firstRow: 0, rows: 7, bytes: codes.slice(0, 7 * 16).buffer },
    { kind: 'items', firstRow: 7, rows: 593, bytes: codes.slice(7 * 16).buffer },
  ];
  const books: ModelFile = { kind: 'codebooks', bytes: alignedCopy(encodeCodebooks(codebooks)) };

  test.each([
    ['before them', [books, ...shards, ...others]],
    ['between them', [shards[0] as ModelFile, books, shards[1] as ModelFile, ...others]],
    ['after everything', [...shards, ...others, books]],
  ])('is read as int8 rows of its shards, also where the codebooks come %s', (_, files) => {
    const { items } = parseModel(coded.config, files);
    const exact = decodeCodes(codes, codebooks, 16);
    expect(items.scales).toEqual(exact.scales);
    expect(items.values).toEqual(exact.values);
  });

  test.each<[string, readonly ModelFile[], string]>([
    ['without its codebooks', [...shards, ...others], 'shard-truncated'],
    ['with codebooks cut short', [{ ...books, bytes: books.bytes.slice(0, -1) }, ...shards], 'codebooks-invalid'],
    ['with a shard of int8 rows', [books, ...filesOf(coded)], 'shard-truncated'],
  ])('is refused %s', (_, files, code) => {
    expect(() => parseModel(coded.config, files)).toThrow(expect.objectContaining({ code }));
  });
});
