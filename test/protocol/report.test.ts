import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8Text } from '#protocol/bytes.ts';
import type { TaskId } from '#protocol/ids.ts';
import {
  encodeReport,
  parseReport,
  type Report,
  reportAad,
  reportBytes,
  reportInfo,
  type ShareSizes,
} from '#protocol/report.ts';

const filled = (length: number, value: number) => new Uint8Array(length).fill(value);

const SIZES: ShareSizes = {
  publicShare: 3,
  leaderInputShare: 20,
  helperInputShare: 32,
  verifierShare: 7,
  verifierMessage: 9,
};
const REPORT: Report = {
  id: filled(16, 0xa1),
  hour: 497_222,
  publicShare: filled(3, 0x7f),
  leader: { enc: filled(32, 0xb2), ciphertext: filled(36, 0xc3) },
  helper: { enc: filled(32, 0xd4), ciphertext: filled(48, 0xe5) },
};
const BYTES = fromHex(
  `02${'a1'.repeat(16)}469607007f7f7f${'b2'.repeat(32)}${'c3'.repeat(36)}${'d4'.repeat(32)}${'e5'.repeat(48)}`,
);

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const anySizes: fc.Arbitrary<ShareSizes> = fc.record({
  publicShare: fc.nat(40),
  leaderInputShare: fc.nat(90),
  helperInputShare: fc.nat(70),
  verifierShare: fc.nat(10),
  verifierMessage: fc.nat(10),
});
const anyReport = ({ publicShare, leaderInputShare, helperInputShare }: ShareSizes): fc.Arbitrary<Report> =>
  fc.record({
    id: bytesOf(16),
    hour: fc.nat(2 ** 32 - 1),
    publicShare: bytesOf(publicShare),
    leader: fc.record({ enc: bytesOf(32), ciphertext: bytesOf(leaderInputShare + 16) }),
    helper: fc.record({ enc: bytesOf(32), ciphertext: bytesOf(helperInputShare + 16) }),
  });

describe('a report', () => {
  test('is laid out as its format says', () => {
    expect(encodeReport(REPORT)).toEqual(BYTES);
    expect(parseReport(BYTES, SIZES)).toEqual(REPORT);
  });

  test('has one length for a task, whatever it holds, and comes back whole', () => {
    fc.assert(
      fc.property(
        anySizes.chain((sizes) => fc.tuple(fc.constant(sizes), anyReport(sizes))),
        ([sizes, report]) => {
          const bytes = encodeReport(report);
          expect(bytes.length).toBe(reportBytes(sizes));
          expect(parseReport(bytes, sizes)).toEqual(report);
        },
      ),
      { seed: 44 },
    );
  });

  test('is read as copies: its bytes may be used again', () => {
    const bytes = BYTES.slice();
    const report = parseReport(bytes, SIZES);
    bytes.fill(0);
    expect(report).toEqual(REPORT);
  });

  test('is refused when it is cut anywhere or goes on', () => {
    const refused = expect.objectContaining({ code: 'report-invalid' });
    for (let length = 0; length < BYTES.length; length++) {
      expect(() => parseReport(BYTES.slice(0, length), SIZES)).toThrow(refused);
    }
    expect(() => parseReport(Uint8Array.of(...BYTES, 7), SIZES)).toThrow(refused);
  });

  test.each([
    ['of another format', BYTES.with(0, 1), SIZES],
    ['of a task with shorter shares', BYTES, { ...SIZES, leaderInputShare: 16 }],
    ['of a task with a longer public share', BYTES, { ...SIZES, publicShare: 4 }],
  ])('is refused when it is %s', (_, bytes, sizes) => {
    expect(() => parseReport(bytes, sizes)).toThrow(expect.objectContaining({ code: 'report-invalid' }));
  });
});

describe('what a share is sealed under', () => {
  test('names the format and both roles', () => {
    expect(utf8Text(reportInfo('leader'))).toBe('vitrine report 2 device leader');
    expect(utf8Text(reportInfo('helper'))).toBe('vitrine report 2 device helper');
  });

  test('names task, report, hour, key and public share', () => {
    const aad = reportAad({ ...REPORT, taskId: '5f'.repeat(32) as TaskId, hpkeKeyId: 201 });
    expect(toHex(aad)).toBe(`${'5f'.repeat(32)}${'a1'.repeat(16)}46960700c97f7f7f`);
  });
});
