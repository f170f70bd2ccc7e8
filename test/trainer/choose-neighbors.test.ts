import { describe, expect, test } from 'vitest';
import { SESSION_GAP_MS } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { chooseHistorySettings, DEFAULT_HISTORY } from '#trainer/choose-neighbors.ts';
import type { Basket } from '#trainer/dataset.ts';
import { rowLookup } from '#trainer/device-recommender.ts';
import type { NeighborSources } from '#trainer/neighbor-lists.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import type { TextNeighbors } from '#trainer/text-neighbors.ts';
import { visitLogOf } from '#trainer/visit-log.ts';
import { basket, catalogOf, START_MS } from './dataset-fixture.ts';

const NUM_ITEMS = 30;
const ITEMS = catalogOf(NUM_ITEMS);
const [A, B, C] = [5, 6, 7];

/** Asks what comes after views of `rows`, in visits of one view each or all in one. */
function caseOf(rows: readonly number[], target: number, gapMs = 1000): TestCase {
  return {
    customer: `case ${rows.join()}`,
    events: rows.map((row, i) => ({ kind: 'view', itemId: `item-${row}` as ItemId, atMs: START_MS + gapMs * i })),
    targets: [target],
    hasHistory: true,
  };
}

const choose = (baskets: readonly Basket[], cases: readonly TestCase[], nearest: Omit<NeighborSources, 'log'> = {}) =>
  chooseHistorySettings(
    { log: visitLogOf(baskets, NUM_ITEMS), ...nearest },
    { cases, minCustomers: 2, rowOf: rowLookup(ITEMS) },
  );
/** Visits of as many customers, one a day from a day on. */
const visits = (rows: readonly number[], count: number, fromDay = 0) =>
  Array.from({ length: count }, (_, i) => basket(`day ${fromDay + i}`, rows, fromDay + i));

describe('how neighbor lists are made', () => {
  test('is as usual where there is nothing to choose on', async () => {
    expect(await choose(visits([A, B], 9), [])).toEqual(DEFAULT_HISTORY);
  });

  test('is as usual where that serves every case best', async () => {
    expect(await choose(visits([A, B], 9), [caseOf([A], B)])).toEqual(DEFAULT_HISTORY);
  });

  test('forgets sooner where the latest visits tell what comes next', async () => {
    // B came more often with A, but long ago: as usual it would be first. Both occur as often.
    const log = [...visits([A, B], 34), ...visits([C], 23, 34), ...visits([A, C], 11, 57)];
    expect((await choose(log, [caseOf([A], C)])).recency).toBeGreaterThan(DEFAULT_HISTORY.recency);
    expect((await choose(log, [caseOf([A], B)])).recency).toBe(DEFAULT_HISTORY.recency);
  });

  test('looks further where what comes next but one is wanted', async () => {
    const log = Array.from({ length: 12 }, (_, day) => [
      basket(`near ${day}`, day !== 2 && day !== 10 ? [A, B] : [B], day),
      basket(`far ${day}`, [A, 10 + day, C], day),
    ]).flat();
    const chosen = await choose(log, [caseOf([A], C)]);
    expect(chosen.distanceDecay).toBeGreaterThan(DEFAULT_HISTORY.distanceDecay);
  });

  test.each([
    ['texts', 'textShare'],
    ['words', 'wordShare'],
  ] as const)('listens to %s more where nobody had what is wanted, and does not ask without', async (name, share) => {
    const nearest: TextNeighbors = {
      count: 1,
      rows: Uint32Array.from({ length: NUM_ITEMS }, (_, row) => (row === A ? C : (row + 1) % NUM_ITEMS)),
      cosines: Float32Array.from({ length: NUM_ITEMS }, (_, row) => (row === A ? 1 : 0)),
    };
    const log = [...visits([A, B], 5), ...visits([20, 21], 2, 40)];
    const chosen = await choose(log, [caseOf([A], C)], { [name]: nearest });
    expect(chosen[share]).toBeGreaterThan(DEFAULT_HISTORY[share]);
    expect((await choose(log, [caseOf([A], C)]))[share]).toBe(DEFAULT_HISTORY[share]);
  });
});

describe('how neighbor lists are read', () => {
  const log = [...visits([C, 20], 2), ...visits([A, B], 12, 2)];

  test('counts earlier visits more where they tell what comes next', async () => {
    // This visit's C points a little at 20, the one before at B.
    const chosen = await choose(log, [caseOf([A, C], B, 2 * SESSION_GAP_MS)]);
    expect(chosen.earlier).toBeGreaterThan(DEFAULT_HISTORY.earlier);
  });

  test('keeps what depends on earlier visits as usual in a log of single ones', async () => {
    const { earlier, visitDecay, likeness } = await choose(log, [caseOf([A, C], B)]);
    const usual = DEFAULT_HISTORY;
    expect({ earlier, visitDecay, likeness }).toEqual({
      earlier: usual.earlier,
      visitDecay: usual.visitDecay,
      likeness: usual.likeness,
    });
  });
});
