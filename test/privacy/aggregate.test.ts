import { describe, expect, test } from 'vitest';
import { createSum, releaseShare, reportSetDigest } from '#privacy/aggregate.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { concatBytes, toHex } from '#protocol/bytes.ts';
import { sha256 } from '#protocol/digest.ts';
import { seededRandom } from './seeded-random.ts';

const LENGTH = 20_000;
const ring = elementRing(4);
const task = {
  vdaf: { type: 'UnverifiedVectorSum', length: LENGTH },
  minBatch: 100,
  maxBatch: 5000,
  noiseMultiplier: 2.5,
} as const;
const emptySum = () => createSum({ outputLength: LENGTH, elementBytes: 4 });

describe('reportSetDigest', () => {
  const ids = [0x91, 0x05, 0xfe, 0x50].map((first) => new Uint8Array(16).fill(0x33).with(0, first));

  test('is the SHA-256 of the sorted ids, one after another', async () => {
    const [a, b, c, d] = ids as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    expect(await reportSetDigest(ids)).toBe(toHex(await sha256(concatBytes(b, d, a, c))));
  });

  test('does not depend on the order in which reports came', async () => {
    expect(await reportSetDigest(ids.toReversed())).toBe(await reportSetDigest(ids));
  });

  test('differs where one report more is in the sum', async () => {
    expect(await reportSetDigest(ids.slice(1))).not.toBe(await reportSetDigest(ids));
  });

  test('refuses an id of another length and an id that comes twice', async () => {
    await expect(reportSetDigest([...ids, new Uint8Array(15)])).rejects.toThrow(/expected ids of 16 bytes, got 15/);
    await expect(reportSetDigest([...ids, ...ids.slice(2)])).rejects.toThrow(/got one twice/);
  });
});

describe('releaseShare', () => {
  test('carries noise of at least the noise multiplier times one device’s norm bound on every element', async () => {
    // False alarm: two normal statistics beyond 5.5 standard errors, under 1e-7.
    const sum = emptySum();
    new Uint32Array(sum.buffer).fill(4_294_000_000);
    const share = releaseShare(sum, { task, ring, count: 250, random: await seededRandom('release') });
    const noise = Array.from(new Uint32Array(share.buffer), (value) => (value - 4_294_000_000) | 0);
    const stdDevUnits = 2.5 * 32_768;
    const mean = noise.reduce((total, value) => total + value, 0) / LENGTH;
    const variance = noise.reduce((total, value) => total + value * value, 0) / LENGTH;
    expect(Math.abs(mean)).toBeLessThan((5.5 * stdDevUnits) / Math.sqrt(LENGTH));
    expect(Math.abs(variance / stdDevUnits ** 2 - 1)).toBeLessThan(5.5 * Math.sqrt(2 / LENGTH));
  });

  test('draws fresh noise from the platform unless told otherwise', () => {
    const sum = emptySum();
    const options = { task, ring, count: 250 };
    expect(releaseShare(sum, options)).not.toEqual(releaseShare(sum, options));
  });

  test('does not modify the sum', () => {
    const sum = emptySum().fill(77);
    releaseShare(sum, { task, ring, count: 250 });
    expect(sum.every((value) => value === 77)).toBe(true);
  });

  test.each([0, 99, 5001, Number.NaN])('releases nothing for %d reports, outside the batch sizes', (count) => {
    expect(() => releaseShare(emptySum(), { task, ring, count })).toThrow(/expected count to be in 100…5000/);
  });
});
