import { describe, expect, test } from 'vitest';
import type { Profile } from '#model/profile.ts';
import { textQuery } from '#model/text-query.ts';
import { exactDot, exactRow, randomModel } from './random-model.ts';

const MODEL = randomModel(302);
const DECAY = 0.85;

function profileOf(rows: readonly number[], searches: readonly (readonly string[])[] = []): Profile {
  return {
    rows: Uint32Array.from(rows),
    kinds: new Uint8Array(rows.length),
    gaps: new Uint8Array(rows.length),
    visitsAgo: new Uint8Array(rows.length),
    searches,
  };
}

const plus = (a: readonly number[], b: readonly number[], factor: number) =>
  a.map((v, d) => v + factor * (b[d] as number));
const unit = (vector: readonly number[]) => vector.map((value) => value / Math.sqrt(exactDot(vector, vector)));
const wordVector = (word: string) => exactRow(MODEL.words, MODEL.words.rowOf.get(word) as number);
const close = (vector: readonly number[]) => vector.map((value) => expect.closeTo(value, 5));

describe('the text query', () => {
  test('of one event is the direction of its item', () => {
    expect([...(textQuery(MODEL, profileOf([11])) ?? [])]).toEqual(close(unit(exactRow(MODEL.items, 11))));
  });

  test('of one search is the direction of the sum of its words', () => {
    const meaning = plus(wordVector('lamp'), wordVector('größe'), 1);
    expect([...(textQuery(MODEL, profileOf([], [['lamp', 'größe']])) ?? [])]).toEqual(close(unit(meaning)));
  });

  test('weighs events by 0.85 a step back, and searches twice as much', () => {
    let sum = new Array<number>(8).fill(0);
    [4, 15, 2].forEach((row, age) => {
      sum = plus(sum, unit(exactRow(MODEL.items, row)), DECAY ** age);
    });
    sum = plus(sum, unit(plus(wordVector('mug'), wordVector('chair'), 1)), 2);
    sum = plus(sum, unit(wordVector('lamp')), 2 * DECAY);
    const query = textQuery(MODEL, profileOf([2, 15, 4], [['mug', 'chair'], ['lamp']]));
    expect([...(query ?? [])]).toEqual(close(unit(sum)));
  });

  test('has length 1', () => {
    const query = textQuery(MODEL, profileOf([9, 3, 3, 20], [['chair']])) as Float32Array;
    expect(exactDot(query, query)).toBeCloseTo(1, 5);
  });

  test('passes over words that the shop does not know', () => {
    expect(textQuery(MODEL, profileOf([], [['qwerty', 'lamp']]))).toEqual(textQuery(MODEL, profileOf([], [['lamp']])));
  });

  test.each([
    ['no events and no searches', profileOf([])],
    ['words that the shop does not know alone', profileOf([], [['qwerty'], []])],
  ])('is missing for %s', (_, profile) => {
    expect(textQuery(MODEL, profile)).toBeUndefined();
  });

  test('is missing for an item without a vector', () => {
    const items = { ...MODEL.items, scales: MODEL.items.scales.with(6, 0) };
    expect(textQuery({ ...MODEL, items }, profileOf([6]))).toBeUndefined();
  });
});
