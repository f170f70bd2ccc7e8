import { describe, expect, test } from 'vitest';
import { encodeSession } from '#model/encoder.ts';
import { historyScores } from '#model/history-scores.ts';
import { createJsScorer } from '#model/js-scorer.ts';
import type { Model } from '#model/model.ts';
import type { Profile } from '#model/profile.ts';
import { type ItemScores, MIN_SEARCH_WEIGHT, SCORE_TERMS, type ScoreTerms, scoreItems } from '#model/score-items.ts';
import type { Scorer } from '#model/scorer.ts';
import { textQuery } from '#model/text-query.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { profileOf, randomProfile } from './profile-fixture.ts';
import { exactDot, exactRow, randomModel } from './random-model.ts';

const MODEL = randomModel(111);
const { numItems } = MODEL.config;
const ROWS = Array.from({ length: numItems }, (_, row) => row);
const [SHORT, LONG] = MODEL.config.blend as [Model['config']['blend'][number], Model['config']['blend'][number]];

const score = (profile: Profile, model = MODEL) => scoreItems(model, createJsScorer(model.items), profile);
const sumOf = (terms: ScoreTerms) => Object.values(terms).reduce((sum, term) => sum + term, 0);

/** Items that are in their own lists, which is what says how likely they are wanted again. */
const REPEATED = ROWS.filter((row) => {
  const { offsets, rows } = MODEL.neighbors;
  return rows.subarray(offsets[row], offsets[row + 1]).includes(row);
});
const VISITS = [REPEATED.slice(0, 2), [12, ...REPEATED.slice(1, 3)], [3, 18, 12]];
const PROFILE = profileOf(VISITS, [['lamp']]);
const LOOKED = profileOf(VISITS);

/** The terms before their weights, computed the slow way. */
function slowTerms(profile: Profile): ScoreTerms[] {
  const first = Math.max(0, profile.rows.length - MODEL.config.maxEvents);
  const session = encodeSession(
    { rows: profile.rows.slice(first), kinds: profile.kinds.slice(first), gaps: profile.gaps.slice(first) },
    MODEL,
  );
  const products = ROWS.map((row) => exactDot(session, exactRow(MODEL.items, row)));
  const mean = products.reduce((sum, product) => sum + product, 0) / numItems;
  const query = textQuery(MODEL, profile) as Float32Array;
  const history = historyScores(MODEL, profile);
  return ROWS.map((row) => {
    const vector = exactRow(MODEL.items, row);
    const { recent, longRun } = MODEL.popularity;
    const terms = history.get(row) ?? { neighbors: 0, fresh: 0, seen: 0, again: 0 };
    return {
      sequence: (products[row] as number) - mean,
      text: exactDot(query, vector),
      popularity: (0.75 * (recent[row] as number) + 0.25 * (longRun[row] as number)) / 255,
      ...terms,
    };
  });
}

