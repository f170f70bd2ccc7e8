import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BitReader, BitWriter } from '#protocol/bit-stream.ts';

/** Numbers with the sizes of their ranges. */
const numbers = fc.array(
  fc
    .integer({ min: 1, max: 2 ** 30 })
    .chain((size) => fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.constant(size))),
);

function write(pairs: readonly (readonly [number, number])[]) {
  const writer = new BitWriter();
  for (const [value, size] of pairs) writer.writeBelow(value, size);
  return writer.bytes();
}

test('numbers of a range of five take two bits, the last two of them three, the highest bit first', () => {
  // 00 01 10 110 111
  const pairs = [0, 1, 2, 3, 4].map((value) => [value, 5] as const);
  expect(write(pairs)).toEqual(Uint8Array.of(0b00011011, 0b01110000));
});

test('numbers come back as they were written, from wherever they begin', () => {
  fc.assert(
    fc.property(numbers, fc.uint8Array({ maxLength: 3 }), (pairs, before) => {
      const reader = new BitReader(Uint8Array.of(...before, ...write(pairs)), before.length);
      expect(pairs.map(([, size]) => reader.readBelow(size))).toEqual(pairs.map(([value]) => value));
    }),
    { seed: 61 },
  );
});

test('a range of one number takes no bits', () => {
  expect(write([[0, 1]])).toHaveLength(0);
});

test('whatever the bits are, and past their end, numbers stay in their range', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 9 }), fc.array(fc.integer({ min: 1, max: 2 ** 30 })), (bytes, sizes) => {
      const reader = new BitReader(bytes, 0);
      for (const size of sizes) {
        const value = reader.readBelow(size);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(size);
      }
    }),
    { seed: 62 },
  );
});
