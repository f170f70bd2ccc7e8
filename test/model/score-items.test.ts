import { describe, expect, test } from 'vitest';
import { encodeSession } from '#model/encoder.ts';
import { createJsScorer } from '#model/js-scorer.ts';
import type { Model } from '#model/model.ts';
import { neighborScores } from '#model/neighbor-scores.ts';
import type { Profile } from '#model/profile.ts';
import { MIN_SEARCH_WEIGHT, rawTerms, type ScoreTerms, scoreItems } from '#model/score-items.ts';
import { textQuery } from '#model/text-query.ts';
import { exactDot, exactRow, randomModel } from './random-model.ts';

const MODEL = randomModel(111);
const { numItems } = MODEL.config;
const ROWS = Array.from({ length: numItems }, (_, row) => row);
const [SHORT, LONG] = MODEL.config.blend as [Model['config']['blend'][number], Model['config']['blend'][number]];

function profileOf(rows: readonly number[], searches: readonly (readonly string[])[] = []): Profile {
  return {
    rows: Uint32Array.from(rows),
    kinds: Uint8Array.from(rows, (_, t) => t % 5),
    gaps: Uint8Array.from(rows, (_, t) => (3 * t) % 10),
    searches,
  };
}

const score = (profile: Profile, model = MODEL) => scoreItems(model, createJsScorer(model.items), profile);
const sumOf = ({ sequence, neighbors, text, popularity }: ScoreTerms) => sequence + neighbors + text + popularity;
const PROFILE = profileOf([7, 12, 3, 18], [['lamp']]);
const LOOKED = profileOf([7, 12, 3, 18]);

/** The four terms before their weights, computed the slow way. */
function slowTerms(profile: Profile): ScoreTerms[] {
  const session = encodeSession(profile, MODEL);
  const products = ROWS.map((row) => exactDot(session, exactRow(MODEL.items, row)));
  const mean = products.reduce((sum, product) => sum + product, 0) / numItems;
  const query = textQuery(MODEL, profile) as Float32Array;
  const neighbors = neighborScores(MODEL, profile.rows);
  return ROWS.map((row) => {
    const vector = exactRow(MODEL.items, row);
    const { recent, longRun } = MODEL.popularity;
    return {
      sequence: (products[row] as number) - mean,
      neighbors: neighbors[row] as number,
      text: exactDot(query, vector) / Math.sqrt(exactDot(vector, vector)),
      popularity: (0.75 * (recent[row] as number) + 0.25 * (longRun[row] as number)) / 255,
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

  test('is the sum of its four terms', async () => {
    const { blended, termsOf } = await score(PROFILE);
    expect([...blended]).toEqual(ROWS.map((row) => expect.closeTo(sumOf(termsOf(row)), 5)));
  });

  test('is made of session product over its mean, neighbor sum, cosine and popularity, each times its weight', async () => {
    const { termsOf } = await score(LOOKED);
    slowTerms(LOOKED).forEach((slow, row) => {
      expect(termsOf(row)).toEqual({
        sequence: expect.closeTo(LONG.sequence * slow.sequence, 4),
        neighbors: expect.closeTo(LONG.neighbors * slow.neighbors, 5),
        text: expect.closeTo(LONG.text * slow.text, 5),
        popularity: expect.closeTo(LONG.popularity * slow.popularity, 6),
      });
    });
  });

  test('is made with the weights of the shortest bucket that the profile fits into', async () => {
    const weightOf = async (profile: Profile) => {
      const { termsOf } = await score(profile);
      return termsOf(4).popularity / (slowTerms(PROFILE)[4]?.popularity as number);
    };
    expect(await weightOf(profileOf([9]))).toBeCloseTo(SHORT.popularity, 5);
    expect(await weightOf(profileOf([9, 2]))).toBeCloseTo(SHORT.popularity, 5);
    expect(await weightOf(profileOf([9, 2, 14]))).toBeCloseTo(LONG.popularity, 5);
    expect(await weightOf(profileOf([]))).toBeCloseTo(SHORT.popularity, 5);
  });
});

describe('the score of an item for a shopper of whom nothing is known', () => {
  test('is its popularity alone', async () => {
    const { blended, termsOf } = await score(profileOf([]));
    ROWS.forEach((row) => {
      const { sequence, neighbors, text, popularity } = termsOf(row);
      expect([sequence, neighbors, text].every((term) => term === 0)).toBe(true);
      expect(blended[row]).toBeCloseTo(popularity, 6);
      expect(popularity).toBeCloseTo(SHORT.popularity * (slowTerms(PROFILE)[row]?.popularity as number), 6);
    });
  });

  test('who searched is popularity and text', async () => {
    const { termsOf } = await score(profileOf([], [['mug']]));
    const terms = ROWS.map(termsOf);
    expect(terms.every(({ sequence, neighbors }) => sequence === 0 && neighbors === 0)).toBe(true);
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
