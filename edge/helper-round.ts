import { createSum, releaseShare, reportSetDigest } from '#privacy/aggregate.ts';
import type { HpkeKeyPair } from '#privacy/hpke.ts';
import type { FillRandom } from '#privacy/random.ts';
import { openHelperShare } from '#privacy/report.ts';
import { addShare } from '#privacy/shares.ts';
import { type Bytes, toHex } from '#protocol/bytes.ts';
import { sha256 } from '#protocol/digest.ts';
import { type HelperReport, parseHelperBatch } from '#protocol/helper-batch.ts';
import type { Digest } from '#protocol/ids.ts';
import type { AggregateShare, ReleaseRequest, RoundState } from '#protocol/round-messages.ts';
import { type AnsweredStep, BATCH_SCHEMA, BatchStore } from './batch-store.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type RoundEffects, settleRound } from './round-settlement.ts';
import type { RoundStorage } from './round-storage.ts';
import { type RoundRecord, RoundStore, roundStateOf } from './round-store.ts';
import type { BatchOutcome, ReleaseOutcome, RoundSetup } from './round-stub.ts';
import { unlessInvalid } from './unless-invalid.ts';

/** Longer than a leader tries, so that a key outlives no round for good. */
const GIVE_UP_AFTER_MS = 14 * 24 * 60 * 60 * 1000;

export interface HelperRoundOptions {
  readonly storage: RoundStorage;
  readonly effects: RoundEffects;
  readonly now: () => number;
  /** Of the noise; the platform's where left out. */
  readonly random?: FillRandom;
}

/**
 * The helper's part of one round: adds up its shares of the batches that the leader sends, and
 * releases its noised share.
 *
 * Guarantees, wherever the process dies and whatever is repeated:
 * - A report is in the sum at most once. A step is answered once; a repeat gets the same answer.
 * - One noised share is released at most, in the transaction that drops the sum it came from, for no
 *   fewer reports than the task's minimum, and only for the set of reports that the leader names.
 * - When the round ends, in whichever way, sum and key are deleted. Seeds and shares are never
 *   written.
 */
export class HelperRound {
  readonly #options: HelperRoundOptions;
  readonly #storage: RoundStorage;
  readonly #store: RoundStore;
  readonly #batches: BatchStore;

  constructor(options: HelperRoundOptions) {
    this.#options = options;
    this.#storage = options.storage;
    this.#store = new RoundStore(options.storage);
    this.#batches = new BatchStore(options.storage);
  }

  async open(setup: RoundSetup): Promise<RoundState> {
    const existing = this.#store.read();
    if (existing) return roundStateOf(existing);
    this.#storage.transactionSync(() => this.#store.create(setup, BATCH_SCHEMA));
    await this.#storage.setAlarm(setup.task.closesAtMs + GIVE_UP_AFTER_MS);
    return { kind: 'open', received: 0 };
  }

  state(): RoundState | undefined {
    const record = this.#store.read();
    return record && roundStateOf(record);
  }

  aggregateShare(): AggregateShare | undefined {
    return this.#store.readShare();
  }

  async addBatch(bytes: Bytes): Promise<BatchOutcome> {
    const record = this.#store.read();
    if (!record) return { kind: 'unknown-task' };
    const batch = await unlessInvalid(() => parseHelperBatch(bytes));
    if (!batch) return { kind: 'round-message-invalid' };
    const digest = await sha256(bytes);
    const answered = this.#batches.findStep(batch.step);
    if (answered) return answerAgain(answered, digest);
    if (hasEnded(record)) return { kind: 'batch-spent' };
    const keyPair = await this.#options.effects.loadKeyPair(record);
    // Destroyed by the end of the round that came in between.
    if (!keyPair) return { kind: 'batch-spent' };
    const shares = await openAll(batch.reports, record, keyPair);
    return this.#storage.transactionSync(() => this.#count({ ...batch, digest, shares }));
  }

