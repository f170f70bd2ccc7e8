import { describe, expect, test } from 'vitest';
import { alignedCopy, concatBytes, fromHex } from '#protocol/bytes.ts';
import { encodeQuantizedRows, parseQuantizedRows } from '#protocol/quantized-rows.ts';

const ROWS = { scales: Float32Array.of(0.5, 2.25), values: Int8Array.of(127, -5, 3, -128, 9, -2) };
const BYTES = fromHex('0000003f00001040' + '7ffb03' + '8009fe');

describe('quantized rows', () => {
  test('are their scales and their values, little-endian', () => {
    expect(encodeQuantizedRows(ROWS)).toEqual(BYTES);
  });

  test('are read from where they start, as views, whatever stands around them', () => {
    const bytes = alignedCopy(concatBytes(fromHex('01020304'), BYTES, fromHex('0506')));
    const read = parseQuantizedRows(bytes, { offset: 4, rows: 2, dim: 3, code: 'words-invalid' });
    expect(read).toEqual(ROWS);
    new Uint8Array(bytes).set([77], 13);
    expect(read.values[1]).toBe(77);
  });

  test.each([Number.NaN, -0.25, Number.POSITIVE_INFINITY])('are refused when a scale is %d', (scale) => {
    const bytes = alignedCopy(encodeQuantizedRows({ ...ROWS, scales: Float32Array.of(0.5, scale) }));
    for (const code of ['words-invalid', 'shard-invalid'] as const) {
      expect(() => parseQuantizedRows(bytes, { offset: 0, rows: 2, dim: 3, code })).toThrow(
        expect.objectContaining({ code }),
      );
    }
  });
});
