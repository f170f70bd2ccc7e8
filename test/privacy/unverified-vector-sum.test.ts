import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { elementRing } from '#privacy/element-ring.ts';
import type { FillRandom } from '#privacy/random.ts';
import { unverifiedVectorSumSharder, unverifiedVectorSumVerifier } from '#privacy/unverified-vector-sum.ts';
import type { VerifyInput } from '#privacy/vdaf.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { seededRandom } from './seeded-random.ts';

const ctx: Bytes = new Uint8Array(32).fill(0xa7);
const nonce: Bytes = new Uint8Array(16).fill(0x3c);
const ring = elementRing(4);
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

/** What the helper makes of its seed, `[length]`. */
async function helperOutput(
  seed: Bytes,
  length: number,
  changes: Partial<Pick<VerifyInput, 'ctx' | 'nonce'>> = {},
): Promise<Bytes> {
  const input = { verifyKey: new Uint8Array(32), publicShare: new Uint8Array(), ctx, nonce, ...changes };
  const { state } = await unverifiedVectorSumVerifier({ length }).verifyInit('helper', { ...input, inputShare: seed });
  return state;
}

async function shard(units: Int32Array, how: { readonly random?: FillRandom } = {}) {
  return unverifiedVectorSumSharder({ length: units.length }).shard(units, { ctx, nonce, ...how });
}

describe('shares of a vector', () => {
  test('add up to it mod 2^32', async () => {
    await fc.assert(
      fc.asyncProperty(fc.int32Array({ minLength: 1, maxLength: 40 }), async (units) => {
        const { leaderInputShare, helperInputShare } = await shard(units, { random });
        const sum = await helperOutput(helperInputShare, units.length);
        ring.add(sum, leaderInputShare);
        expect(Array.from(ring.toIntegers(sum))).toEqual(Array.from(units));
      }),
      { seed: 577 },
    );
  });

  test.each([0, 23_170, -23_170])('hide a vector of %d everywhere: each share alone looks uniform', async (value) => {
    // False alarm: two statistics above their limit, 2e-7.
    const units = new Int32Array(10_000).fill(value);
    const { leaderInputShare, helperInputShare } = await shard(units, { random });
    expect(chiSquareOfBytes(leaderInputShare)).toBeLessThan(CHI_SQUARE_255_LIMIT);
    expect(chiSquareOfBytes(await helperOutput(helperInputShare, 10_000))).toBeLessThan(CHI_SQUARE_255_LIMIT);
  });

  test('are fresh for every report', async () => {
    const [first, second] = [await shard(Int32Array.of(5, -7)), await shard(Int32Array.of(5, -7))];
    expect(first.helperInputShare).not.toEqual(second.helperInputShare);
    expect(first.leaderInputShare).not.toEqual(second.leaderInputShare);
  });

  test('have the lengths that their shape states', async () => {
    const { sizes, outputLength, elementBytes } = unverifiedVectorSumVerifier({ length: 3 });
    const { publicShare, leaderInputShare, helperInputShare } = await shard(Int32Array.of(5, -7, 9));
    expect([publicShare, leaderInputShare, helperInputShare].map(({ length }) => length)).toEqual([0, 12, 32]);
    expect(sizes).toMatchObject({ publicShare: 0, leaderInputShare: 12, helperInputShare: 32, verifierShare: 0 });
    expect([outputLength, elementBytes]).toEqual([3, 4]);
  });

  test('are made of a vector of the task’s length only', async () => {
    const sharder = unverifiedVectorSumSharder({ length: 5 });
    await expect(async () => sharder.shard(new Int32Array(4), { ctx, nonce })).rejects.toThrow(
      /expected 5 units, got 4/,
    );
  });
});

describe('the helper’s share', () => {
  const seed: Bytes = new Uint8Array(32).fill(0x51);

  test.each([
    ['task', seed, { ctx: new Uint8Array(32).fill(0xa6) }],
    ['report', seed, { nonce: new Uint8Array(16).fill(0x3d) }],
    ['seed', new Uint8Array(32).fill(0x52), {}],
  ])('is another for another %s', async (_what, changedSeed, changes) => {
    const mask = ring.toIntegers(await helperOutput(seed, 6));
    const other = ring.toIntegers(await helperOutput(changedSeed, 6, changes));
    other.forEach((element, i) => {
      expect(element).not.toBe(mask[i]);
    });
  });

  test('stays as it is: devices and helpers of different releases must agree', async () => {
    // From OpenSSL's HMAC-SHA256 and AES-128-CTR.
    const share = new Uint32Array((await helperOutput(seed, 3)).buffer);
    expect(Array.from(share)).toEqual([2500474304, 1125769919, 4195608877]);
  });
});
