import { describe, expect, test } from 'vitest';
import { createItemMeans } from '#model/item-means.ts';
import { exactRow, randomModel } from './random-model.ts';

const { items, config } = randomModel(117);
const { numItems, dim } = config;
const ROWS = Array.from({ length: numItems }, (_, row) => row);
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Means of some rows, in float64. */
function slowMeans(rows: readonly number[]) {
  const vectors = rows.map((row) => exactRow(items, row));
  const vector = Array.from({ length: dim }, (_, d) => meanOf(vectors.map((values) => values[d] as number)));
  return {
    vector: vector.map((value) => expect.closeTo(value, 6)),
    popularity: expect.closeTo(meanOf(rows.map((row) => items.popularity[row] as number)), 6),
  };
}

const comparable = ({ vector, popularity }: ReturnType<ReturnType<typeof createItemMeans>['means']>) => ({
  vector: [...vector],
  popularity,
});

describe('item means', () => {
  test.each([
    ['first to last', ROWS],
    ['last to first', ROWS.toReversed()],
  ])('are those of all rows, added %s', (_, rows) => {
    const builder = createItemMeans(dim);
    for (const row of rows) builder.add(items, row);
    expect(comparable(builder.means())).toEqual(slowMeans(ROWS));
  });

  test('are those of the rows added so far', () => {
    const builder = createItemMeans(dim);
    for (const row of [15, 16, 17, 18]) builder.add(items, row);
    const early = builder.means();
    expect(comparable(early)).toEqual(slowMeans([15, 16, 17, 18]));
    for (const row of [2, 3, 4]) builder.add(items, row);
    expect(comparable(builder.means())).toEqual(slowMeans([15, 16, 17, 18, 2, 3, 4]));
    expect(comparable(early)).toEqual(slowMeans([15, 16, 17, 18]));
  });

  test('of no rows are 0', () => {
    expect(createItemMeans(3).means()).toEqual({ vector: new Float32Array(3), popularity: 0 });
  });
});