describe('the score of an item', () => {
  test.each([
    ['less', 2.5, MIN_SEARCH_WEIGHT],
    ['more', 6.5, 6.5],
  ])('for a shopper who searched weighs text by 4 at least, where the fitted weight is %s', (_, fitted, weight) => {
    const model = { ...MODEL, config: { ...MODEL.config, blend: [{ ...LONG, text: fitted }] } };
    const { termsOf } = score(PROFILE, model);
    slowTerms(PROFILE).forEach((slow, row) => {
      expect(termsOf(row).text).toBeCloseTo(weight * slow.text, 4);
    });
    expect(MIN_SEARCH_WEIGHT).toBe(4);
  });

  test("lies as far from another item's as the sums of their terms do", () => {
    const { scoreOf, termsOf } = score(PROFILE);
    const distances = ROWS.map((row) => sumOf(termsOf(row)) - sumOf(termsOf(7)));
    expect(ROWS.map((row) => scoreOf(row) - scoreOf(7))).toEqual(distances.map((value) => expect.closeTo(value, 5)));
  });

  test("has the merchant's lift added, and is −Infinity where that is", () => {
    const { lifts } = MODEL.items;
    const items = { ...MODEL.items, lifts: lifts.with(5, 2.5).with(9, Number.NEGATIVE_INFINITY).with(14, -3.25) };
    const [plain, lifted] = [score(PROFILE), score(PROFILE, { ...MODEL, items })];
    const distances = ROWS.map((row) => lifted.scoreOf(row) - plain.scoreOf(row));
    const expected = new Array<number>(numItems).fill(0).with(5, 2.5).with(9, Number.NEGATIVE_INFINITY).with(14, -3.25);
    expect(distances).toEqual(expected.map((value) => (Number.isFinite(value) ? expect.closeTo(value, 9) : value)));
    expect(ROWS.map(lifted.termsOf)).toEqual(ROWS.map(plain.termsOf));
  });

  test('is made of session product over its mean, text product, popularity and history sums, each times its weight', () => {
    const { termsOf } = score(LOOKED);
    const slowly = slowTerms(LOOKED);
    // Every term tells items apart here, or the comparison would say nothing of it.
    for (const term of SCORE_TERMS) expect(new Set(slowly.map((slow) => slow[term])).size).toBeGreaterThan(2);
    slowly.forEach((slow, row) => {
      expect(termsOf(row)).toEqual({
        sequence: expect.closeTo(LONG.sequence * slow.sequence, 4),
        neighbors: expect.closeTo(LONG.neighbors * slow.neighbors, 5),
        text: expect.closeTo(LONG.text * slow.text, 5),
        popularity: expect.closeTo(LONG.popularity * slow.popularity, 6),
        seen: expect.closeTo(LONG.seen * slow.seen, 5),
        again: expect.closeTo(LONG.again * slow.again, 5),
        fresh: expect.closeTo(LONG.fresh * slow.fresh, 5),
      });
    });
  });

  test('reads only the last events for the sequence, and all of a longer profile for the other terms', () => {
    const earlier = [[...REPEATED, 1, 9, 15, 20], REPEATED];
    const long = profileOf([...earlier, ...VISITS]);
    expect(long.rows.length).toBeGreaterThan(2 * MODEL.config.maxEvents);
    const { termsOf } = score(long);
    slowTerms(long).forEach((slow, row) => {
      for (const term of SCORE_TERMS) expect(termsOf(row)[term]).toBeCloseTo(LONG[term] * slow[term], 4);
    });
    // So the encoder's window is no limit to what is wanted again.
    expect(termsOf(REPEATED.at(-1) as number).again).toBeGreaterThan(0.01);
  });

  test('is lowered for what was seen in this visit where the weight says so, however strongly', () => {
    const scoresOf = (seen: number) =>
      ROWS.map(score(LOOKED, { ...MODEL, config: { ...MODEL.config, blend: [{ ...LONG, seen }] } }).scoreOf);
    const [without, lowered] = [scoresOf(0), scoresOf(-1e9)];
    expect(lowered.every(Number.isFinite)).toBe(true);
    const seenNow = new Set(VISITS.at(-1));
    for (const row of ROWS) {
      if (seenNow.has(row)) expect(lowered[row]).toBeLessThan(-1e8);
      else expect(lowered[row]).toBe(without[row]);
    }
  });

  test('is made with the weights of the shortest bucket that the profile fits into', () => {
    const weightOf = (profile: Profile) => {
      const { termsOf } = score(profile);
      return termsOf(4).popularity / (slowTerms(PROFILE)[4]?.popularity as number);
    };
    expect(weightOf(profileOf([[9]]))).toBeCloseTo(SHORT.popularity, 5);
    expect(weightOf(profileOf([[9], [2]]))).toBeCloseTo(SHORT.popularity, 5);
    expect(weightOf(profileOf([[9], [2, 14]]))).toBeCloseTo(LONG.popularity, 5);
    expect(weightOf(profileOf([]))).toBeCloseTo(SHORT.popularity, 5);
  });

  test('has terms whose means over all items are the mean terms', () => {
    const { termsOf, meanTerms } = score(PROFILE);
    const means = meanTerms();
    for (const term of SCORE_TERMS) {
      const mean = ROWS.reduce((sum, row) => sum + termsOf(row)[term], 0) / numItems;
      expect(means[term]).toBeCloseTo(mean, 5);
    }
    expect(Math.max(...ROWS.map((row) => termsOf(row).sequence))).toBeGreaterThan(0.1);
  });
});

describe('the score of an item for a shopper of whom nothing is known', () => {
  test('is its popularity alone', () => {
    const { scoreOf, termsOf } = score(profileOf([]));
    ROWS.forEach((row) => {
      const { popularity, ...others } = termsOf(row);
      expect(Object.values(others).every((term) => term === 0)).toBe(true);
      expect(scoreOf(row)).toBeCloseTo(popularity, 6);
      expect(popularity).toBeCloseTo(SHORT.popularity * (slowTerms(PROFILE)[row]?.popularity as number), 6);
    });
  });

  test('who searched is popularity and text', () => {
    const { termsOf } = score(profileOf([], [['mug']]));
    const terms = ROWS.map(termsOf);
    for (const { sequence, neighbors, seen, again } of terms) {
      expect([sequence, neighbors, seen, again].every((term) => term === 0)).toBe(true);
    }
    expect(terms.filter(({ text }) => Math.abs(text) > 1e-3).length).toBeGreaterThan(numItems / 2);
  });
});

