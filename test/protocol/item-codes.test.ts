import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignedCopy, fromHex } from '#protocol/bytes.ts';
import { CODES_PER_ITEM, codedSlice, encodeCodebooks, parseCodebooks, parseCodes } from '#protocol/item-codes.ts';

const DIM = 20;
const NUM_VALUES = 3 * 256 * DIM;
const SCALES = Float32Array.from({ length: 16 }, (_, code) => 0.375 + code / 8);
const VALUES = Int8Array.from({ length: NUM_VALUES }, (_, i) => ((i * 37) % 256) - 128);
const BYTES = encodeCodebooks({ scales: SCALES, values: VALUES });

describe('the coordinates that codes stand for', () => {
  test.each([8, 20, 32, 64, 70])('are all of them twice, then each of %i once more, in 14 parts', (dim) => {
    const slices = Array.from({ length: CODES_PER_ITEM }, (_, code) => codedSlice(code, dim));
    const whole = { from: 0, to: dim };
    expect(slices.slice(0, 2)).toEqual([whole, whole]);
    expect(slices[2]?.from).toBe(0);
    expect(slices[15]?.to).toBe(dim);
    for (let code = 3; code < 16; code++) expect(slices[code]?.from).toBe(slices[code - 1]?.to);
    const widths = slices.slice(2).map(({ from, to }) => to - from);
    expect(Math.max(...widths) - Math.min(...widths)).toBeLessThanOrEqual(1);
  });
});

describe('codebooks', () => {
  test('are their scales and their values, little-endian, and nothing else', () => {
    expect(BYTES).toHaveLength(64 + 768 * 20);
    expect(BYTES.slice(0, 8)).toEqual(fromHex('0000c03e' + '0000003f'));
    expect(BYTES.slice(64, 68)).toEqual(fromHex('80a5caef'));
  });

  test('come back as they were written', () => {
    const anyBooks = fc.record({
      scales: fc.float32Array({ min: 0, max: Math.fround(1e34), noNaN: true, minLength: 16, maxLength: 16 }),
      values: fc.int8Array({ minLength: NUM_VALUES, maxLength: NUM_VALUES }),
    });
    fc.assert(
      fc.property(anyBooks, (books) => {
        expect(parseCodebooks(alignedCopy(encodeCodebooks(books)), DIM)).toEqual(books);
      }),
      { seed: 47, numRuns: 12 },
    );
  });

  test.each([
    ['cut', BYTES.slice(0, -1)],
    ['cut within their scales', BYTES.slice(0, 63)],
    ['empty', new Uint8Array()],
    ['one byte longer', Uint8Array.of(...BYTES, 7)],
    ['of another width', encodeCodebooks({ scales: SCALES, values: VALUES.subarray(0, 768 * 19) })],
  ])('are refused when they are %s', (_, bytes) => {
    expect(() => parseCodebooks(alignedCopy(bytes), DIM)).toThrow(
      expect.objectContaining({ code: 'codebooks-invalid' }),
    );
  });

  test.each([Number.NaN, -0.25, Number.POSITIVE_INFINITY])('are refused when a scale is %d', (scale) => {
    const bytes = alignedCopy(encodeCodebooks({ scales: SCALES.with(11, scale), values: VALUES }));
    expect(() => parseCodebooks(bytes, DIM)).toThrow(expect.objectContaining({ code: 'codebooks-invalid' }));
  });

  test('are refused when a scale is finite and a vector would not be', () => {
    const bytes = alignedCopy(encodeCodebooks({ scales: SCALES.with(3, 3e36), values: VALUES }));
    expect(() => parseCodebooks(bytes, DIM)).toThrow(expect.objectContaining({ code: 'codebooks-invalid' }));
  });
});

describe('a shard of codes', () => {
  const codes = Uint8Array.from({ length: 3 * CODES_PER_ITEM }, (_, i) => 255 - 5 * i);

  test('is 16 bytes an item and nothing else', () => {
    expect(CODES_PER_ITEM).toBe(16);
    expect(parseCodes(alignedCopy(codes), 3)).toEqual(codes);
  });

  test.each([
    ['shorter by a byte', codes.slice(1)],
    ['longer by a byte', Uint8Array.of(...codes, 9)],
    ['shorter by an item', codes.slice(16)],
    ['longer by an item', Uint8Array.of(...codes, ...codes.slice(0, 16))],
    ['empty', new Uint8Array()],
  ])('is refused when it is %s than the manifest says', (_, bytes) => {
    expect(() => parseCodes(alignedCopy(bytes), 3)).toThrow(expect.objectContaining({ code: 'shard-truncated' }));
  });
});
