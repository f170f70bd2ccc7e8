import { describe, expect, test } from 'vitest';
import { addWordMeaning } from '#model/word-meaning.ts';
import { exactDot, exactRow, randomModel } from './random-model.ts';

const MODEL = randomModel(303);
const meaningOf = (word: string, before = 0) => {
  const out = new Float32Array(8).fill(before);
  addWordMeaning(MODEL, word, out);
  return [...out];
};
const close = (vector: readonly number[]) => vector.map((value) => expect.closeTo(value, 5));
const unit = (vector: readonly number[]) => vector.map((value) => value / Math.sqrt(exactDot(vector, vector)));

describe('the meaning of a word', () => {
  test('is its vector, added to what is there', () => {
    const row = MODEL.words.rowOf.get('chair') as number;
    expect(meaningOf('chair', 0.5)).toEqual(close(exactRow(MODEL.words, row).map((value) => value + 0.5)));
  });

  test('of a rare word is the mean direction of the items that have it', () => {
    const [a, b] = [unit(exactRow(MODEL.items, 3)), unit(exactRow(MODEL.items, 11))];
    expect(MODEL.words.itemsOf.get('kettle')).toEqual([3, 11]);
    expect(meaningOf('kettle')).toEqual(close(a.map((value, d) => (value + (b[d] as number)) / 2)));
    expect(meaningOf('tajine')).toEqual(close(unit(exactRow(MODEL.items, 6))));
  });

  test('is nothing where the shop does not know it', () => {
    expect(meaningOf('qwerty', 0.5)).toEqual(new Array(8).fill(0.5));
  });
});
