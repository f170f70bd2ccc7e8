import { beforeAll, describe, expect, test } from 'vitest';
import type { ItemId } from '#protocol/ids.ts';
import { createJudge, type Judge, judgeLearned } from '#trainer/judge-candidate.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import type { TrainedModel } from '#trainer/trained-model.ts';
import { spread } from '../model/random-model.ts';
import { catalogOf } from './dataset-fixture.ts';
import { randomTrained } from './trained-fixture.ts';

const START = randomTrained(5);
const { numItems } = START.config;
const random = seededRandom(8);
const NOISE = spread(START.itemVectors.length, 1.5, random);
const CASES = Array.from({ length: 80 }, (_, i): TestCase => {
  const rows = Array.from({ length: 3 }, () => Math.floor(random() * numItems));
  return {
    customer: `c${i}`,
    events: rows.slice(0, 2).map((row, t) => ({ kind: 'view', itemId: `item-${row}` as ItemId, atMs: 60_000 * t })),
    targets: rows.slice(2),
    hasHistory: false,
  };
});
/** The start's vectors, moved. */
const movedBy = (amount: number): TrainedModel => ({
  ...START,
  itemVectors: START.itemVectors.map((value, i) => value + amount * (NOISE[i] as number)),
});

let judge: Judge;
beforeAll(async () => {
  judge = await createJudge(START, { items: catalogOf(numItems), cases: CASES });
});

describe('a candidate', () => {
  test('that is the start itself is promoted, with no difference and no error', async () => {
    const judgment = await judge(START, true);
    expect(judgment).toMatchObject({ numCases: 80, standardError: 0, isPromoted: true });
    expect(judgment.ndcgAfter).toBe(judgment.ndcgBefore);
  });

  test('is promoted at last if it is at most one standard error below the start, on the way also if at most 3 %', async () => {
    const outcomes = new Set<string>();
    for (const amount of [-0.8, -0.4, -0.1, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.2, 2, 3, 5]) {
      const [onTheWay, last] = [await judge(movedBy(amount), false), await judge(movedBy(amount), true)];
      const { ndcgBefore, ndcgAfter, standardError } = last;
      expect(last.isPromoted).toBe(ndcgAfter - ndcgBefore >= -standardError);
      expect(onTheWay.isPromoted).toBe(ndcgAfter - ndcgBefore >= -Math.max(standardError, 0.03 * ndcgBefore));
      outcomes.add(String(last.isPromoted));
    }
    expect(outcomes).toEqual(new Set(['true', 'false']));
  });
});

describe('a model that has learned from devices', () => {
  const learned = movedBy(0.1);
  const isFaded = ({ config }: TrainedModel): boolean =>
    config.blend.every(({ popularity }, i) => popularity === 0.05 * (START.config.blend[i]?.popularity ?? 0));
  const verdict = (isPromoted: boolean) => ({
    ndcgBefore: 0.3,
    ndcgAfter: 0.3,
    numCases: 9,
    standardError: 0,
    isPromoted,
  });

  test('is judged with its popularity faded and nothing else changed', async () => {
    const asked: [TrainedModel, boolean][] = [];
    const { judgment, candidate } = await judgeLearned(
      learned,
      async (model, isLast) => {
        asked.push([model, isLast]);
        return verdict(true);
      },
      true,
    );
    expect(asked).toEqual([[candidate, true]]);
    expect(judgment.isPromoted).toBe(true);
    expect(isFaded(candidate)).toBe(true);
    expect({ ...candidate, config: learned.config }).toEqual(learned);
    expect(learned.config.blend.some(({ popularity }) => popularity !== 0)).toBe(true);
  });

  test.each([true, false])(
    'keeps its popularity where it may not serve without, promoted then or not: %s',
    async (isPromoted) => {
      const judged = await judgeLearned(learned, async (model) => verdict(!isFaded(model) && isPromoted), false);
      expect(judged).toEqual({ judgment: verdict(isPromoted), candidate: learned });
    },
  );
});
