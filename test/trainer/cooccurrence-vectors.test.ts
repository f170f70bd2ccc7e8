import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { type Neighbors, neighborWeight } from '#protocol/item-files.ts';
import { cooccurrenceVectors } from '#trainer/cooccurrence-vectors.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { exactDot } from '../model/random-model.ts';

/** Lists of `[row, byte]`. */
function neighborsOf(lists: readonly (readonly (readonly [number, number])[])[]): Neighbors {
  let end = 0;
  return {
    offsets: Uint32Array.from([0, ...lists.map((list) => (end += list.length))]),
    rows: Uint32Array.from(lists.flat(), ([row]) => row),
    weights: Uint8Array.from(lists.flat(), ([, byte]) => byte),
  };
}

const rowsOf = (values: Float32Array, dim: number): Float32Array[] =>
  Array.from({ length: values.length / dim }, (_, row) => values.subarray(row * dim, (row + 1) * dim));

/** Cosines of every two rows: all that signs and turns of the axes leave as it is. */
const cosines = (values: Float32Array, dim: number): number[] =>
  rowsOf(values, dim).flatMap((a, _, rows) => rows.map((b) => exactDot(a, b)));

describe('co-occurrence vectors', () => {
  const [NUM_ITEMS, DIM] = [9, 4];
  const random = seededRandom(681);
  const lists = Array.from({ length: NUM_ITEMS }, (_, row) =>
    Array.from({ length: 4 }, (_, i) => [(row + 1 + i * 2) % NUM_ITEMS, 60 + Math.floor(random() * 190)] as const),
  );
  const counts = Float64Array.from({ length: NUM_ITEMS }, (_, row) => 5 + 11 * row);

  test('span the leading eigenvectors of the positive pointwise mutual information, by their eigenvalues', () => {
    const contexts = counts.map((count) => count ** 0.75);
    const total = contexts.reduce((sum, context) => sum + context, 0);
    const information = Matrix.zeros(NUM_ITEMS, NUM_ITEMS);
    lists.forEach((list, row) => {
      for (const [other, byte] of list) {
        const value = Math.max(0, Math.log((neighborWeight(byte) * total) / (contexts[other] as number)));
        information.set(row, other, information.get(row, other) + value);
        information.set(other, row, information.get(other, row) + value);
      }
    });
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(information, { assumeSymmetric: true });
    const leading = realEigenvalues
      .map((value, i) => ({ size: Math.abs(value), i }))
      .sort((a, b) => b.size - a.size)
      .slice(0, DIM);
    const expected = Float32Array.from({ length: NUM_ITEMS }, (_, row) => row).reduce<number[]>((all, row) => {
      const vector = leading.map(({ size, i }) => Math.sqrt(size) * eigenvectorMatrix.get(row, i));
      all.push(...vector.map((value) => value / Math.hypot(...vector)));
      return all;
    }, []);
    const found = cooccurrenceVectors(neighborsOf(lists), { counts, dim: DIM, random: seededRandom(682) });
    expect(cosines(found, DIM)).toEqual(
      cosines(Float32Array.from(expected), DIM).map((cosine) => expect.closeTo(cosine, 3)),
    );
  });

  test('are of length 1, of an item without neighbors 0', () => {
    const withLoner = neighborsOf([...lists, []]);
    const found = cooccurrenceVectors(withLoner, {
      counts: Float64Array.from([...counts, 3]),
      dim: 3,
      random: seededRandom(683),
    });
    const lengths = rowsOf(found, 3).map((vector) => Math.hypot(...vector));
    expect(lengths).toEqual([...new Array(NUM_ITEMS).fill(expect.closeTo(1, 5)), 0]);
  });

  test('of items that go together point together, with more items than axes and with fewer', () => {
    // Three kinds: an item's neighbors are all of its kind.
    const [perKind, numKinds] = [12, 3];
    const kinds = Array.from({ length: perKind * numKinds }, (_, row) =>
      Array.from({ length: perKind }, (_, i) => [Math.floor(row / perKind) * perKind + i, 90] as const).filter(
        ([other]) => other !== row,
      ),
    );
    for (const dim of [3, 64]) {
      const found = cooccurrenceVectors(neighborsOf(kinds), {
        counts: new Float64Array(perKind * numKinds).fill(8),
        dim,
        random: seededRandom(684),
      });
      const rows = rowsOf(found, dim);
      for (const [a, b] of [
        [1, 5],
        [13, 20],
        [30, 25],
      ] as const) {
        expect(exactDot(rows[a] as Float32Array, rows[b] as Float32Array)).toBeGreaterThan(0.4);
      }
      for (const [a, b] of [
        [1, 13],
        [13, 30],
        [30, 5],
      ] as const) {
        expect(Math.abs(exactDot(rows[a] as Float32Array, rows[b] as Float32Array))).toBeLessThan(0.1);
      }
    }
  });

  test('are 0 where there is no neighbor at all', () => {
    const options = { dim: 4, random: seededRandom(685) };
    const none = neighborsOf([[], [], []]);
    expect(cooccurrenceVectors(none, { ...options, counts: Float64Array.of(2, 0, 3) })).toEqual(new Float32Array(12));
    expect(cooccurrenceVectors(none, { ...options, counts: new Float64Array(3) })).toEqual(new Float32Array(12));
  });
});
