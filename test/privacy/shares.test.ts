import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FillRandom } from '#privacy/random.ts';
import { addShare, bytesOfShare, expandHelperShare, shareOfBytes, splitUpdate } from '#privacy/shares.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { TaskId } from '#protocol/ids.ts';
import { seededRandom } from './seeded-random.ts';

const taskId = 'a7'.repeat(32) as TaskId;
const reportId: Bytes = new Uint8Array(16).fill(0x3c);
let random: FillRandom;
beforeAll(async () => {
  random = await seededRandom('shares');
});

/** The 1 − 1e-7 quantile of the chi-square distribution with 255 degrees of freedom. */
const CHI_SQUARE_255_LIMIT = 390.3;

function chiSquareOfBytes(bytes: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] as number) + 1;
  const expected = bytes.length / 256;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('splitUpdate', () => {
  test('gives shares that add up to the update mod 2^32', async () => {
    await fc.assert(
      fc.asyncProperty(fc.int32Array({ minLength: 1, maxLength: 40 }), async (units) => {
        const { leaderShare, helperSeed } = await splitUpdate(units, { taskId, reportId, random });
        const sum = await expandHelperShare({ seed: helperSeed, taskId, reportId, numParams: units.length });
        addShare(sum, leaderShare);
        expect(new Int32Array(sum.buffer)).toEqual(units);
      }),
      { seed: 577 },
    );
  });

  test.each([0, 23_170, -23_170])('hides an update of %d everywhere: each share alone looks uniform', async (value) => {
    // False alarm: two statistics above their limit, 2e-7.
    const units = new Int32Array(10_000).fill(value);
    const { leaderShare, helperSeed } = await splitUpdate(units, { taskId, reportId, random });
    const helperShare = await expandHelperShare({ seed: helperSeed, taskId, reportId, numParams: units.length });
    expect(chiSquareOfBytes(bytesOfShare(leaderShare))).toBeLessThan(CHI_SQUARE_255_LIMIT);
    expect(chiSquareOfBytes(bytesOfShare(helperShare))).toBeLessThan(CHI_SQUARE_255_LIMIT);
  });

  test('draws a fresh seed for every report', async () => {
    const units = Int32Array.of(5, -7);
    const first = await splitUpdate(units, { taskId, reportId });
    const second = await splitUpdate(units, { taskId, reportId });
    expect(first.helperSeed).not.toEqual(second.helperSeed);
    expect(first.leaderShare).not.toEqual(second.leaderShare);
  });
});

describe('expandHelperShare', () => {
  const seed: Bytes = new Uint8Array(32).fill(0x51);

  test.each([
    ['task', { seed, taskId: 'a6'.repeat(32) as TaskId, reportId }],
    ['report', { seed, taskId, reportId: new Uint8Array(16).fill(0x3d) }],
    ['seed', { seed: new Uint8Array(32).fill(0x52), taskId, reportId }],
  ])('gives another mask for another %s', async (_what, changed) => {
    const mask = await expandHelperShare({ seed, taskId, reportId, numParams: 6 });
    const other = await expandHelperShare({ ...changed, numParams: 6 });
    other.forEach((element, i) => {
      expect(element).not.toBe(mask[i]);
    });
  });

  test('stays as it is: devices and helpers of different releases must agree', async () => {
    // From OpenSSL's HMAC-SHA256 and AES-128-CTR.
    const share = await expandHelperShare({ seed, taskId, reportId, numParams: 3 });
    expect(Array.from(share)).toEqual([2721601810, 2373974509, 143119172]);
  });

  test('refuses a seed of another length', async () => {
    const short = new Uint8Array(31);
    await expect(expandHelperShare({ seed: short, taskId, reportId, numParams: 3 })).rejects.toThrow(RangeError);
  });
});

describe('addShare', () => {
  test('adds mod 2^32', () => {
    const sum = Uint32Array.of(4_000_000_000, 7);
    addShare(sum, Uint32Array.of(500_000_000, 2 ** 32 - 9));
    expect(Array.from(sum)).toEqual([4_500_000_000 - 2 ** 32, 2 ** 32 - 2]);
  });

  test('refuses a share of another length', () => {
    expect(() => addShare(new Uint32Array(3), new Uint32Array(4))).toThrow(/expected share to have 3 elements, got 4/);
  });
});

describe('shareOfBytes', () => {
  test('reads little-endian elements at any offset, as a copy', () => {
    const bytes = Uint8Array.of(9, 0x78, 0x56, 0x34, 0x12, 0xff, 0, 0, 0x80);
    const share = shareOfBytes(bytes.subarray(1));
    expect(Array.from(share)).toEqual([0x12345678, 0x800000ff]);
    bytes.fill(3);
    expect(share[0]).toBe(0x12345678);
  });

  test('reads what bytesOfShare wrote', () => {
    const share = Uint32Array.of(3_000_000_001, 17, 2 ** 32 - 2);
    expect(shareOfBytes(bytesOfShare(share))).toEqual(share);
  });
});
