import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8Text } from '#protocol/bytes.ts';
import type { TaskId } from '#protocol/ids.ts';
import {
  encodeReport,
  parseReport,
  REPORT_MAX_BYTES,
  type Report,
  reportAad,
  reportBytes,
  reportInfo,
} from '#protocol/report.ts';
import { MAX_PARAMS } from '#protocol/task.ts';

const filled = (length: number, value: number) => new Uint8Array(length).fill(value);

/** A report of a task with five parameters. */
const REPORT: Report = {
  id: filled(16, 0xa1),
  hour: 497_222,
  leader: { enc: filled(32, 0xb2), ciphertext: filled(36, 0xc3) },
  helper: { enc: filled(32, 0xd4), ciphertext: filled(48, 0xe5) },
};
const BYTES = fromHex(
  `01${'a1'.repeat(16)}46960700${'b2'.repeat(32)}${'c3'.repeat(36)}${'d4'.repeat(32)}${'e5'.repeat(48)}`,
);

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const anyReport = (numParams: number): fc.Arbitrary<Report> =>
  fc.record({
    id: bytesOf(16),
    hour: fc.nat(2 ** 32 - 1),
    leader: fc.record({ enc: bytesOf(32), ciphertext: bytesOf(4 * numParams + 16) }),
    helper: fc.record({ enc: bytesOf(32), ciphertext: bytesOf(48) }),
  });

describe('a report', () => {
  test('is laid out as its format says', () => {
    expect(encodeReport(REPORT)).toEqual(BYTES);
    expect(parseReport(BYTES, 5)).toEqual(REPORT);
  });

  test('has one length for a task, whatever it holds, and comes back whole', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }).chain((numParams) => fc.tuple(fc.constant(numParams), anyReport(numParams))),
        ([numParams, report]) => {
          const bytes = encodeReport(report);
          expect(bytes.length).toBe(reportBytes(numParams));
          expect(parseReport(bytes, numParams)).toEqual(report);
        },
      ),
      { seed: 44 },
    );
  });

  test('of the largest task fits into one request that survives closing the tab', () => {
    expect(reportBytes(MAX_PARAMS)).toBe(40_149);
    expect(reportBytes(MAX_PARAMS)).toBeLessThanOrEqual(REPORT_MAX_BYTES);
  });

  test('is read as copies: its bytes may be used again', () => {
    const bytes = BYTES.slice();
    const report = parseReport(bytes, 5);
    bytes.fill(0);
    expect(report).toEqual(REPORT);
  });

  test('is refused when it is cut anywhere or goes on', () => {
    const refused = expect.objectContaining({ code: 'report-invalid' });
    for (let length = 0; length < BYTES.length; length++) {
      expect(() => parseReport(BYTES.slice(0, length), 5)).toThrow(refused);
    }
    expect(() => parseReport(Uint8Array.of(...BYTES, 7), 5)).toThrow(refused);
  });

  test.each([
    ['of another format', BYTES.with(0, 2), 5],
    ['of a task with fewer parameters', BYTES, 4],
    ['of a task with more parameters', BYTES, 6],
  ])('is refused when it is %s', (_, bytes, numParams) => {
    expect(() => parseReport(bytes, numParams)).toThrow(expect.objectContaining({ code: 'report-invalid' }));
  });
});

describe('what a share is sealed under', () => {
  test('names the format and both roles', () => {
    expect(utf8Text(reportInfo('leader'))).toBe('vitrine report 1 device leader');
    expect(utf8Text(reportInfo('helper'))).toBe('vitrine report 1 device helper');
  });

  test('names task, report, hour and key', () => {
    const aad = reportAad({ taskId: '5f'.repeat(32) as TaskId, id: REPORT.id, hour: 497_222, hpkeKeyId: 201 });
    expect(toHex(aad)).toBe(`${'5f'.repeat(32)}${'a1'.repeat(16)}46960700c9`);
  });
});
