import { expect, test } from 'vitest';
import { diversify } from '#model/diversify.ts';
import { topRows } from '#model/top-rows.ts';
import { diverseRecommender } from '#trainer/diverse-recommender.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { randomItems, spread } from '../model/random-model.ts';

const ITEMS = randomItems(160, 6, seededRandom(91));
const SCORES = spread(160, 7.5, seededRandom(92)).map((score, row) => (row < 20 ? Number.NEGATIVE_INFINITY : score));
const CASE = { customer: 'anybody', events: [], targets: [3], hasHistory: false };

test('ranks a list of 20 as the device orders a shelf, and leaves the rest of the ranking as it was', async () => {
  const before = SCORES.slice();
  const scores = await diverseRecommender(() => SCORES, ITEMS, 0.7)(CASE);
  const plain = topRows(SCORES, 140);
  const rows = plain.slice(0, 100);
  const head = { rows, scores: Float32Array.from(rows, (row) => SCORES[row] as number) };
  const shown = [...diversify(head, ITEMS, 0.7).take(20)];
  expect(shown).not.toEqual([...plain.slice(0, 20)]);
  expect([...topRows(scores, 160)]).toEqual([...shown, ...plain.filter((row) => !shown.includes(row))]);
  expect(SCORES).toEqual(before);
});

test('at 0 gives the scores as they are', async () => {
  expect(await diverseRecommender(() => SCORES, ITEMS, 0)(CASE)).toBe(SCORES);
});
