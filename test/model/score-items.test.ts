import { describe, expect, test } from 'vitest';
import { encodeSession } from '#model/encoder.ts';
import { historyScores } from '#model/history-scores.ts';
import { createJsScorer } from '#model/js-scorer.ts';
import type { Model } from '#model/model.ts';
import type { Profile } from '#model/profile.ts';
import {
  blendTerms,
  MIN_SEARCH_WEIGHT,
  rawTerms,
  SCORE_TERMS,
  type ScoreTerms,
  scoreItems,
} from '#model/score-items.ts';
import { textQuery } from '#model/text-query.ts';
import { exactDot, exactRow, randomModel } from './random-model.ts';

const MODEL = randomModel(111);
const { numItems } = MODEL.config;
const ROWS = Array.from({ length: numItems }, (_, row) => row);
const [SHORT, LONG] = MODEL.config.blend as [Model['config']['blend'][number], Model['config']['blend'][number]];

/** A profile whose events of one visit are one list each, the last visit's last. */
function profileOf(visits: readonly (readonly number[])[], searches: readonly (readonly string[])[] = []): Profile {
  const rows = visits.flat();
  return {
    rows: Uint32Array.from(rows),
    kinds: Uint8Array.from(rows, (_, t) => t % 5),
    gaps: Uint8Array.from(rows, (_, t) => (3 * t) % 10),
    visitsAgo: Uint8Array.from(visits.flatMap((visit, v) => visit.map(() => visits.length - 1 - v))),
    searches,
  };
}

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
  const { neighbors, fresh, seen, again } = historyScores(MODEL, profile);
  return ROWS.map((row) => {
    const vector = exactRow(MODEL.items, row);
    const { recent, longRun } = MODEL.popularity;
    const text = exactDot(query, vector) / Math.sqrt(exactDot(vector, vector));
    return {
      sequence: (products[row] as number) - mean,
      neighbors: neighbors[row] as number,
      text,
      fresh: fresh[row] as number,
      popularity: (0.75 * (recent[row] as number) + 0.25 * (longRun[row] as number)) / 255,
      seen: seen[row] as number,
      again: again[row] as number,
    };
  });
}

