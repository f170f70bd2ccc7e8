import { describe, expect, test } from 'vitest';
import { createSum, releaseShare } from '#privacy/aggregate.ts';
import { combineShares, meanUpdate } from '#privacy/collect.ts';
import { generateHpkeKeyPair, importHpkeKeyPair } from '#privacy/hpke.ts';
import { makeReport, openHelperShare, openLeaderShare } from '#privacy/report.ts';
import { addShare } from '#privacy/shares.ts';
import type { TaskId } from '#protocol/ids.ts';
import { parseReport } from '#protocol/report.ts';
import { seededRandom, seededUniform } from './seeded-random.ts';

const NUM_DEVICES = 9;
const NUM_PARAMS = 32;

/** A round of nine devices through both parties; every value is a whole number of units. */
async function runRound() {
  const leader = await importHpkeKeyPair(await generateHpkeKeyPair());
  const helper = await importHpkeKeyPair(await generateHpkeKeyPair());
  const taskId = 'c4'.repeat(32) as TaskId;
  const task = {
    numParams: NUM_PARAMS,
    clipNorm: 0.5,
    scale: 2 ** 16,
    leader: { origin: 'https://leader.example', hpkeKeyId: 3, hpkePublicKey: leader.publicKey },
    helper: { origin: 'https://helper.example', hpkeKeyId: 4, hpkePublicKey: helper.publicKey },
    opensAtMs: 5e11,
    closesAtMs: 6e11,
    minBatch: 5,
    maxBatch: 50,
    noiseMultiplier: 1.25,
  };
  const uniform = await seededUniform('round');
  const leaderSum = createSum(NUM_PARAMS);
  const helperSum = createSum(NUM_PARAMS);
  const exact = new Float64Array(NUM_PARAMS);
  for (let device = 0; device < NUM_DEVICES; device++) {
    const update = Float32Array.from({ length: NUM_PARAMS }, () => Math.round(5000 * (2 * uniform() - 1)) / task.scale);
    update.forEach((value, i) => {
      exact[i] = (exact[i] as number) + value;
    });
    const bytes = await makeReport({ task, taskId, update, nowMs: 5.5e11 });
    const report = parseReport(bytes, NUM_PARAMS);
    addShare(leaderSum, await openLeaderShare(report, { task, taskId, keyPair: leader }));
    addShare(helperSum, await openHelperShare(report, { task, taskId, keyPair: helper }));
  }
  return { task, exact, leaderSum, helperSum };
}

describe('combineShares', () => {
  test('is exactly the sum of the devices’ fixed-point updates before noise', async () => {
    const { task, exact, leaderSum, helperSum } = await runRound();
    expect(combineShares(leaderSum, helperSum, task)).toEqual(exact);
  });

  test('is that sum with both parties’ noise after release', async () => {
    // False alarm: the sum of 32 squares of normal values outside its 1e-7 quantiles on either side.
    const { task, exact, leaderSum, helperSum } = await runRound();
    const leaderShare = releaseShare(leaderSum, { task, count: NUM_DEVICES, random: await seededRandom('leader') });
    const helperShare = releaseShare(helperSum, { task, count: NUM_DEVICES, random: await seededRandom('helper') });
    const noiseStdDev = Math.SQRT2 * task.noiseMultiplier * task.clipNorm;
    const aggregate = combineShares(leaderShare, helperShare, task);
    const squares = aggregate.reduce((sum, value, i) => sum + ((value - (exact[i] as number)) / noiseStdDev) ** 2, 0);
    expect(squares).toBeGreaterThan(5.903);
    expect(squares).toBeLessThan(92.08);
  });

  test('lifts to signed values and divides by the scale', () => {
    const aggregate = combineShares(
      Uint32Array.of(5, 2 ** 32 - 30, 2 ** 31),
      Uint32Array.of(2 ** 32 - 17, 44, 2 ** 31 - 9),
      { scale: 4 },
    );
    expect(Array.from(aggregate)).toEqual([-3, 3.5, -2.25]);
  });

  test('does not modify the shares and refuses ones of different lengths', () => {
    const leaderShare = Uint32Array.of(8, 9);
    combineShares(leaderShare, Uint32Array.of(3, 4), { scale: 2 });
    expect(Array.from(leaderShare)).toEqual([8, 9]);
    expect(() => combineShares(leaderShare, Uint32Array.of(3), { scale: 2 })).toThrow(RangeError);
  });
});

describe('meanUpdate', () => {
  test('is the sum over the count', () => {
    expect(Array.from(meanUpdate(Float64Array.of(-6, 2.5), 4))).toEqual([-1.5, 0.625]);
  });

  test.each([0, -3, 2.5])('refuses the count %d', (count) => {
    expect(() => meanUpdate(Float64Array.of(5), count)).toThrow(/expected count/);
  });
});
