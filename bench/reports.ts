import { Bench } from 'tinybench';
import { createSum } from '#privacy/aggregate.ts';
import { generateHpkeKeyPair, importHpkeKeyPair } from '#privacy/hpke.ts';
import { addNoise } from '#privacy/noise.ts';
import { makeReport, openHelperShare, openLeaderShare, type ReportTask } from '#privacy/report.ts';
import { addShare } from '#privacy/shares.ts';
import { type Bytes, concatBytes } from '#protocol/bytes.ts';
import type { TaskId } from '#protocol/ids.ts';
import { parseReport } from '#protocol/report.ts';
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
    numParams: NUM_PARAMS,
    clipNorm: 2,
    scale: CLIP_NORM_UNITS / 2,
    leader: { origin: 'https://leader.example', hpkeKeyId: 3, hpkePublicKey: stored.leader.publicKey },
    helper: { origin: 'https://helper.example', hpkeKeyId: 5, hpkePublicKey: stored.helper.publicKey },
    opensAtMs: nowMs - 3_600_000,
    closesAtMs: nowMs + 7_200_000,
  };
  const random = seededRandom(11);
  const update = Float32Array.from({ length: NUM_PARAMS }, () => random() - 0.5);
  const make = (): Promise<Bytes> => makeReport({ task, taskId: TASK_ID, update, nowMs });
  const report = parseReport(await make(), NUM_PARAMS);
  const sum = createSum(NUM_PARAMS);
  const aes = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']);
  const plaintext = concatBytes(new Uint8Array(4 * NUM_PARAMS));

  const bench = new Bench({ time: 600, warmupTime: 200 });
  bench
    .add('make', async () => void (await make()))
    .add('leader', async () =>
      addShare(sum, await openLeaderShare(report, { task, taskId: TASK_ID, keyPair: keys.leader })),
    )
    .add('helper', async () =>
      addShare(sum, await openHelperShare(report, { task, taskId: TASK_ID, keyPair: keys.helper })),
    )
    .add('noise', () => addNoise(sum, CLIP_NORM_UNITS))
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
