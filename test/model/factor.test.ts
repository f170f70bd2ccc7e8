import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { drawFactor } from '#model/factor.ts';
import type { Digest } from '#protocol/ids.ts';

const SEED = '3c9e5b71'.repeat(8) as Digest;

/** The factor by Node's own SHA-256, bit by bit. */
function slowFactor(seed: string, rank: number, dim: number): number[] {
  const bits: number[] = [];
  for (let block = 0; bits.length < rank * dim; block++) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32LE(block);
    const bytes = createHash('sha256').update(Buffer.from(seed, 'hex')).update(counter).digest();
    for (const byte of bytes) for (let bit = 0; bit < 8; bit++) bits.push((byte >> bit) & 1);
  }
  return bits.slice(0, rank * dim).map((bit) => Math.fround((bit === 1 ? 1 : -1) / Math.sqrt(dim)));
}

describe('the factor of a round', () => {
  test.each([
    [4, 64],
    [3, 8],
    [5, 128],
  ])('of rank %d and width %d has the signs of SHA-256(seed ‖ block), lowest bit first', async (rank, dim) => {
    expect([...(await drawFactor(SEED, { rank, dim }))]).toEqual(slowFactor(SEED, rank, dim));
  });

  test('has rows of length 1', async () => {
    const factor = await drawFactor(SEED, { rank: 4, dim: 64 });
    expect(new Set(factor.map(Math.abs))).toEqual(new Set([0.125]));
    for (let row = 0; row < 4; row++) {
      expect(Math.hypot(...factor.subarray(64 * row, 64 * row + 64))).toBeCloseTo(1, 6);
    }
  });

  test('is another one for another seed', async () => {
    const first = await drawFactor(SEED, { rank: 4, dim: 64 });
    const second = await drawFactor('3c9e5b72'.repeat(8) as Digest, { rank: 4, dim: 64 });
    // Of 256 independent signs about 128 differ; 6 standard deviations are 48.
    const numDifferent = first.filter((value, i) => value !== second[i]).length;
    expect(Math.abs(numDifferent - 128)).toBeLessThan(48);
  });
});
