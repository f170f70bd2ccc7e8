import { describe, expect, test } from 'vitest';
import { plainScores } from '#model/dense-scores.ts';
import { historyScores } from '#model/history-scores.ts';
import { createJsScorer } from '#model/js-scorer.ts';
import type { Profile } from '#model/profile.ts';
import { blendWeights, SCORE_TERMS, scoreItems } from '#model/score-items.ts';
import { blendTerms, denseHistory, rawTerms } from '#trainer/raw-terms.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { profileOf, randomProfile } from '../model/profile-fixture.ts';
import { randomModel } from '../model/random-model.ts';

const MODEL = randomModel(671, { numItems: 50, numGroups: 50 });
const { numItems, blend } = MODEL.config;
const ROWS = Array.from({ length: numItems }, (_, row) => row);
const scoreAll = plainScores(MODEL.items);
const random = seededRandom(672);

const PROFILES: [string, Profile][] = [
  ['nothing', profileOf([])],
  ['one event', profileOf([[31]])],
  ['a search alone', profileOf([], [['lamp', 'mug']])],
  ['a search for words that the shop does not know', profileOf([], [['unheard-of']])],
  ['one visit', profileOf([[4, 17, 4, 38, 11]])],
  ['one visit and searches', profileOf([[9, 22, 40]], [['größe'], ['chair', 'mug']])],
  [
    'several visits',
    profileOf([
      [3, 3, 8],
      [41, 8],
      [12, 29, 3],
    ]),
  ],
  ['the same items in many visits', profileOf(Array.from({ length: 30 }, () => [7, 19, 33]))],
  ['every item', profileOf([ROWS, ROWS.toReversed()])],
  ...Array.from({ length: 60 }, (_, i): [string, Profile] => [`${i} of random`, randomProfile(numItems, random)]),
];

describe('the terms of all items', () => {
  test.each(PROFILES)('order them as a device does, for a profile of %s', async (_, profile) => {
    const { best } = scoreItems(MODEL, createJsScorer(MODEL.items), profile);
    const sums = blendTerms(rawTerms(MODEL, scoreAll, profile), blendWeights(blend, profile));
    const sorted = ROWS.toSorted((a, b) => (sums[b] as number) - (sums[a] as number) || a - b);
    expect([...(await best(numItems)).rows]).toEqual(sorted);
  });

  test.each(PROFILES)(
    "times their weights are a device's, the sequence's mean aside, for a profile of %s",
    (_, profile) => {
      const { termsOf } = scoreItems(MODEL, createJsScorer(MODEL.items), profile);
      const raw = rawTerms(MODEL, scoreAll, profile);
      const weights = blendWeights(blend, profile);
      const mean = raw.sequence.reduce((sum, value) => sum + value, 0) / numItems;
      for (const term of SCORE_TERMS) {
        const values = raw[term].map((value) => weights[term] * (value - (term === 'sequence' ? mean : 0)));
        expect([...values]).toEqual(ROWS.map((row) => expect.closeTo(termsOf(row)[term], 4)));
      }
    },
  );

  test('do not read the blend', () => {
    const [weights] = blend;
    const other = { ...MODEL, config: { ...MODEL.config, blend: [{ ...weights, sequence: 77, text: 55 }] } };
    const [, profile] = PROFILES[5] as [string, Profile];
    expect(rawTerms(other as typeof MODEL, scoreAll, profile)).toEqual(rawTerms(MODEL, scoreAll, profile));
  });
});

test('the history of all items is that of the items it touches, and 0 elsewhere', () => {
  const history = historyScores(
    MODEL,
    profileOf([
      [3, 8],
      [41, 8],
      [12, 29, 3],
    ]),
  );
  const dense = denseHistory(history, numItems);
  for (const term of ['neighbors', 'fresh', 'seen', 'again'] as const) {
    expect([...dense[term]]).toEqual(ROWS.map((row) => Math.fround(history.get(row)?.[term] ?? 0)));
    expect(dense[term].some((value) => value > 0)).toBe(true);
  }
  expect(history.size).toBeLessThan(numItems / 2);
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
