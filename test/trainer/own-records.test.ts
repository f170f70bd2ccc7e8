import { expect, test } from 'vitest';
import { recordsOfRound } from '#trainer/own-records.ts';

const histories = Array.from({ length: 9001 }, (_, i) => i);

test('a part of many histories takes part in a round, spread evenly', () => {
  for (const round of [0, 1, 2, 77]) {
    const records = recordsOfRound(round, histories);
    expect(new Set(records).size).toBe(4000);
    const steps = records.slice(1).map((record, i) => record - (records[i] as number));
    expect([Math.min(...steps), Math.max(...steps)]).toEqual([2, 3]);
  }
});

test('all histories take part in some round', () => {
  const rounds = Array.from({ length: 8 }, (_, round) => recordsOfRound(round, histories));
  expect(new Set(rounds.flat()).size).toBe(9001);
});

test('few histories all take part in every round', () => {
  expect(recordsOfRound(5, histories.slice(0, 40))).toEqual(histories.slice(0, 40));
  expect(recordsOfRound(3, [])).toEqual([]);
});
