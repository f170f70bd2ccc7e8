import type { RoundEffects } from '#edge/rounds/round-settlement.ts';
import { unshard } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { generateHpkeKeyPair, type HpkeKeyPair, importHpkeKeyPair } from '#privacy/hpke.ts';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import { makeReport } from '#privacy/report.ts';
import { unverifiedVectorSumSharder, unverifiedVectorSumVerifier } from '#privacy/unverified-vector-sum.ts';
import { type Bytes, fromBase64Url } from '#protocol/bytes.ts';
import type { HelperReport } from '#protocol/helper-batch.ts';
import type { ShopId, TaskId } from '#protocol/ids.ts';
import { parseReport } from '#protocol/report.ts';
import type { AggregateShare } from '#protocol/round-messages.ts';
import type { TaskOf } from '#protocol/task.ts';
import { sampleTask } from '../protocol/sample-task.ts';

export const NUM_PARAMS = 6;
export const HOUR_MS = 3_600_000;
const OPENS_AT_MS = 480_003 * HOUR_MS + 700_000;

/** Two parties' keys and a task between them, without any party running. */
export interface RoundFixture {
  readonly task: TaskOf<'model-update'>;
  readonly taskId: TaskId;
  readonly leaderKey: HpkeKeyPair;
  readonly helperKey: HpkeKeyPair;
  /** While the task is open. */
  readonly nowMs: number;
}

export async function createRoundFixture(): Promise<RoundFixture> {
  const leaderKey = await importHpkeKeyPair(await generateHpkeKeyPair());
  const helperKey = await importHpkeKeyPair(await generateHpkeKeyPair());
  const task = sampleTask('model-update', {
    shop: 'mug-shop' as ShopId,
    vdaf: { type: 'UnverifiedVectorSum', length: NUM_PARAMS },
    rank: 3,
    clipNorm: 4,
    scale: 2 ** 13,
    minBatch: 110,
    maxBatch: 260,
    // One unit of noise: what is released can be checked almost exactly.
    noiseMultiplier: 2 ** -16,
    leader: { origin: 'https://leader.example', hpkeKeyId: 17, hpkePublicKey: leaderKey.publicKey },
    helper: { origin: 'https://helper.example', hpkeKeyId: 203, hpkePublicKey: helperKey.publicKey },
    opensAtMs: OPENS_AT_MS,
    closesAtMs: OPENS_AT_MS + 48 * HOUR_MS,
  });
  return { task, taskId: '5e'.repeat(32) as TaskId, leaderKey, helperKey, nowMs: OPENS_AT_MS + HOUR_MS };
}

/** The update of the `device`-th device: another one each, none of it 0, inside the clip norm. */
export function updateOf(device: number): Float32Array {
  return Float32Array.from({ length: NUM_PARAMS }, (_, i) => ((((device + 1) * (i + 3)) % 7) - 3.5) / 8);
}

type ReportsOf = Pick<RoundFixture, 'task' | 'taskId' | 'nowMs'>;

/** The sealed report of one device. */
export function makeReportOf(device: number, { task, taskId, nowMs }: ReportsOf): Promise<Bytes> {
  const measurement = quantizeUpdate(updateOf(device), task);
  return makeReport({ task, taskId, sharder: unverifiedVectorSumSharder(task.vdaf), measurement, nowMs });
}

/** Sealed reports of the first `numDevices` devices. */
export async function makeReports(of: ReportsOf, numDevices: number): Promise<Bytes[]> {
  return Promise.all(Array.from({ length: numDevices }, (_, device) => makeReportOf(device, of)));
}

/** What the updates of the named devices add up to. */
export function sumOfUpdates(devices: Iterable<number>): number[] {
  const sum = new Array<number>(NUM_PARAMS).fill(0);
  for (const device of devices) for (const [i, value] of updateOf(device).entries()) sum[i] = (sum[i] ?? 0) + value;
  return sum;
}

/** The aggregate that a trainer reads out of both released shares. */
export function aggregateOf(
  leader: AggregateShare,
  helper: AggregateShare,
  { scale }: Pick<TaskOf<'model-update'>, 'scale'>,
): number[] {
  const sum = unshard(fromBase64Url(leader.share), fromBase64Url(helper.share), elementRing(4));
  return Array.from(sum, (units) => units / scale);
}

/** What the leader passes on of a report. */
export function helperPart(report: Bytes): HelperReport {
  const { sizes } = unverifiedVectorSumVerifier({ length: NUM_PARAMS });
  return { ...parseReport(report, sizes), leaderVerifierShare: new Uint8Array() };
}

/** A party's effects, recorded: its keys until destroyed, and the phases the ledger was told of. */
export interface RecordedEffects extends RoundEffects {
  readonly phases: string[];
  readonly hasKeys: boolean;
}

/** @param verifyKey Agreed on beforehand, unless the parties have yet to. */
export function recordEffects(
  keyPair: HpkeKeyPair,
  verifyKey: Bytes | 'not-agreed' = new Uint8Array(32).fill(0x2b),
): RecordedEffects {
  let hasKeys = true;
  let kept = verifyKey === 'not-agreed' ? undefined : verifyKey;
  const phases: string[] = [];
  return {
    phases,
    get hasKeys() {
      return hasKeys;
    },
    loadKeys: async () => (hasKeys ? { keyPair, verifyKey: kept } : undefined),
    keepVerifyKey: async (_record, sent) => {
      kept ??= sent;
      return kept;
    },
    destroyKeys: async () => {
      hasKeys = false;
    },
    writeLedger: async ({ phase }) => {
      phases.push(phase);
    },
  };
}
