import { expect, test } from 'vitest';
import { makeScoreBuffer } from '#trainer/evaluation/score-buffer.ts';

test('popularity orders equal sums and no others', () => {
  const { sums, toScores } = makeScoreBuffer(Float64Array.of(7, 90, 3, 0, 7));
  sums.set([0, 0, 4e-30, 4e-30, 5e-30]);
  const [seldom, often, some, none, best] = toScores() as unknown as number[];
  expect(best).toBeGreaterThan(some as number);
  expect(some).toBeGreaterThan(none as number);
  expect(none).toBeGreaterThan(often as number);
  expect(often).toBeGreaterThan(seldom as number);
});

test('a case without sums is answered by popularity, and nothing is left of the case before', () => {
  const { sums, toScores } = makeScoreBuffer(Float64Array.of(2, 5, 3));
  sums[0] = 8;
  expect([...toScores().keys()]).toEqual([0, 1, 2]);
  const [two, five, three] = toScores() as unknown as number[];
  expect(five).toBeGreaterThan(three as number);
  expect(three).toBeGreaterThan(two as number);
});

test('a log in which nothing happened scores all items alike', () => {
  expect([...makeScoreBuffer(new Float64Array(3)).toScores()]).toEqual([0, 0, 0]);
});
