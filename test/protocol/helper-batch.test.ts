import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '#protocol/bytes.ts';
import {
  encodeHelperBatch,
  encodeVerdicts,
  HELPER_BATCH_MAX_BYTES,
  type HelperReport,
  type HelperVerdict,
  parseHelperBatch,
  parseVerdicts,
  reportsPerStep,
} from '#protocol/helper-batch.ts';
import type { ShareSizes } from '#protocol/report.ts';

const filled = (length: number, value: number) => new Uint8Array(length).fill(value);
const SIZES: ShareSizes = {
  publicShare: 2,
  leaderInputShare: 20,
  helperInputShare: 32,
  verifierShare: 3,
  verifierMessage: 4,
};
const entry = (value: number): HelperReport => ({
  id: filled(16, value),
  hour: 1000 + value,
  publicShare: filled(2, value + 3),
  helper: { enc: filled(32, value + 1), ciphertext: filled(48, value + 2) },
  leaderVerifierShare: filled(3, value + 4),
});
const ENTRY_BYTES = 105;
const invalid = expect.objectContaining({ code: 'round-message-invalid' });

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const anyEntry: fc.Arbitrary<HelperReport> = fc.record({
  id: bytesOf(16),
  hour: fc.nat(2 ** 32 - 1),
  publicShare: bytesOf(2),
  helper: fc.record({ enc: bytesOf(32), ciphertext: bytesOf(48) }),
  leaderVerifierShare: bytesOf(3),
});

describe('a batch for the helper', () => {
  test('is its step and then each entry, little-endian', () => {
    const bytes = encodeHelperBatch(0x0203, [entry(0x20), entry(0x50)]);
    expect(bytes).toEqual(
      fromHex(
        '03020000' +
          `${'20'.repeat(16)}080400002323${'21'.repeat(32)}${'22'.repeat(48)}242424` +
          `${'50'.repeat(16)}380400005353${'51'.repeat(32)}${'52'.repeat(48)}545454`,
      ),
    );
  });

  test('comes back with its step and its reports in order', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.array(anyEntry, { minLength: 1, maxLength: 8 }), (step, reports) => {
        const bytes = encodeHelperBatch(step, reports);
        expect(bytes.length).toBe(4 + ENTRY_BYTES * reports.length);
        expect(parseHelperBatch(bytes, SIZES)).toEqual({ step, reports });
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
    expect(parseHelperBatch(bytes.subarray(3, 7 + ENTRY_BYTES), SIZES)).toEqual({ step: 7, reports: [entry(4)] });
  });

  test('is read as copies', () => {
    const bytes = encodeHelperBatch(7, [entry(4)]);
    const { reports } = parseHelperBatch(bytes, SIZES);
    bytes.fill(0);
    expect(reports).toEqual([entry(4)]);
  });

  test.each([0, 3, 4, 4 + ENTRY_BYTES - 1, 4 + ENTRY_BYTES + 1, 4 + ENTRY_BYTES * 201])(
    'is refused with %d bytes',
    (length) => {
      expect(() => parseHelperBatch(new Uint8Array(length), SIZES)).toThrow(invalid);
    },
  );

  test('holds 200 reports, or as many as one message carries', () => {
    expect(parseHelperBatch(new Uint8Array(4 + ENTRY_BYTES * 200), SIZES).reports).toHaveLength(200);
    const long = { ...SIZES, verifierShare: 20_003 };
    expect(reportsPerStep(long)).toBe(Math.floor((HELPER_BATCH_MAX_BYTES - 4) / (ENTRY_BYTES + 20_000)));
  });
});

describe('the helper’s verdicts', () => {
  const added: HelperVerdict = { kind: 'added', verifierMessage: filled(4, 0xb6) };
  const verdicts: readonly HelperVerdict[] = [added, { kind: 'refused' }, added];

  test('are a flag and a verifier message an entry, zeros where it was refused', () => {
    expect(encodeVerdicts(verdicts, SIZES)).toEqual(fromHex('01b6b6b6b6000000000001b6b6b6b6'));
  });

  test('come back in order', () => {
    expect(parseVerdicts(encodeVerdicts(verdicts, SIZES), { sizes: SIZES, numReports: 3 })).toEqual(verdicts);
  });

  test('are refused for another number of reports and with another flag', () => {
    const bytes = encodeVerdicts(verdicts, SIZES);
    for (const numReports of [2, 4]) expect(() => parseVerdicts(bytes, { sizes: SIZES, numReports })).toThrow(invalid);
    expect(() => parseVerdicts(bytes.with(5, 2), { sizes: SIZES, numReports: 3 })).toThrow(invalid);
  });
});
