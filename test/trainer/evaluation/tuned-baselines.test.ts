import { describe, expect, test } from 'vitest';
import type { Basket } from '#trainer/dataset.ts';
import { BASELINES } from '#trainer/evaluation/evaluation.ts';
import { type TuningTask, tunedBaselines } from '#trainer/evaluation/tuned-baselines.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { basket, datasetOf } from '../dataset-fixture.ts';
import { caseAfter, caseAfterEvents } from './baseline-fixture.ts';

const NUM_ITEMS = 9;

/** The next item after these events is `target`. */
const asked = (rows: readonly number[], target: number): TestCase => ({
  customer: 'dee',
  events: caseAfterEvents(rows).events,
  targets: [target],
  hasHistory: false,
});

/** Sessions of one event a basket. */
const sessions = (count: number, rows: readonly number[], firstDay: number): Basket[] =>
  Array.from({ length: count }, (_, session) =>
    rows.map((row, place) => basket(`on day ${firstDay} number ${session}: ${rows}`, [row], firstDay + 0.01 * place)),
  ).flat();

function task(before: readonly Basket[], cases: readonly TestCase[], fields: Partial<TuningTask> = {}): TuningTask {
  const byTime = before.toSorted((a, b) => a.atMs - b.atMs);
  return {
    known: datasetOf(NUM_ITEMS, byTime),
    selection: { before: byTime, cases },
    excludesSeen: false,
    random: seededRandom(8),
    ...fields,
  };
}

describe('tuning', () => {
  // 1 was often bought long ago, 2 often of late, 3 and 4 in the last days by everybody who is asked.
  const drift = [
    ...sessions(50, [1], 5),
    ...sessions(20, [2], 85),
    ...sessions(15, [3], 100),
    ...sessions(15, [4], 100),
    ...sessions(1, [5], 0),
  ];

  test('takes the half-life that ranks best', async () => {
    // Half the span: 2 above 3 and 4, and above 1. More: 1 comes first. Less: 3 and 4 do.
    const { recentPopular } = await tunedBaselines(task(drift, [asked([3, 4], 2)]));
    expect(recentPopular.parameters).toBe("half-life 50 % of the log's time span");
  });

  test('leaves seen items out of the ranking where the task does', async () => {
    // Nothing is better then than the default, under which 3 and 4 alone are above 2.
    const { recentPopular, transitions } = await tunedBaselines(
      task(drift, [asked([3, 4], 2)], { excludesSeen: true }),
    );
    expect(recentPopular.parameters).toBe("half-life 12 % of the log's time span");
    expect(recentPopular.recommend(caseAfter([3, 4]))).toHaveLength(NUM_ITEMS);
    expect(transitions.parameters).not.toContain('again');
  });

  test('counts the next item alone where what comes later misleads', async () => {
    const chain = [...sessions(8, [1, 2, 6], 1), ...sessions(7, [1, 3, 6], 2), ...sessions(6, [1, 4, 6], 3)];
    const { transitions } = await tunedBaselines(task(chain, [asked([1], 4), asked([1], 3)]));
    expect(transitions.parameters).toMatch(/^the next items?(, each 0\.3 of the one before)?;/);
  });

  test('takes STAN where late sessions tell more than early ones', async () => {
    // 3 is no rarer than 2, or VSKNN would find it by that.
    const turn = [...sessions(30, [1, 2], 0), ...sessions(25, [3, 5], 0), ...sessions(10, [1, 3], 100)];
    const { sessionKnn } = await tunedBaselines(task(turn, [asked([1], 3)]));
    expect(sessionKnn.parameters).toMatch(/^STAN: /);
  });

  test('asks no more cases than it may', async () => {
    const events: string[] = [];
    const watched = (row: number): TestCase => ({
      ...asked([row], 2),
      get events() {
        events.push(`item-${row}`);
        return caseAfterEvents([row]).events;
      },
    });
    await tunedBaselines(task(drift, [1, 2, 3, 4, 5].map(watched), { maxCases: 2 }));
    expect(new Set(events).size).toBe(2);
  });

  test('chooses on the selection alone, and builds the winners on all that is known', async () => {
    const cases = [asked([3, 4], 2)];
    const later = sessions(40, [3, 7], 130);
    const tuned = await tunedBaselines(task(drift, cases));
    const knowsMore = await tunedBaselines(task(drift, cases, { known: datasetOf(NUM_ITEMS, [...drift, ...later]) }));
    for (const name of BASELINES) {
      expect(knowsMore[name].parameters).toBe(tuned[name].parameters);
      const seven = (baseline: typeof tuned.popular) => (baseline.recommend(caseAfter([3])) as Float32Array)[7];
      expect(seven(knowsMore[name]), name).toBeGreaterThan(seven(tuned[name]) as number);
    }
  });

  test('takes stated defaults where there is nothing to choose on', async () => {
    const orders = [basket('ann', [1, 2], 0), basket('bob', [2, 3], 1)];
    const tuned = await tunedBaselines(task(orders, []));
    expect(Object.keys(tuned)).toEqual([...BASELINES]);
    expect(tuned.itemKnn.parameters).toContain('(defaults, nothing to choose on)');
    const scores = tuned.itemKnn.recommend(caseAfter([3])) as Float32Array;
    expect(scores[2]).toBe(Math.max(...scores));
  });

  test('gives the same choice for the same seed', async () => {
    const cases = [1, 2, 3, 4, 5].map((row) => asked([row], 2));
    const once = await tunedBaselines(task(drift, cases, { maxCases: 3 }));
    const again = await tunedBaselines(task(drift, cases, { maxCases: 3 }));
    for (const name of BASELINES) expect(again[name].parameters).toBe(once[name].parameters);
  });
});
