import { describe, expect, test } from 'vitest';
import { createSum, releaseShare } from '#privacy/aggregate.ts';
import { unshard } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { unverifiedVectorSumSharder, unverifiedVectorSumVerifier } from '#privacy/unverified-vector-sum.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { seededRandom, seededUniform } from './seeded-random.ts';

const NUM_DEVICES = 9;
const LENGTH = 32;
const ring = elementRing(4);
const task = {
  vdaf: { type: 'UnverifiedVectorSum', length: LENGTH },
  minBatch: 5,
  maxBatch: 50,
  noiseMultiplier: 1.25,
} as const;

/** A round of nine devices through both parties. */
async function runRound() {
  const uniform = await seededUniform('round');
  const [sharder, verifier] = [unverifiedVectorSumSharder(task.vdaf), unverifiedVectorSumVerifier(task.vdaf)];
  const [leaderSum, helperSum] = [createSum(verifier), createSum(verifier)];
  const exact = new Float64Array(LENGTH);
  for (let device = 0; device < NUM_DEVICES; device++) {
    const units = Int32Array.from({ length: LENGTH }, () => Math.round(5000 * (2 * uniform() - 1)));
    units.forEach((value, i) => {
      exact[i] = (exact[i] as number) + value;
    });
    const context = { ctx: new Uint8Array(32).fill(0xc4), nonce: new Uint8Array(16).fill(device + 3) };
    const { publicShare, leaderInputShare, helperInputShare } = await sharder.shard(units, context);
    const input = { ...context, verifyKey: new Uint8Array(32), publicShare };
    ring.add(leaderSum, (await verifier.verifyInit('leader', { ...input, inputShare: leaderInputShare })).state);
    ring.add(helperSum, (await verifier.verifyInit('helper', { ...input, inputShare: helperInputShare })).state);
  }
  return { exact, leaderSum, helperSum };
}

function share(...elements: number[]): Bytes {
  const bytes = new Uint8Array(4 * elements.length);
  elements.forEach((element, i) => {
    new DataView(bytes.buffer).setUint32(4 * i, element, true);
  });
  return bytes;
}

describe('unshard', () => {
  test('is exactly the sum of the devices’ measurements before noise', async () => {
    const { exact, leaderSum, helperSum } = await runRound();
    expect(unshard(leaderSum, helperSum, ring)).toEqual(exact);
  });

  test('is that sum with both parties’ noise after release', async () => {
    // False alarm: the sum of 32 squares of normal values outside its 1e-7 quantiles on either side.
    const { exact, leaderSum, helperSum } = await runRound();
    const release = async (sum: Bytes, label: string) =>
      releaseShare(sum, { task, ring, count: NUM_DEVICES, random: await seededRandom(label) });
    const noiseStdDev = Math.SQRT2 * task.noiseMultiplier * 2 ** 15;
    const sum = unshard(await release(leaderSum, 'leader'), await release(helperSum, 'helper'), ring);
    const squares = sum.reduce((total, value, i) => total + ((value - (exact[i] as number)) / noiseStdDev) ** 2, 0);
    expect(squares).toBeGreaterThan(5.903);
    expect(squares).toBeLessThan(92.08);
  });

  test('lifts to signed values', () => {
    const sum = unshard(share(5, 2 ** 32 - 30, 2 ** 31), share(2 ** 32 - 17, 44, 2 ** 31 - 9), ring);
    expect(Array.from(sum)).toEqual([-12, 14, -9]);
  });

  test('does not modify the shares and refuses ones of different lengths', () => {
    const leaderShare = share(8, 9);
    unshard(leaderShare, share(3, 4), ring);
    expect(leaderShare).toEqual(share(8, 9));
    expect(() => unshard(leaderShare, share(3), ring)).toThrow(RangeError);
  });
});
