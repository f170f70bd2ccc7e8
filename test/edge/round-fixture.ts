import type { RoundEffects } from '#edge/round-settlement.ts';
import { combineShares } from '#privacy/collect.ts';
import { generateHpkeKeyPair, type HpkeKeyPair, importHpkeKeyPair } from '#privacy/hpke.ts';
import { makeReport } from '#privacy/report.ts';
import { shareOfBytes } from '#privacy/shares.ts';
import { type Bytes, fromBase64Url } from '#protocol/bytes.ts';
import type { HelperReport } from '#protocol/helper-batch.ts';
import type { Digest, ShopId, TaskId } from '#protocol/ids.ts';
import { parseReport } from '#protocol/report.ts';
import type { AggregateShare } from '#protocol/round-messages.ts';
import type { Task } from '#protocol/task.ts';

export const NUM_PARAMS = 6;
export const HOUR_MS = 3_600_000;
const OPENS_AT_MS = 480_003 * HOUR_MS + 700_000;

/** Two parties' keys and a task between them, without any party running. */
export interface RoundFixture {
  readonly task: Task;
  readonly taskId: TaskId;
  readonly leaderKey: HpkeKeyPair;
  readonly helperKey: HpkeKeyPair;
  /** While the task is open. */
  readonly nowMs: number;
}

export async function createRoundFixture(): Promise<RoundFixture> {
  const leaderKey = await importHpkeKeyPair(await generateHpkeKeyPair());
  const helperKey = await importHpkeKeyPair(await generateHpkeKeyPair());
  const task: Task = {
    format: 1,
    kind: 'model-update',
    shop: 'mug-shop' as ShopId,
    modelDigest: '3c'.repeat(32) as Digest,
    itemFeatureDigest: '4d'.repeat(32) as Digest,
    numParams: NUM_PARAMS,
    rank: 3,
    factor: `${'c3'.repeat(128)}vw`,
    clipNorm: 4,
    scale: 2 ** 13,
    minBatch: 110,
    maxBatch: 260,
    // One unit of noise: what is released can be checked almost exactly.
    noiseMultiplier: 2 ** -16,
    delta: 1e-6,
    minSeparationMs: 24 * HOUR_MS,
    maxParticipations: 3,
    privacyWindowMs: 720 * HOUR_MS,
    leader: { origin: 'https://leader.example', hpkeKeyId: 17, hpkePublicKey: leaderKey.publicKey },
    helper: { origin: 'https://helper.example', hpkeKeyId: 203, hpkePublicKey: helperKey.publicKey },
    opensAtMs: OPENS_AT_MS,
    closesAtMs: OPENS_AT_MS + 48 * HOUR_MS,
  };
  return { task, taskId: '5e'.repeat(32) as TaskId, leaderKey, helperKey, nowMs: OPENS_AT_MS + HOUR_MS };
}

/** The update of the `device`-th device: another one each, none of it 0, inside the clip norm. */
export function updateOf(device: number): Float32Array {
  return Float32Array.from({ length: NUM_PARAMS }, (_, i) => ((((device + 1) * (i + 3)) % 7) - 3.5) / 8);
}

/** Sealed reports of the first `numDevices` devices. */
export async function makeReports(
  { task, taskId, nowMs }: Pick<RoundFixture, 'task' | 'taskId' | 'nowMs'>,
  numDevices: number,
): Promise<Bytes[]> {
  return Promise.all(
    Array.from({ length: numDevices }, (_, device) => makeReport({ task, taskId, update: updateOf(device), nowMs })),
  );
}

/** What the updates of the named devices add up to. */
export function sumOfUpdates(devices: Iterable<number>): number[] {
  const sum = new Array<number>(NUM_PARAMS).fill(0);
  for (const device of devices) for (const [i, value] of updateOf(device).entries()) sum[i] = (sum[i] ?? 0) + value;
  return sum;
}

/** The aggregate that a trainer reads out of both released shares. */
export function aggregateOf(leader: AggregateShare, helper: AggregateShare, task: Pick<Task, 'scale'>): number[] {
  const shareOf = ({ share }: AggregateShare) => shareOfBytes(fromBase64Url(share));
  return Array.from(combineShares(shareOf(leader), shareOf(helper), task));
}

/** What the leader passes on of a report. */
export function helperPart(report: Bytes): HelperReport {
  return parseReport(report, NUM_PARAMS);
}

/** A party's effects, recorded: its key until destroyed, and the phases the ledger was told of. */
export interface RecordedEffects extends RoundEffects {
  readonly phases: string[];
  readonly hasKey: boolean;
}

export function recordEffects(keyPair: HpkeKeyPair): RecordedEffects {
  let hasKey = true;
  const phases: string[] = [];
  return {
    phases,
    get hasKey() {
      return hasKey;
    },
    loadKeyPair: async () => (hasKey ? keyPair : undefined),
    destroyKey: async () => {
      hasKey = false;
    },
    writeLedger: async ({ phase }) => {
      phases.push(phase);
    },
  };
}
