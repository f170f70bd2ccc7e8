import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '#protocol/bytes.ts';
import { readShared, writeShared } from '#protocol/shared-text.ts';
import { VarintReader, VarintWriter } from '#protocol/varint.ts';

function write(text: string, other: string) {
  const writer = new VarintWriter();
  writeShared(writer, text, other);
  return writer.bytes();
}
const read = (bytes: Uint8Array, other: string) =>
  readShared(new VarintReader(bytes, { code: 'catalog-invalid' }), other);

test('a text is how many characters it shares at both ends of another, and what stands between', () => {
  expect(toHex(write('/p/57.svg', '/p/4.svg'))).toBe('03' + '04' + '023537');
});

test('no character of the other text is shared twice', () => {
  expect(read(write('aaaa', 'aa'), 'aa')).toBe('aaaa');
  expect(read(write('aa', 'aaaa'), 'aaaa')).toBe('aa');
});

test('a text comes back, whatever it is beside', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '😁', '🐀', 'é') });
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(read(write(one, other), other)).toBe(one);
    }),
    { seed: 65, numRuns: 500 },
  );
});

test('what claims to share more than there is shares what there is', () => {
  expect(read(write('abc', 'ab'), '')).toBe('c');
});
