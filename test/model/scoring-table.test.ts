import { afterEach, describe, expect, test, vi } from 'vitest';
import { createScoringTable, ROW_BLOCK, SCRATCH_BYTES, type ScoringTable } from '#model/scoring-table.ts';

const SIZES: [numItems: number, dim: number][] = [
  [1, 8],
  [16, 24],
  [37, 64],
  [1009, 5],
];

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Regions as a kernel sees them: rows counted up to whole blocks. */
function regions({ numItems, dim, layout }: ScoringTable) {
  const paddedRows = Math.ceil(numItems / ROW_BLOCK) * ROW_BLOCK;
  return [
    { at: layout.values, bytes: paddedRows * dim },
    { at: layout.scales, bytes: 4 * paddedRows },
    { at: layout.popularity, bytes: 4 * paddedRows },
    { at: layout.lifts, bytes: 4 * paddedRows },
    { at: layout.scratch, bytes: SCRATCH_BYTES },
  ].sort((a, b) => a.at - b.at);
}

describe('a new scoring table', () => {
  test.each(SIZES)('of %d rows of %d hides all of them and holds nothing', (numItems, dim) => {
    const table = createScoringTable(numItems, dim);
    expect(table).toMatchObject({ numItems, dim });
    expect(table.lifts).toEqual(new Float32Array(numItems).fill(Number.NEGATIVE_INFINITY));
    expect(table.scales).toEqual(new Float32Array(numItems));
    expect(table.popularity).toEqual(new Float32Array(numItems));
    expect(table.values).toEqual(new Int8Array(numItems * dim));
  });

  test.each(SIZES)(
    'of %d rows of %d has room for whole blocks of rows, none shared, each at a multiple of 16',
    (...size) => {
      const table = createScoringTable(...size);
      const places = regions(table);
      for (const [i, { at, bytes }] of places.entries()) {
        expect(at % 16).toBe(0);
        expect(at + bytes).toBeLessThanOrEqual(places[i + 1]?.at ?? table.memory?.buffer.byteLength ?? 0);
      }
    },
  );

  test.each(SIZES)('of %d rows of %d has scratch and values where the kernels look for them', (...size) => {
    expect(createScoringTable(...size).layout).toMatchObject({ scratch: 0, values: 65_536 });
  });

  test.each(SIZES)('of %d rows of %d hides the rows that fill up the last block too', (numItems, dim) => {
    const { memory, layout } = createScoringTable(numItems, dim);
    const paddedRows = Math.ceil(numItems / ROW_BLOCK) * ROW_BLOCK;
    const lifts = new Float32Array((memory as WebAssembly.Memory).buffer, layout.lifts, paddedRows);
    expect(lifts.every((lift) => lift === Number.NEGATIVE_INFINITY)).toBe(true);
  });
});

test('the arrays of a scoring table lie in its memory where the layout says', () => {
  const table = createScoringTable(37, 8);
  const arrays = ['values', 'scales', 'popularity', 'lifts'] as const;
  for (const name of arrays) {
    expect(table[name].buffer).toBe(table.memory?.buffer);
    expect(table[name].byteOffset).toBe(table.layout[name]);
  }
  for (const [i, name] of arrays.entries()) table[name].fill(10 * i + 7);
  for (const [i, name] of arrays.entries()) expect(table[name].every((value) => value === 10 * i + 7)).toBe(true);
});

test('the memory of a scoring table cannot grow, so that its arrays stay valid', () => {
  expect(() => createScoringTable(37, 8).memory?.grow(1)).toThrow(RangeError);
});

test('a scoring table has the same arrays where a browser has no WebAssembly', () => {
  const { memory: _, ...usual } = createScoringTable(37, 8);
  vi.stubGlobal('WebAssembly', undefined);
  const { memory, ...plain } = createScoringTable(37, 8);
  expect(memory).toBeUndefined();
  expect(plain).toEqual(usual);
});
