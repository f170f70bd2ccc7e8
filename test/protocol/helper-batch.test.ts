import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '#protocol/bytes.ts';
import { encodeHelperBatch, type HelperReport, MAX_HELPER_BATCH, parseHelperBatch } from '#protocol/helper-batch.ts';

const filled = (length: number, value: number) => new Uint8Array(length).fill(value);
const entry = (value: number): HelperReport => ({
  id: filled(16, value),
  hour: 1000 + value,
  helper: { enc: filled(32, value + 1), ciphertext: filled(48, value + 2) },
});
const ENTRY_BYTES = 100;

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const anyEntry: fc.Arbitrary<HelperReport> = fc.record({
  id: bytesOf(16),
  hour: fc.nat(2 ** 32 - 1),
  helper: fc.record({ enc: bytesOf(32), ciphertext: bytesOf(48) }),
});

describe('a batch for the helper', () => {
  test('is its step and then each entry, little-endian', () => {
    const bytes = encodeHelperBatch(0x0203, [entry(0x20), entry(0x50)]);
    expect(bytes).toEqual(
      fromHex(
        '03020000' +
          `${'20'.repeat(16)}08040000${'21'.repeat(32)}${'22'.repeat(48)}` +
          `${'50'.repeat(16)}38040000${'51'.repeat(32)}${'52'.repeat(48)}`,
      ),
    );
  });

  test('comes back with its step and its reports in order', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.array(anyEntry, { minLength: 1, maxLength: 8 }), (step, reports) => {
        const bytes = encodeHelperBatch(step, reports);
        expect(bytes.length).toBe(4 + ENTRY_BYTES * reports.length);
        expect(parseHelperBatch(bytes)).toEqual({ step, reports });
      }),
      { seed: 45 },
    );
  });

  test('never carries the share of the leader, even when whole reports are handed in', () => {
    const whole = { ...entry(9), leader: { enc: filled(32, 0x77), ciphertext: filled(36, 0x77) } };
    expect(encodeHelperBatch(6, [whole])).toEqual(encodeHelperBatch(6, [entry(9)]));
  });

  test('is read from the middle of other bytes', () => {
    const bytes = Uint8Array.of(8, 8, 8, ...encodeHelperBatch(7, [entry(4)]), 8);
    expect(parseHelperBatch(bytes.subarray(3, 107))).toEqual({ step: 7, reports: [entry(4)] });
  });

  test('is read as copies', () => {
    const bytes = encodeHelperBatch(7, [entry(4)]);
    const { reports } = parseHelperBatch(bytes);
    bytes.fill(0);
    expect(reports).toEqual([entry(4)]);
  });

  test.each([0, 3, 4, 4 + ENTRY_BYTES - 1, 4 + ENTRY_BYTES + 1, 4 + ENTRY_BYTES * (MAX_HELPER_BATCH + 1)])(
    'is refused with %d bytes',
    (length) => {
      expect(() => parseHelperBatch(new Uint8Array(length))).toThrow(
        expect.objectContaining({ code: 'round-message-invalid' }),
      );
    },
  );

  test('may hold 500 reports', () => {
    expect(parseHelperBatch(new Uint8Array(4 + ENTRY_BYTES * 500)).reports).toHaveLength(500);
  });
});
