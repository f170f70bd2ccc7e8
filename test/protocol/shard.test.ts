import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignedCopy, fromHex } from '#protocol/bytes.ts';
import { encodeShard, parseShard, type Shard } from '#protocol/shard.ts';

const SHARD: Shard = {
  firstRow: 300,
  rows: 2,
  dim: 3,
  scales: Float32Array.of(0.5, 2.25),
  values: Int8Array.of(127, -5, 3, -128, 9, -2),
};
const PLACE = { firstRow: 300, rows: 2, dim: 3 };
const BYTES = fromHex('2c0100000200000003000000' + '0000003f00001040' + '7ffb03' + '8009fe');

const anyShard: fc.Arbitrary<Shard> = fc
  .record({ firstRow: fc.nat(4e9), rows: fc.integer({ min: 1, max: 9 }), dim: fc.integer({ min: 1, max: 12 }) })
  .chain(({ firstRow, rows, dim }) =>
    fc.record({
      firstRow: fc.constant(firstRow),
      rows: fc.constant(rows),
      dim: fc.constant(dim),
      scales: fc.float32Array({ min: 0, noNaN: true, noDefaultInfinity: true, minLength: rows, maxLength: rows }),
      values: fc.int8Array({ minLength: rows * dim, maxLength: rows * dim }),
    }),
  );

describe('a shard', () => {
  test('is its header, its scales and its values, little-endian', () => {
    expect(encodeShard(SHARD)).toEqual(BYTES);
    expect(parseShard(alignedCopy(BYTES), PLACE)).toEqual(SHARD);
  });

  test('comes back as the rows it was written from', () => {
    fc.assert(
      fc.property(anyShard, (shard) => {
        const { firstRow, rows, dim } = shard;
        expect(parseShard(alignedCopy(encodeShard(shard)), { firstRow, rows, dim })).toEqual(shard);
      }),
      { seed: 41 },
    );
  });

  test('is read as views into its bytes, not as copies', () => {
    const bytes = alignedCopy(BYTES);
    const { values } = parseShard(bytes, PLACE);
    new Uint8Array(bytes).set([77], 21);
    expect(values[1]).toBe(77);
  });

  test('is written from views by what they show alone', () => {
    const { scales, values } = SHARD;
    const wide = { scales: Float32Array.of(8, ...scales, 9), values: Int8Array.of(4, ...values, 6) };
    const shard = { ...SHARD, scales: wide.scales.subarray(1, 3), values: wide.values.subarray(1, 7) };
    expect(encodeShard(shard)).toEqual(BYTES);
  });

  test.each([
    ['a scale is missing', { ...SHARD, scales: Float32Array.of(0.5) }],
    ['a value is missing', { ...SHARD, values: SHARD.values.slice(0, 5) }],
  ])('is not written when %s', (_, shard) => {
    expect(() => encodeShard(shard)).toThrow(RangeError);
  });
});

describe('a shard is refused', () => {
  test('when it is cut anywhere', () => {
    for (let length = 0; length < BYTES.length; length++) {
      expect(() => parseShard(alignedCopy(BYTES.slice(0, length)), PLACE)).toThrow(
        expect.objectContaining({ code: 'shard-truncated' }),
      );
    }
  });

  test.each([
    ['a byte follows it', fromHex('00'), 'shard-truncated'],
    ['another row follows it', fromHex('0000803f010203'), 'shard-truncated'],
  ])('when %s', (_, extra, code) => {
    const bytes = alignedCopy(Uint8Array.of(...BYTES, ...extra));
    expect(() => parseShard(bytes, PLACE)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ['another first row', { ...PLACE, firstRow: 299 }],
    ['another number of rows', { ...PLACE, rows: 3 }],
    ['another width', { ...PLACE, dim: 6 }],
  ])('when the manifest says %s', (_, place) => {
    expect(() => parseShard(alignedCopy(BYTES), place)).toThrow(expect.objectContaining({ code: 'shard-invalid' }));
  });

  test('when its header claims more rows than memory has', () => {
    const bytes = alignedCopy(Uint8Array.of(...fromHex('00000000ffffffffffffffff'), ...BYTES.slice(12)));
    expect(() => parseShard(bytes, PLACE)).toThrow(expect.objectContaining({ code: 'shard-truncated' }));
  });

  test.each([Number.NaN, -0.25, Number.POSITIVE_INFINITY])('when a scale is %d', (scale) => {
    const bytes = alignedCopy(encodeShard({ ...SHARD, scales: Float32Array.of(0.5, scale) }));
    expect(() => parseShard(bytes, PLACE)).toThrow(expect.objectContaining({ code: 'shard-invalid' }));
  });
});
