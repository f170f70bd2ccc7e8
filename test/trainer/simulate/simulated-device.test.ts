import { describe, expect, test } from 'vitest';
import { plainScores } from '#model/dense-scores.ts';
import { writeFactor } from '#model/factor.ts';
import { localUpdate } from '#model/local-update.ts';
import { shadowCell } from '#model/shadow-cell.ts';
import { createSum } from '#privacy/aggregate.ts';
import { unshard } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { generateHpkeKeyPair, importHpkeKeyPair } from '#privacy/hpke.ts';
import { histogram } from '#privacy/prio3/circuits.ts';
import { createPrio3Sharder, createPrio3Verifier } from '#privacy/prio3/two-parties.ts';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import { contextOf, makeReport, openInputShare } from '#privacy/report.ts';
import { unverifiedVectorSumSharder, unverifiedVectorSumVerifier } from '#privacy/unverified-vector-sum.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId, TaskId } from '#protocol/ids.ts';
import { parseReport } from '#protocol/report.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { seededBytes } from '#trainer/simulate/seeded-bytes.ts';
import { compareModels, takePart } from '#trainer/simulate/simulated-device.ts';
import { SHADOW_VDAF } from '#trainer/task-draft.ts';
import { randomModel, spread } from '../../model/random-model.ts';
import { shardModule, verifyModule } from '../../privacy/prio3/kernels.ts';

const [NUM_GROUPS, RANK] = [9, 3];
const MODEL = randomModel(77, { numGroups: NUM_GROUPS });
const VDAF = { type: 'UnverifiedVectorSum' as const, length: NUM_GROUPS * RANK };
const verifier = unverifiedVectorSumVerifier(VDAF);
const ring = elementRing(verifier.elementBytes);
const TASK_ID = '7a'.repeat(32) as TaskId;
const NOW_MS = 480_017 * 3_600_000;
const HISTORIES = [
  [3, 17, 5],
  [9, 2],
  [21, 8, 8, 14, 3],
].map((rows): ShopEvent[] =>
  rows.map((row, t) => ({ kind: 'view', itemId: `item-${row}` as ItemId, atMs: NOW_MS + t * 50_000 })),
);
const rowOf = (id: ItemId): number => Number(id.slice(5));
const scoreAll = plainScores(MODEL.items);
const empty = () => createSum(verifier);

const party = async (name: string, hpkeKeyId: number) => {
  const keyPair = await importHpkeKeyPair(await generateHpkeKeyPair());
  return { keyPair, origin: `https://${name}.example`, hpkeKeyId, hpkePublicKey: keyPair.publicKey };
};

describe('a simulated device', () => {
  test('adds to both parties’ sums, number by number, what its sealed report would', async () => {
    const [leader, helper] = [await party('leader', 3), await party('helper', 200)];
    const task = {
      rank: RANK,
      factor: writeFactor(spread(RANK * MODEL.config.dim, 0.9, seededRandom(5))),
      vdaf: VDAF,
      ...{ clipNorm: 4, scale: 2 ** 13, minBatch: 100, maxBatch: 500, noiseMultiplier: 0.7 },
      ...{ leader, helper, opensAtMs: NOW_MS - 1000, closesAtMs: NOW_MS + 1000 },
    };
    const [sealed, simulated] = [
      { leader: empty(), helper: empty() },
      { leader: empty(), helper: empty() },
    ];
    for (const [device, events] of HISTORIES.entries()) {
      const random = seededBytes(`device ${device}`);
      const update = localUpdate({ model: MODEL, scoreAll, events, rowOf, task });
      const made = await makeReport({
        task,
        taskId: TASK_ID,
        sharder: unverifiedVectorSumSharder(VDAF),
        measurement: quantizeUpdate(update, { ...task, random }),
        nowMs: NOW_MS,
        random,
      });
      const report = parseReport(made, verifier.sizes);
      for (const [role, { keyPair }] of [['leader', leader] as const, ['helper', helper] as const]) {
        const opener = { task, taskId: TASK_ID, keyPair };
        const inputShare = await openInputShare(role, { ...report, sealed: report[role] }, opener);
        const verifyKey = new Uint8Array(32);
        const input = { ...contextOf(TASK_ID, report.id), verifyKey, publicShare: report.publicShare, inputShare };
        ring.add(sealed[role], (await verifier.verifyInit(role, input)).state);
      }
      const round = { model: MODEL, scoreAll, rowOf, task, taskId: TASK_ID };
      await takePart(events, { ...round, sums: simulated, random: seededBytes(`device ${device}`) });
    }
    expect(simulated).toEqual(sealed);
    expect(simulated.leader).not.toEqual(empty());
  });

  test('does the same where it compares two models', async () => {
    const [leader, helper] = [await party('leader', 3), await party('helper', 200)];
    const circuit = histogram(SHADOW_VDAF.length, SHADOW_VDAF.chunkLength);
    const sides = {
      sharder: createPrio3Sharder(circuit, shardModule),
      verifier: createPrio3Verifier(circuit, verifyModule),
    };
    const task = { leader, helper, opensAtMs: NOW_MS - 1000, closesAtMs: NOW_MS + 1000 };
    const models = {
      current: { model: MODEL, rowOf },
      candidate: { model: randomModel(78, { numGroups: NUM_GROUPS }), rowOf },
    };
    const sums = { leader: createSum(sides.verifier), helper: createSum(sides.verifier) };
    const cells = new Float64Array(SHADOW_VDAF.length);
    const field = elementRing(sides.verifier.elementBytes);
    const sealed = { leader: createSum(sides.verifier), helper: createSum(sides.verifier) };
    for (const [device, events] of HISTORIES.entries()) {
      const measurement = await shadowCell(events, models);
      cells[measurement] = (cells[measurement] as number) + 1;
      const made = await makeReport({
        ...{ task, taskId: TASK_ID, sharder: sides.sharder, measurement, nowMs: NOW_MS },
        random: seededBytes(`device ${device}`),
      });
      const { id, publicShare, ...report } = parseReport(made, sides.verifier.sizes);
      const start = async (role: 'leader' | 'helper', keyPair: typeof leader.keyPair) => {
        const opener = { task, taskId: TASK_ID, keyPair };
        const inputShare = await openInputShare(role, { ...report, id, publicShare, sealed: report[role] }, opener);
        const input = { ...contextOf(TASK_ID, id), verifyKey: new Uint8Array(32), publicShare, inputShare };
        return sides.verifier.verifyInit(role, input);
      };
      const [begun, answered] = [await start('leader', leader.keyPair), await start('helper', helper.keyPair)];
      const { ctx } = contextOf(TASK_ID, id);
      const message = sides.verifier.combineVerifierShares(ctx, begun.verifierShare, answered.verifierShare);
      field.add(sealed.leader, sides.verifier.verifyNext(begun.state, message));
      field.add(sealed.helper, sides.verifier.verifyNext(answered.state, message));
      const random = seededBytes(`device ${device}`);
      await compareModels(events, { ...models, sides, taskId: TASK_ID, sums, random });
    }
    expect(sums).toEqual(sealed);
    expect(unshard(sums.leader, sums.helper, field)).toEqual(cells);
  });
});
