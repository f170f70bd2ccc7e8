import { expect, test } from 'vitest';
import { plainScores } from '#model/dense-scores.ts';
import { dotRow } from '#model/item-table.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { randomItems, spread } from './random-model.ts';

test.each([1, 3, 4, 19, 64])('the products of %i rows are those of one row after the other', (numItems) => {
  const random = seededRandom(601);
  const items = randomItems(numItems, 8, random);
  const query = spread(8, 2, random);
  const out = new Float32Array(numItems);
  plainScores(items)(query, out);
  expect([...out]).toEqual(Array.from(out, (_, row) => Math.fround(dotRow(items, row, query))));
});
