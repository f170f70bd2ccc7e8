import { describe, expect, test } from 'vitest';
import { isWholeWord, NUM_BUCKETS, subwordsOf } from '#trainer/subwords.ts';

const shared = (a: string, b: string) => {
  const others = new Set(subwordsOf(b));
  return new Set(subwordsOf(a).filter((bucket) => others.has(bucket))).size;
};
const wholeWords = (text: string) => subwordsOf(text).filter(isWholeWord).length;

describe('the subwords of a text', () => {
  test.each([
    // ' mug ' has the n-grams ' mu', 'mug', 'ug ', ' mug', 'mug ' and ' mug '.
    ['mug', 1, 6],
    ['mug lamp', 2, 6 + 9],
    ['a', 1, 1],
    ['40 W', 2, 3 + 1],
    ['茶', 0, 1],
    ['緑茶', 0, 2 + 1],
    ['ほうじ茶', 0, 4 + 3 + 2],
    ['usbケーブル', 1, 6 + (4 + 3 + 2)],
    ['가죽 가방', 0, 3 + 3],
    ['', 0, 0],
    ['– ! 🫖', 0, 0],
  ])('%j are %d words and %d n-grams', (text, numWords, numNgrams) => {
    const buckets = subwordsOf(text);
    expect(buckets.filter(isWholeWord)).toHaveLength(numWords);
    expect(buckets.filter((bucket) => !isWholeWord(bucket))).toHaveLength(numNgrams);
  });

  test.each([
    ['case', 'Große TASSE', 'große tasse'],
    ['an accent as its own character', 'Mu\u0308sli', 'Müsli'],
    ['half-width and full-width characters', 'ﾀｵﾙ ＸＬ', 'タオル xl'],
    ['punctuation', 'T-Shirt, blau!', 't shirt blau'],
    ['an emoji with its variation selector', '❤️tasse', 'tasse'],
  ])('are the same whatever the %s', (_, text, other) => {
    expect(subwordsOf(text)).toEqual(subwordsOf(other));
  });

  test('tie a compound to its parts, and unrelated words to nothing', () => {
    expect(shared('Handtuch', 'Badetuch')).toBeGreaterThanOrEqual(6);
    expect(shared('Regenjacke', 'Jacken')).toBeGreaterThanOrEqual(6);
    expect(shared('北欧風ダイニングテーブル', 'テーブル')).toBe(4 + 3 + 2);
    expect(shared('Handtuch', 'Lampe')).toBe(0);
  });

  test('tell a word’s beginning from its middle', () => {
    expect(shared('tischbein', 'tisch')).toBeGreaterThan(shared('esstisch', 'isc'));
    expect(wholeWords('tisch tische')).toBe(2);
  });

  test('keep the marks of Thai and Hindi with their letters', () => {
    expect(wholeWords('เสื้อผู้หญิง')).toBe(1);
    expect(wholeWords('चमड़े का बैग')).toBe(3);
  });

  test('hardly ever share a bucket: of 30,000 words fewer than 3 % do', () => {
    const words = Array.from({ length: 30_000 }, (_, i) => subwordsOf(`w${i * 37}`).find(isWholeWord));
    expect(new Set(words).size).toBeGreaterThan(0.97 * words.length);
    for (const bucket of words) expect(bucket).toBeLessThan(NUM_BUCKETS);
  });

  test('end after 1,000 characters', () => {
    expect(subwordsOf('mug '.repeat(400))).toEqual(subwordsOf('mug '.repeat(250)));
  });
});