  /** Adds a step's shares. Everything is looked at again: others may have come while shares were opened. */
  #count({
    step,
    reports,
    digest,
    shares,
  }: {
    readonly step: number;
    readonly reports: readonly HelperReport[];
    readonly digest: Bytes;
    readonly shares: readonly (Uint32Array | undefined)[];
  }): BatchOutcome {
    const answered = this.#batches.findStep(step);
    if (answered) return answerAgain(answered, digest);
    const { task, phase, aggregated } = this.#existing();
    if (phase === 'released' || phase === 'failed') return { kind: 'batch-spent' };

    const sum = this.#store.readSum() ?? createSum(task.numParams);
    const accepted = new Uint8Array(reports.length);
    let numAdded = 0;
    for (const [entry, { id }] of reports.entries()) {
      const share = shares[entry];
      // Above the maximum the sum could wrap around the ring.
      if (!share || aggregated + numAdded >= task.maxBatch || !this.#batches.countOnce(id)) continue;
      addShare(sum, share);
      accepted[entry] = 1;
      numAdded++;
    }
    this.#batches.insertStep(step, { digest, accepted });
    this.#store.writeSum(sum, numAdded);
    this.#store.addReceived(reports.length);
    this.#store.enter('aggregating');
    return { kind: 'answered', accepted };
  }

  async release(request: ReleaseRequest): Promise<ReleaseOutcome> {
    if (!this.#store.read()) return { kind: 'unknown-task' };
    const ids = this.#batches.countedIds();
    const digest = await reportSetDigest(ids);
    const outcome = this.#storage.transactionSync(() => this.#spend(request, { digest, count: ids.length }));
    await this.#storage.setAlarm(this.#options.now());
    // Tried here too, so that the key is gone by the time the leader has its answer.
    await settleRound(this.#store, this.#options.effects).catch((error) => console.error(error));
    return outcome;
  }

  #spend(request: ReleaseRequest, own: { readonly digest: Digest; readonly count: number }): ReleaseOutcome {
    const { task, phase, aggregated } = this.#existing();
    // A batch that was added meanwhile makes the two differ as well.
    const isSame = request.count === aggregated && own.count === aggregated && request.reportSetDigest === own.digest;
    if (phase === 'failed') return { kind: 'batch-spent' };
    if (phase === 'released') return isSame ? { kind: 'released', count: aggregated } : { kind: 'report-sets-differ' };
    const sum = this.#store.readSum();
    if (!isSame) {
      this.#store.fail('report-sets-differ');
      return { kind: 'report-sets-differ' };
    }
    if (!sum || aggregated < task.minBatch) {
      this.#store.fail('too-few-reports');
      return { kind: 'too-few-reports' };
    }
    const { random, now } = this.#options;
    const share = releaseShare(sum, { task, count: aggregated, ...(random && { random }) });
    this.#store.release(share, { digest: own.digest, nowMs: now() });
    return { kind: 'released', count: aggregated };
  }

  /** Ends a round that its leader has given up, and does what a crash has left undone. */
  async onAlarm(): Promise<void> {
    const record = this.#store.read();
    if (!record) return;
    const giveUpAtMs = record.task.closesAtMs + GIVE_UP_AFTER_MS;
    if (!hasEnded(record)) {
      if (this.#options.now() < giveUpAtMs) return this.#storage.setAlarm(giveUpAtMs);
      this.#store.fail('too-few-reports');
    }
    try {
      await settleRound(this.#store, this.#options.effects);
    } catch (error) {
      console.error(error);
      this.#store.countFailure();
      await this.#storage.setAlarm(this.#options.now() + retryDelayMs(this.#existing().numFailures));
    }
  }

  #existing(): RoundRecord {
    const record = this.#store.read();
    if (!record) throw new Error('expected the round to exist');
    return record;
  }
}

function hasEnded({ phase }: RoundRecord): boolean {
  return phase === 'released' || phase === 'failed';
}

function answerAgain({ digest, accepted }: AnsweredStep, sentDigest: Bytes): BatchOutcome {
  return toHex(digest) === toHex(sentDigest) ? { kind: 'answered', accepted } : { kind: 'step-differs' };
}

/** The helper's shares in order; `undefined` where one does not open. */
async function openAll(
  reports: readonly HelperReport[],
  { task, taskId }: RoundSetup,
  keyPair: HpkeKeyPair,
): Promise<(Uint32Array | undefined)[]> {
  const shares: (Uint32Array | undefined)[] = [];
  for (const report of reports) {
    shares.push(await unlessInvalid(() => openHelperShare(report, { task, taskId, keyPair })));
  }
  return shares;
}
