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
  itemsOf: new Map([
    ['tajine', [2, 300]],
    ['åsk', [7]],
  ]),
  scales: Float32Array.of(0.5, 0, 2.25),
  values: Int8Array.of(127, -9, 0, 0, -128, 33),
};
const HEAD = fromHex('03000000' + '0000003f' + '00000000' + '00001040' + '7ff7' + '0000' + '8021');
const BYTES = concatBytes(HEAD, utf8('mug\ngröße\n茶杯\ntajine 2 300\nåsk 7\n'));
const parse = (bytes: Uint8Array, { dim = 2, numItems = 301 } = {}) =>
  parseWords(alignedCopy(bytes), { dim, numItems });

describe('the word table', () => {
  test('is how many words, their scales, their vectors, the words, rare ones and the items of those', () => {
    expect(encodeWords(TABLE)).toEqual(BYTES);
    expect(parse(BYTES)).toEqual(TABLE);
  });

  test('may hold no word', () => {
    const empty = { rowOf: new Map(), dim: 5, itemsOf: new Map(), scales: new Float32Array(), values: new Int8Array() };
    expect(parse(encodeWords(empty), { dim: 5 })).toEqual(empty);
  });

  test.each<[string, Uint8Array, { dim?: number; numItems?: number }?]>([
    ['of wider vectors', BYTES, { dim: 12 }],
    ['with an item that the shop does not have', BYTES, { numItems: 300 }],
    ['with half an item', concatBytes(BYTES, utf8('sled 1.5\n'))],
    ['with an item before the first', concatBytes(BYTES, utf8('sled -1\n'))],
    ['with an item that is no number', concatBytes(BYTES, utf8('sled x\n'))],
    ['with a word too few', concatBytes(HEAD, utf8('mug\nlamp\n'))],
    ['with a word twice', concatBytes(HEAD, utf8('mug\nlamp\nmug\n'))],
    ['with words that are no UTF-8', concatBytes(HEAD, fromHex('6d75670a6c616d700ac3280a'))],
    ['with more words than memory holds', Uint8Array.of(255, 255, 255, 255, ...BYTES.slice(4))],
    ['with half a line behind it', concatBytes(BYTES, utf8('sled'))],
  ])('is refused %s', (_, bytes, expected) => {
    expect(() => parse(bytes, expected)).toThrow(expect.objectContaining({ code: 'words-invalid' }));
  });

  test('is refused when it is cut anywhere, unless it is behind a rare word', () => {
    for (let length = 0; length < BYTES.length; length++) {
      if (length > HEAD.length + 15 && BYTES[length - 1] === 10) continue;
      expect(() => parse(BYTES.slice(0, length))).toThrow(expect.objectContaining({ code: 'words-invalid' }));
    }
  });

  test.each([Number.NaN, -0.5, Number.POSITIVE_INFINITY])('is refused with the scale %d', (scale) => {
    const bytes = encodeWords({ ...TABLE, scales: Float32Array.of(0.5, scale, 2.25) });
    expect(() => parse(bytes)).toThrow(expect.objectContaining({ code: 'words-invalid' }));
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
