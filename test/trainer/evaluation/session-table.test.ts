import { expect, test } from 'vitest';
import { makeSessionTable, type SessionTable } from '#trainer/evaluation/session-table.ts';
import { basket } from '../dataset-fixture.ts';

const BASKETS = [
  basket('ann', [2, 3], 0),
  basket('bob', [4], 2),
  basket('ann', [3], 5),
  basket('bob', [2], 6),
  basket('bob', [4], 7),
  basket('ann', [1, 2], 10),
];

const sessionsOf = ({ offsets, rows }: SessionTable) =>
  Array.from(offsets.subarray(1), (end, session) => [...rows.subarray(offsets[session], end)]);

test.each([
  [1, [[2, 3], [4], [3], [2], [4], [1, 2]]],
  [2, [[2, 3], [4], [2, 4], [3, 1, 2]]],
  [
    Number.POSITIVE_INFINITY,
    [
      [4, 2, 4],
      [2, 3, 3, 1, 2],
    ],
  ],
])("sessions of %d baskets are cut from a customer's latest, and come by their end", (basketsPerSession, sessions) => {
  expect(sessionsOf(makeSessionTable(BASKETS, { numItems: 6, basketsPerSession }))).toEqual(sessions);
});

test("a session's age is the share of the log's time span since its end", () => {
  const { ages } = makeSessionTable(BASKETS, { numItems: 6, basketsPerSession: 2 });
  expect([...ages]).toEqual([1, 0.8, 0.3, 0]);
});

test('every event is found under its item, and marked where the item comes again in the session', () => {
  const table = makeSessionTable(BASKETS, { numItems: 6, basketsPerSession: Number.POSITIVE_INFINITY });
  const placesOf = (row: number) => [...table.places.subarray(table.placeOffsets[row], table.placeOffsets[row + 1])];
  expect([0, 1, 2, 3, 4, 5].map(placesOf)).toEqual([[], [6], [1, 3, 7], [4, 5], [0, 2], []]);
  expect([...table.sessionOf]).toEqual([0, 0, 0, 1, 1, 1, 1, 1]);
  expect([...table.comesAgain]).toEqual([1, 0, 0, 1, 1, 0, 0, 0]);
  expect([...table.numDistinct]).toEqual([2, 3]);
});

test('a log without baskets makes no session', () => {
  const table = makeSessionTable([], { numItems: 6, basketsPerSession: 2 });
  expect([table.ages.length, table.rows.length, ...table.placeOffsets]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
});
