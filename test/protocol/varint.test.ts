import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8 } from '#protocol/bytes.ts';
import { VarintReader, VarintWriter } from '#protocol/varint.ts';

const CODE = 'catalog-invalid';
const readerOf = (hex: string) => new VarintReader(fromHex(hex), { code: CODE });
const refused = expect.objectContaining({ code: CODE });

describe('numbers', () => {
  test.each<[number, string]>([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    [2 ** 53 - 1, 'ffffffffffffff0f'],
  ])('%d is %s', (value, hex) => {
    const writer = new VarintWriter();
    writer.writeNumber(value);
    expect(toHex(writer.bytes())).toBe(hex);
    expect(readerOf(hex).readNumber()).toBe(value);
  });

  test.each(['', '80', 'ffffffffffffff10', 'ffffffffffffffff01'])('are refused where %j has none', (hex) => {
    expect(() => readerOf(hex).readNumber()).toThrow(refused);
  });
});

test('numbers, texts and bytes come back in the order they were written', () => {
  const entry = fc.oneof(fc.maxSafeNat(), fc.string({ unit: 'grapheme' }), fc.uint8Array());
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const writer = new VarintWriter();
      for (const value of entries) {
        if (typeof value === 'number') writer.writeNumber(value);
        else if (typeof value === 'string') writer.writeText(value);
        else writer.writeBytes(value);
      }
      const reader = new VarintReader(writer.bytes(), { code: CODE });
      for (const value of entries) {
        if (typeof value === 'number') expect(reader.readNumber()).toBe(value);
        else if (typeof value === 'string') expect(reader.readText()).toBe(value);
        else expect([...reader.readBytes(value.length)]).toEqual([...value]);
      }
      expect(reader.isAtEnd).toBe(true);
    }),
    { seed: 64 },
  );
});

test('a text longer than what is left, or of no UTF-8, is refused', () => {
  expect(() => readerOf(`04${toHex(utf8('mug'))}`).readText()).toThrow(refused);
  expect(() => readerOf('02c328').readText()).toThrow(refused);
});
