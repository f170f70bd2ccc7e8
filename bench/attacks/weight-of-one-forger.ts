import { PRIO3_VERIFY_KERNEL_BASE64 } from '#generated/prio3-verify-kernel.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { chooseChunkLength } from '#privacy/prio3/circuit.ts';
import { histogram } from '#privacy/prio3/circuits.ts';
import { compileShardModule } from '#privacy/prio3/shard-module.ts';
import { createPrio3Sharder, createPrio3Verifier } from '#privacy/prio3/two-parties.ts';
import { NONCE_BYTES, VERIFY_KEY_BYTES } from '#privacy/vdaf.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { CLIP_NORM_UNITS } from '#protocol/task.ts';
import { sumNormBound } from '#trainer/check-sum-norm.ts';
import { coherenceOfRecords } from '#trainer/coherence-of-records.ts';
import { customerHistories } from '#trainer/customer-histories.ts';
import { seededBytes } from '#trainer/simulate/seeded-bytes.ts';
import type { Row } from '../table.ts';
import type { AttackedShop } from './attacked-shop.ts';
import { noiseMultiplierOf } from './membership-of-sum.ts';
import { ringOf, sharesOf, taskOf, unitsOf } from './party-shares.ts';

const NUM_BUCKETS = 64;
const NUM_FORGED = 1000;
const EPSILON = 4;

/** How many honest devices one forged report weighs in a sum. */
export async function weightOfOneForger(attacked: AttackedShop): Promise<Row[]> {
  const task = taskOf(attacked.model, { noiseMultiplier: noiseMultiplierOf(EPSILON) });
  const rows: Row[] = [
    ['task', 'one forged report, in honest ones', 'how found'],
    [
      'model-update, nothing checked',
      (await largestInRing(attacked)).toLocaleString('en'),
      'largest vector of the ring, sent',
    ],
  ];
  const { model, rowOf, shop } = attacked;
  const coherence = coherenceOfRecords(customerHistories(shop.merchant.dataset), { model, rowOf, task });
  for (const count of [100, 2000, 49_600]) {
    rows.push([
      `model-update, the sum’s length checked, ${count.toLocaleString('en')} devices`,
      sumNormBound(task, { count, coherence }).toFixed(0),
      `the check’s bound at epsilon ${EPSILON} a round; the records’ coherence is ${coherence.toFixed(4)}`,
    ]);
  }
  const accepted = await acceptedForgeries();
  rows.push([
    'Prio3 (histogram of 64)',
    1,
    `${NUM_FORGED.toLocaleString('en')} reports that count 1,000 in a bucket: ${accepted} accepted`,
  ]);
  return rows;
}

/** Length of the longest vector that both parties take ÷ the norm that an honest device keeps to. */
async function largestInRing(attacked: AttackedShop): Promise<number> {
  const task = taskOf(attacked.model, { noiseMultiplier: 0 });
  const units = new Int32Array(task.vdaf.length).fill(2 ** 31 - 1);
  const taken = unitsOf(await sharesOf(units, task, seededBytes('largest')), ringOf(task));
  return Math.round(Math.sqrt(taken.reduce((squares, unit) => squares + unit * unit, 0)) / CLIP_NORM_UNITS);
}

/** Reports whose leader's share was raised by 1,000 in one bucket, that both parties would still count. */
async function acceptedForgeries(): Promise<number> {
  const circuit = histogram(NUM_BUCKETS, chooseChunkLength(NUM_BUCKETS));
  const sharder = createPrio3Sharder(circuit, await compileShardModule());
  const module = await WebAssembly.compile(Buffer.from(PRIO3_VERIFY_KERNEL_BASE64, 'base64'));
  const verifier = createPrio3Verifier(circuit, module);
  const ring = elementRing(verifier.elementBytes);
  const random = seededBytes('forged counts');
  const ctx = new Uint8Array(32);
  const verifyKey = new Uint8Array(VERIFY_KEY_BYTES);
  random(verifyKey);
  let accepted = 0;
  for (let report = 0; report < NUM_FORGED; report++) {
    const nonce = new Uint8Array(NONCE_BYTES);
    random(nonce);
    const bucket = report % NUM_BUCKETS;
    const { publicShare, leaderInputShare, helperInputShare } = await sharder.shard(bucket, { ctx, nonce, random });
    const raised = leaderInputShare.subarray(bucket * ring.elementBytes, (bucket + 1) * ring.elementBytes);
    ring.addIntegers(raised, [1000]);
    try {
      const input = { verifyKey, ctx, nonce, publicShare };
      const leader = await verifier.verifyInit('leader', { ...input, inputShare: leaderInputShare });
      const helper = await verifier.verifyInit('helper', { ...input, inputShare: helperInputShare });
      const message = verifier.combineVerifierShares(ctx, leader.verifierShare, helper.verifierShare);
      verifier.verifyNext(leader.state, message);
      verifier.verifyNext(helper.state, message);
      accepted++;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return accepted;
}
