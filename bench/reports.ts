import { Bench } from 'tinybench';
import { createSum } from '#privacy/aggregate.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { generateHpkeKeyPair, importHpkeKeyPair } from '#privacy/hpke.ts';
import { addNoise } from '#privacy/noise.ts';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import { contextOf, makeReport, openInputShare, type ReportTask } from '#privacy/report.ts';
import { unverifiedVectorSumSharder, unverifiedVectorSumVerifier } from '#privacy/unverified-vector-sum.ts';
import { VERIFY_KEY_BYTES } from '#privacy/vdaf.ts';
import { type Bytes, concatBytes } from '#protocol/bytes.ts';
import type { TaskId } from '#protocol/ids.ts';
import { type PartyRole, parseReport } from '#protocol/report.ts';
import { CLIP_NORM_UNITS } from '#protocol/task.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { medianMs, type Row } from './table.ts';

const NUM_PARAMS = 8000;
const TASK_ID = 'ab'.repeat(32) as TaskId;

/**
 * One report of 8,000 parameters: made on the device and opened by both parties, beside the limit that
 * AES alone sets: encrypting the same bytes once.
 */
export async function benchReports(): Promise<Row[]> {
  const stored = { leader: await generateHpkeKeyPair(), helper: await generateHpkeKeyPair() };
  const keys = { leader: await importHpkeKeyPair(stored.leader), helper: await importHpkeKeyPair(stored.helper) };
  const nowMs = Date.now();
  const task: ReportTask = {
    leader: { origin: 'https://leader.example', hpkeKeyId: 3, hpkePublicKey: stored.leader.publicKey },
    helper: { origin: 'https://helper.example', hpkeKeyId: 5, hpkePublicKey: stored.helper.publicKey },
    opensAtMs: nowMs - 3_600_000,
    closesAtMs: nowMs + 7_200_000,
  };
  const random = seededRandom(11);
  const update = Float32Array.from({ length: NUM_PARAMS }, () => random() - 0.5);
  const sharder = unverifiedVectorSumSharder({ length: NUM_PARAMS });
  const verifier = unverifiedVectorSumVerifier({ length: NUM_PARAMS });
  const ring = elementRing(verifier.elementBytes);
  const make = (): Promise<Bytes> => {
    const measurement = quantizeUpdate(update, { clipNorm: 2, scale: CLIP_NORM_UNITS / 2 });
    return makeReport({ task, taskId: TASK_ID, sharder, measurement, nowMs });
  };
  const report = parseReport(await make(), verifier.sizes);
  const sum = createSum(verifier);
  const verifyKey = new Uint8Array(VERIFY_KEY_BYTES);
  const addAs = async (role: PartyRole): Promise<void> => {
    const opener = { task, taskId: TASK_ID, keyPair: keys[role] };
    const inputShare = await openInputShare(role, { ...report, sealed: report[role] }, opener);
    const { publicShare } = report;
    const input = { ...contextOf(TASK_ID, report.id), verifyKey, publicShare, inputShare };
    const { state, verifierShare } = await verifier.verifyInit(role, input);
    ring.add(sum, verifier.verifyNext(state, verifierShare));
  };
  const aes = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']);
  const plaintext = concatBytes(new Uint8Array(4 * NUM_PARAMS));

  const bench = new Bench({ time: 600, warmupTime: 200 });
  bench
    .add('make', async () => void (await make()))
    .add('leader', () => addAs('leader'))
    .add('helper', () => addAs('helper'))
    .add('noise', () => addNoise(sum, { ring, stdDev: { numerator: BigInt(CLIP_NORM_UNITS), denominator: 1n } }))
    .add(
      'aes',
      async () => void (await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, aes, plaintext)),
    );
  await bench.run();
  const [made, leader, helper, noise, limit] = bench.tasks.map(medianMs) as [number, number, number, number, number];
  const row = (what: string, ms: number): Row => [what, `${ms.toFixed(2)} ms`, `${(ms / limit).toFixed(0)} ×`];
  return [
    ['8,000 parameters', 'median', '÷ AES alone'],
    row('device: make and seal a report', made),
    row('leader: open and add', leader),
    row('helper: open, expand and add', helper),
    row('party: exact noise, once a round', noise),
    row('limit: AES-128-GCM over the same bytes', limit),
  ];
}