describe('the best items', () => {
  /** Rows far apart in the table that no score could tell apart but for what the history says of them. */
  const NUM_TWINS = 20;
  const CATALOG = withTwins(randomModel(113, { numItems: 60, numGroups: 60 }));
  const ALL_ROWS = Array.from({ length: 60 }, (_, row) => row);

  function withTwins(model: Model): Model {
    const { dim, scales, values, popularity, lifts } = model.items;
    const last = model.config.numItems - NUM_TWINS;
    values.copyWithin(last * dim, 0, NUM_TWINS * dim);
    for (const column of [scales, popularity]) column.copyWithin(last, 0, NUM_TWINS);
    const random = seededRandom(114);
    for (const row of lifts.keys()) {
      lifts[row] = [Number.NEGATIVE_INFINITY, Math.log(3), -1e4][Math.floor(12 * random())] ?? 0;
    }
    lifts.copyWithin(last, 0, NUM_TWINS / 2); // the other twins have lifts of their own
    return model;
  }

  /** Every row that may be shown, by the sum of its terms and its lift. */
  function slowlySorted(model: Model, { termsOf }: ItemScores): number[] {
    const sums = ALL_ROWS.map((row) => sumOf(termsOf(row)) + (model.items.lifts[row] as number));
    return ALL_ROWS.filter((row) => sums[row] !== Number.NEGATIVE_INFINITY).sort(
      (a, b) => (sums[b] as number) - (sums[a] as number) || a - b,
    );
  }

  const blends: [string, Partial<Model['config']['blend'][number]>][] = [
    ['as fitted', {}],
    ['that lower much for what was seen', { seen: -40 }],
    ['that raise much for what was seen and lower what goes with it', { seen: 40, neighbors: -9 }],
    ['that lower all that the history touches', { seen: -30, neighbors: -20, again: -25, fresh: -15 }],
    ['of the history alone, so that most items tie', { sequence: 0, text: 0, popularity: 0 }],
  ];
  test.each(blends)(
    'under weights %s are the first of all items sorted, however many are asked for',
    async (_, own) => {
      const blend = CATALOG.config.blend.map((fitted) => ({ ...fitted, ...own }));
      const model = { ...CATALOG, config: { ...CATALOG.config, blend } };
      const random = seededRandom(115);
      for (let i = 0; i < 60; i++) {
        const scores = score(randomProfile(60, random), model);
        const expected = slowlySorted(model, scores);
        for (const count of [0, ...ALL_ROWS.map((row) => row + 1), 75]) {
          const found = await scores.best(count);
          expect([...found.rows]).toEqual(expected.slice(0, count));
          expect(found.scores).toEqual(Float32Array.from(found.rows, scores.scoreOf));
        }
      }
    },
  );

  test('leave out hidden ones, and of equal items the lower row comes first', async () => {
    const { rows } = await score(profileOf([], [['lamp']]), CATALOG).best(60);
    const { lifts } = CATALOG.items;
    expect(lifts.filter((lift) => lift === Number.NEGATIVE_INFINITY).length).toBeGreaterThan(3);
    expect([...rows].sort((a, b) => a - b)).toEqual(ALL_ROWS.filter((row) => (lifts[row] as number) > -1e9));
    const shown = [...rows].filter((row) => row < NUM_TWINS / 2);
    expect(shown.length).toBeGreaterThan(3);
    for (const row of shown) expect(rows.indexOf(row + 40)).toBe(rows.indexOf(row) + 1);
  });

  test.each<[string, Partial<typeof LONG>, number]>([
    ['some', {}, 3],
    ['none', { seen: 0, neighbors: 0, again: 0, fresh: 0 }, 0],
  ])('ask the scorer for no more than that many and those that the history lowers: %s', async (_, own, atLeast) => {
    const model = { ...MODEL, config: { ...MODEL.config, blend: [{ ...LONG, ...own }] } };
    const asked: number[] = [];
    const scorer = createJsScorer(MODEL.items);
    const recorder: Scorer = {
      ...scorer,
      top(query) {
        asked.push(query.count);
        return scorer.top(query);
      },
    };
    const { best, termsOf } = scoreItems(model, recorder, LOOKED);
    const numLowered = ROWS.filter((row) => {
      const { neighbors, seen, again, fresh } = termsOf(row);
      return neighbors + seen + again + fresh < 0;
    }).length;
    expect(numLowered).toBeGreaterThanOrEqual(atLeast);
    expect(numLowered).toBeLessThan(numItems / 2);
    await best(4);
    expect(asked).toEqual([4 + numLowered]);
  });
});
