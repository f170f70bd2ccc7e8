import { beforeAll, describe, expect, test } from 'vitest';
import type { ItemId } from '#protocol/ids.ts';
import { askCases, createJudge, type Judge, judgeLearned, type Verdict } from '#trainer/judge-candidate.ts';
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
const NUM_CASES = 1500;
const CASES = Array.from({ length: NUM_CASES }, (_, i): TestCase => {
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
  judge = await createJudge(START, askCases(catalogOf(numItems), CASES));
});

describe('a candidate', () => {
  test('that is the start itself is no worse, with no difference and no error', async () => {
    const judgment = await judge(START);
    expect(judgment).toMatchObject({ numCases: NUM_CASES, standardError: 0, verdict: 'no-worse' });
    expect(judgment.ndcgAfter).toBe(judgment.ndcgBefore);
  });

  test('is no worse at up to one standard error below the start, and undecided at up to 3 %', async () => {
    const verdicts = new Set<string>();
    for (const amount of [-0.8, -0.4, -0.3, -0.2, -0.1, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.2, 2, 3, 5]) {
      const { verdict, ndcgBefore, ndcgAfter, standardError } = await judge(movedBy(amount));
      const loss = ndcgBefore - ndcgAfter;
      expect(verdict === 'no-worse').toBe(loss <= standardError);
      expect(verdict === 'worse').toBe(loss > Math.max(standardError, 0.03 * ndcgBefore));
      verdicts.add(verdict);
    }
    expect(verdicts).toEqual(new Set(['no-worse', 'undecided', 'worse']));
  });
});

describe('a model that has learned from devices', () => {
  const learned = movedBy(0.1);
  const isFaded = ({ config }: TrainedModel): boolean =>
    config.blend.every(({ popularity }, i) => popularity === 0.05 * (START.config.blend[i]?.popularity ?? 0));
  const judgmentOf = (verdict: Verdict) => ({
    ndcgBefore: 0.3,
    ndcgAfter: 0.3,
    numCases: 9,
    standardError: 0,
    verdict,
  });

  test('is judged with its popularity faded and nothing else changed', async () => {
    const asked: TrainedModel[] = [];
    const { judgment, candidate } = await judgeLearned(learned, async (model) => {
      asked.push(model);
      return judgmentOf('no-worse');
    });
    expect(asked).toEqual([candidate]);
    expect(judgment.verdict).toBe('no-worse');
    expect(isFaded(candidate)).toBe(true);
    expect({ ...candidate, config: learned.config }).toEqual(learned);
    expect(learned.config.blend.some(({ popularity }) => popularity !== 0)).toBe(true);
  });

  test.each<[faded: Verdict, whole: Verdict, isFadedChosen: boolean]>([
    ['undecided', 'no-worse', false],
    ['worse', 'no-worse', false],
    ['worse', 'undecided', false],
    ['undecided', 'undecided', true],
    ['undecided', 'worse', true],
    ['worse', 'worse', true],
  ])('faded %s and whole %s, is the one with the better verdict', async (faded, whole, isFadedChosen) => {
    const judged = await judgeLearned(learned, async (model) => judgmentOf(isFaded(model) ? faded : whole));
    expect(judged.judgment).toEqual(judgmentOf(isFadedChosen ? faded : whole));
    expect(isFaded(judged.candidate)).toBe(isFadedChosen);
  });
});