describe('the score of an item', () => {
  test.each([
    ['less', 2.5, MIN_SEARCH_WEIGHT],
    ['more', 6.5, 6.5],
  ])(
    'for a shopper who searched weighs text by 4 at least, where the fitted weight is %s',
    async (_, fitted, weight) => {
      const model = { ...MODEL, config: { ...MODEL.config, blend: [{ ...LONG, text: fitted }] } };
      const { termsOf } = await score(PROFILE, model);
      slowTerms(PROFILE).forEach((slow, row) => {
        expect(termsOf(row).text).toBeCloseTo(weight * slow.text, 4);
      });
      expect(MIN_SEARCH_WEIGHT).toBe(4);
    },
  );

  test('is the sum of its terms', async () => {
    const { blended, termsOf } = await score(PROFILE);
    expect([...blended]).toEqual(ROWS.map((row) => expect.closeTo(sumOf(termsOf(row)), 5)));
  });

  test('is made of session product over its mean, cosine, popularity and history sums, each times its weight', async () => {
    const { termsOf } = await score(LOOKED);
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

  test('reads only the last events for the sequence, and all of a longer profile for the other terms', async () => {
    const earlier = [[...REPEATED, 1, 9, 15, 20], REPEATED];
    const long = profileOf([...earlier, ...VISITS]);
    expect(long.rows.length).toBeGreaterThan(2 * MODEL.config.maxEvents);
    const raw = await rawTerms(MODEL, createJsScorer(MODEL.items), long);
    slowTerms(long).forEach((slow, row) => {
      for (const term of SCORE_TERMS) expect(raw[term][row]).toBeCloseTo(slow[term], 4);
    });
    // So the encoder's window is no limit to what is wanted again.
    expect(raw.again[REPEATED.at(-1) as number]).toBeGreaterThan(0.01);
  });

  test('is lowered for what was seen in this visit where the weight says so, however strongly', async () => {
    const scoresOf = async (seen: number) => {
      const { blended } = await score(LOOKED, { ...MODEL, config: { ...MODEL.config, blend: [{ ...LONG, seen }] } });
      return blended;
    };
    const [without, lowered] = [await scoresOf(0), await scoresOf(-1e9)];
    expect(lowered.every(Number.isFinite)).toBe(true);
    const seenNow = new Set(VISITS.at(-1));
    for (const row of ROWS) {
      if (seenNow.has(row)) expect(lowered[row]).toBeLessThan(-1e8);
      else expect(lowered[row]).toBe(without[row]);
    }
  });

  test('is made with the weights of the shortest bucket that the profile fits into', async () => {
    const weightOf = async (profile: Profile) => {
      const { termsOf } = await score(profile);
      return termsOf(4).popularity / (slowTerms(PROFILE)[4]?.popularity as number);
    };
    expect(await weightOf(profileOf([[9]]))).toBeCloseTo(SHORT.popularity, 5);
    expect(await weightOf(profileOf([[9], [2]]))).toBeCloseTo(SHORT.popularity, 5);
    expect(await weightOf(profileOf([[9], [2, 14]]))).toBeCloseTo(LONG.popularity, 5);
    expect(await weightOf(profileOf([]))).toBeCloseTo(SHORT.popularity, 5);
  });

  test('has terms whose means over all items are the mean terms', async () => {
    const { termsOf, meanTerms } = await score(PROFILE);
    const means = meanTerms();
    for (const term of SCORE_TERMS) {
      const mean = ROWS.reduce((sum, row) => sum + termsOf(row)[term], 0) / numItems;
      expect(means[term]).toBeCloseTo(mean, 5);
    }
  });
});

test('a blend sums the terms, each times its weight', () => {
  const values = (...pair: [number, number]) => Float32Array.from(pair);
  const raw = {
    sequence: values(0.5, -0.25),
    neighbors: values(0.3, 0.9),
    text: values(-0.7, 0.4),
    popularity: values(0.6, 0.2),
    seen: values(0.8, 0),
    again: values(0, 0.35),
    fresh: values(0.6, 0),
  };
  const weights = { sequence: 2, neighbors: 3, text: 0, popularity: 0.5, seen: -4, again: 7, fresh: 0.3 };
  expect([...blendTerms(raw, weights)]).toEqual([
    expect.closeTo(1 + 0.9 + 0.3 - 3.2 + 0.18, 5),
    expect.closeTo(-0.5 + 2.7 + 0.1 + 2.45, 5),
  ]);
});

describe('the score of an item for a shopper of whom nothing is known', () => {
  test('is its popularity alone', async () => {
    const { blended, termsOf } = await score(profileOf([]));
    ROWS.forEach((row) => {
      const { popularity, ...others } = termsOf(row);
      expect(Object.values(others).every((term) => term === 0)).toBe(true);
      expect(blended[row]).toBeCloseTo(popularity, 6);
      expect(popularity).toBeCloseTo(SHORT.popularity * (slowTerms(PROFILE)[row]?.popularity as number), 6);
    });
  });

  test('who searched is popularity and text', async () => {
    const { termsOf } = await score(profileOf([], [['mug']]));
    const terms = ROWS.map(termsOf);
    for (const { sequence, neighbors, seen, again } of terms) {
      expect([sequence, neighbors, seen, again].every((term) => term === 0)).toBe(true);
    }
    expect(terms.filter(({ text }) => Math.abs(text) > 1e-3).length).toBeGreaterThan(numItems / 2);
  });
});

describe('the terms before their weights', () => {
  test('have a sequence term whose mean over all items is 0, so that it says how far an item stands out', async () => {
    const { sequence } = await rawTerms(MODEL, createJsScorer(MODEL.items), PROFILE);
    expect(sequence.reduce((sum, value) => sum + value, 0) / numItems).toBeCloseTo(0, 5);
    expect(Math.max(...sequence)).toBeGreaterThan(0.1);
  });

  test('do not read the blend', async () => {
    const other = { ...MODEL, config: { ...MODEL.config, blend: [{ ...LONG, sequence: 77, text: 55 }] } };
    const scorer = createJsScorer(MODEL.items);
    expect(await rawTerms(other, scorer, PROFILE)).toEqual(await rawTerms(MODEL, scorer, PROFILE));
  });
});
