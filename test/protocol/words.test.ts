import { describe, expect, test } from 'vitest';
import { alignedCopy, concatBytes, fromHex, utf8 } from '#protocol/bytes.ts';
import { encodeWords, parseWords, type Words, wordsOf } from '#protocol/words.ts';

const TABLE: Words = {
  rowOf: new Map([
    ['mug', 0],
    ['größe', 1],
    ['茶杯', 2],
  ]),
  dim: 2,
  scales: Float32Array.of(0.5, 0, 2.25),
  values: Int8Array.of(127, -9, 0, 0, -128, 33),
};
const HEAD = fromHex('0300000002000000' + '0000003f' + '00000000' + '00001040' + '7ff7' + '0000' + '8021');
const BYTES = concatBytes(HEAD, utf8('mug\ngröße\n茶杯'));

describe('the word table', () => {
  test('is its header, its scales, its vectors and its words', () => {
    expect(encodeWords(TABLE)).toEqual(BYTES);
    expect(parseWords(alignedCopy(BYTES), 2)).toEqual(TABLE);
  });

  test('may hold no word', () => {
    const empty = { rowOf: new Map(), dim: 5, scales: new Float32Array(), values: new Int8Array() };
    expect(parseWords(alignedCopy(encodeWords(empty)), 5)).toEqual(empty);
  });

  test.each([
    ['of another width', BYTES, 3],
    ['cut in its header', BYTES.slice(0, 7), 2],
    ['cut in its vectors', BYTES.slice(0, HEAD.length - 1), 2],
    ['cut in its words', BYTES.slice(0, HEAD.length + 10), 2],
    ['with a word too many', concatBytes(BYTES, utf8('\nlamp')), 2],
    ['with a word twice', concatBytes(HEAD, utf8('mug\nlamp\nmug')), 2],
    ['with words that are no UTF-8', concatBytes(HEAD, utf8('mug\nlamp\n'), fromHex('c328')), 2],
    ['with more words than memory holds', Uint8Array.of(255, 255, 255, 255, ...BYTES.slice(4)), 2],
  ])('is refused %s', (_, bytes, dim) => {
    expect(() => parseWords(alignedCopy(bytes), dim)).toThrow(expect.objectContaining({ code: 'words-invalid' }));
  });

  test.each([Number.NaN, -0.5, Number.POSITIVE_INFINITY])('is refused with the scale %d', (scale) => {
    const bytes = alignedCopy(encodeWords({ ...TABLE, scales: Float32Array.of(0.5, scale, 2.25) }));
    expect(() => parseWords(bytes, 2)).toThrow(expect.objectContaining({ code: 'words-invalid' }));
  });
});

describe('the words of a text', () => {
  test.each([
    ['Blue MUG, small', ['blue', 'mug', 'small']],
    ['Größe: 38½ – ÜBERGROSS', ['größe', '38½', 'übergross']],
    ['T-shirt & XL 3-pack', ['shirt', 'xl', 'pack']],
    ['40W E27 1500ml', ['40w', 'e27', '1500ml']],
    ['crème brûlée set', ['crème', 'brûlée', 'set']],
    ['茶杯 и чашка', ['茶杯', 'чашка']],
    ['o’clock don’t', ['clock', 'don']],
    ['a 7 x é', []],
    ['', []],
    ['🫖🫖 tea_pot', ['tea', 'pot']],
    ['❤️tee', ['tee']],
    ['กระเป๋าหนัง चमड़े का बैग', ['กระเป๋าหนัง', 'चमड़े', 'का', 'बैग']],
    ['x'.repeat(32), ['x'.repeat(32)]],
  ])('%j are %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test('never have more than 32 characters', () => {
    expect(wordsOf('y'.repeat(45)).map((word) => word.length)).toEqual([32, 13]);
  });

  test('are the same whether an accent is its own character or part of its letter', () => {
    expect(wordsOf('Mu\u0308sli Brule\u0301e')).toEqual(wordsOf('Müsli Brulée'));
  });
});
