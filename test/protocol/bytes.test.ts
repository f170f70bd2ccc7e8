import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alignedCopy,
  concatBytes,
  fromBase64Url,
  fromHex,
  toBase64Url,
  toHex,
  u32,
  utf8,
  utf8Text,
} from '#protocol/bytes.ts';

const anyBytes = fc.uint8Array({ maxLength: 70 });

describe('hexadecimal', () => {
  test('comes back as the bytes it was written from, and is what Node writes', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = toHex(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('hex'));
        expect(fromHex(text)).toEqual(bytes);
      }),
      { seed: 11 },
    );
  });

  test.each([
    ['an odd number of digits', 'abc'],
    ['upper case', 'AB'],
    ['another character', '0g'],
    ['a line break at the end', '3f\n'],
    ['a sign', '-3'],
  ])('is refused with %s, without showing it', (_, text) => {
    expect(() => fromHex(text)).toThrow(
      expect.objectContaining({ code: 'bad-id', message: expect.not.stringContaining(text) }),
    );
  });
});

describe('base64url', () => {
  test('comes back as the bytes it was written from, and is what Node writes', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64Url(text)).toEqual(bytes);
      }),
      { seed: 12 },
    );
  });

  test.each([
    ['padding', 'Zm8='],
    ['a character of plain base64', 'a+b/'],
    ['a length that no bytes have', 'Zm9vY'],
    ['a space', 'Zm 9'],
    ['a line break at the end', 'Zm9v\n'],
  ])('is refused with %s, without showing it', (_, text) => {
    expect(() => fromBase64Url(text)).toThrow(
      expect.objectContaining({ code: 'bad-id', message: expect.not.stringContaining(text) }),
    );
  });
});

describe('text', () => {
  test('comes back from its UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(utf8(text)).toEqual(new Uint8Array(Buffer.from(text, 'utf8')));
        expect(utf8Text(utf8(text))).toBe(text);
      }),
      { seed: 13 },
    );
  });

  test.each([
    ['a cut sequence', [0x6d, 0xc3]],
    ['a lone continuation byte', [0x95, 0x67]],
    ['an overlong form', [0xc0, 0xaf]],
  ])('is refused as UTF-8 with %s', (_, bytes) => {
    expect(() => utf8Text(Uint8Array.from(bytes))).toThrow(TypeError);
  });
});

describe('parts', () => {
  test('are joined in order, a view by what it shows alone', () => {
    const view = Uint8Array.of(9, 7, 5, 3).subarray(1, 3);
    expect(concatBytes(utf8('ab'), new Uint8Array(), view)).toEqual(Uint8Array.of(97, 98, 7, 5));
  });

  test.each([
    [0x01020304, [4, 3, 2, 1]],
    [2 ** 32 - 2, [254, 255, 255, 255]],
  ])('the number %d is four bytes, lowest first', (value, bytes) => {
    expect([...u32(value)]).toEqual(bytes);
  });

  test('an aligned copy of a Buffer holds nothing of the memory that it shares', () => {
    expect(alignedCopy(Buffer.from([2, 3, 5])).byteLength).toBe(3);
    expect(alignedCopy(Buffer.from([])).byteLength).toBe(0);
  });

  test('an aligned copy of a view holds its bytes from the start, and none besides', () => {
    const whole = Uint8Array.of(2, 3, 5, 7, 11, 13, 17);
    const copy = alignedCopy(whole.subarray(3, 7));
    whole.fill(99);
    expect(new Uint8Array(copy)).toEqual(Uint8Array.of(7, 11, 13, 17));
    expect([...new Uint32Array(copy)]).toEqual([0x110d0b07]);
  });
});
