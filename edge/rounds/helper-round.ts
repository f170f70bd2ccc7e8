import { unlessInvalid } from '#edge/unless-invalid.ts';
import { createSum, releaseShare, reportSetDigest } from '#privacy/aggregate.ts';
import { elementRing } from '#privacy/element-ring.ts';
import type { FillRandom } from '#privacy/random.ts';
import { contextOf, openInputShare } from '#privacy/report.ts';
import type { OpenVerifier } from '#privacy/task-vdaf.ts';
import type { Verifier } from '#privacy/vdaf.ts';
import { openVerifyKey } from '#privacy/verify-key.ts';
import { type Bytes, toHex } from '#protocol/bytes.ts';
import { sha256 } from '#protocol/digest.ts';
import { encodeVerdicts, type HelperReport, type HelperVerdict, parseHelperBatch } from '#protocol/helper-batch.ts';
import type { Digest } from '#protocol/ids.ts';
import type { AggregateShare, ReleaseRequest, RoundState } from '#protocol/round-messages.ts';
import type { Task } from '#protocol/task.ts';
import { type AnsweredStep, BATCH_SCHEMA, BatchStore } from './batch-store.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type RoundEffects, settleRound } from './round-settlement.ts';
import type { RoundStorage } from './round-storage.ts';
import { type RoundRecord, RoundStore, roundStateOf } from './round-store.ts';
import type { BatchOutcome, ReleaseOutcome, RoundSetup, VerifyKeyOutcome } from './round-stub.ts';
import type { VerificationSetup } from './verification-setup.ts';

/** Longer than a leader tries, so that keys outlive no round for good. */
const GIVE_UP_AFTER_MS = 14 * 24 * 60 * 60 * 1000;

export interface HelperRoundOptions {
  readonly storage: RoundStorage;
  readonly effects: RoundEffects;
  readonly openVerifier: OpenVerifier;
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
 * - When the round ends, in whichever way, sum and keys are deleted; from then on not even an older
 *   copy of its storage can release. The share is given away after that alone. Shares of a report are never written.
 */
export class HelperRound {
  readonly #options: HelperRoundOptions;
  readonly #storage: RoundStorage;
  readonly #store: RoundStore;
  readonly #batches: BatchStore;
  /** Of the round's one task. */
  #verifier: Verifier | undefined;

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

  /** Keeps the verify key that the leader has drawn: the first one, for good. */
  async agreeOnVerifyKey(sealed: Bytes): Promise<VerifyKeyOutcome> {
    const record = this.#store.read();
    if (!record) return { kind: 'unknown-task' };
    const keys = await this.#options.effects.loadKeys(record);
    if (!keys || hasEnded(record)) return { kind: 'batch-spent' };
    const { taskId } = record;
    const sent = await unlessInvalid(() => openVerifyKey(sealed, { taskId, keyPair: keys.keyPair }));
    if (!sent) return { kind: 'round-message-invalid' };
    const kept = await this.#options.effects.keepVerifyKey(record, sent);
    return { kind: toHex(kept) === toHex(sent) ? 'agreed' : 'verify-key-differs' };
  }

  async addBatch(bytes: Bytes): Promise<BatchOutcome> {
    const record = this.#store.read();
    if (!record) return { kind: 'unknown-task' };
    const verifier = this.#verifierOf(record.task);
    const batch = await unlessInvalid(() => parseHelperBatch(bytes, verifier.sizes));
    if (!batch) return { kind: 'round-message-invalid' };
    const digest = await sha256(bytes);
    const answered = this.#batches.findStep(batch.step);
    if (answered) return answerAgain(answered, digest);
    if (hasEnded(record)) return { kind: 'batch-spent' };
    const keys = await this.#options.effects.loadKeys(record);
    // Destroyed by the end of the round: one that came in between, or one that this storage is an older copy of.
    if (!keys) return { kind: 'batch-spent' };
    const { keyPair, verifyKey } = keys;
    if (!verifyKey) return { kind: 'verify-key-missing' };
    const verified = await verifyAll(batch.reports, { ...record, verifier, keyPair, verifyKey });
    return this.#storage.transactionSync(() => this.#count({ ...batch, digest, verified, verifier }));
  }

  /** Adds a step's shares. Everything is looked at again: others may have come while they were verified. */
  #count({
    step,
    reports,
    digest,
    verified,
    verifier,
  }: {
    readonly step: number;
    readonly reports: readonly HelperReport[];
    readonly digest: Bytes;
    readonly verified: readonly (VerifiedReport | undefined)[];
    readonly verifier: Verifier;
  }): BatchOutcome {
    const answered = this.#batches.findStep(step);
    if (answered) return answerAgain(answered, digest);
    const { task, phase, aggregated } = this.#existing();
    if (phase === 'released' || phase === 'failed') return { kind: 'batch-spent' };

    const sum = this.#store.readSum() ?? createSum(verifier);
    const ring = elementRing(verifier.elementBytes);
    let numAdded = 0;
    const verdictOn = (id: Bytes, report: VerifiedReport | undefined): HelperVerdict => {
      // Above the maximum the sum could wrap around the ring.
      if (!report || aggregated + numAdded >= task.maxBatch || !this.#batches.countOnce(id)) return { kind: 'refused' };
      ring.add(sum, report.outputShare);
      numAdded++;
      return { kind: 'added', verifierMessage: report.verifierMessage };
    };
    const verdicts = encodeVerdicts(
      reports.map(({ id }, entry) => verdictOn(id, verified[entry])),
      verifier.sizes,
    );
    this.#batches.insertStep(step, { digest, verdicts });
    this.#store.writeSum(sum, numAdded);
    this.#store.addReceived(reports.length);
    this.#store.enter('aggregating');
    return { kind: 'answered', verdicts };
  }

  async release(request: ReleaseRequest): Promise<ReleaseOutcome> {
    const record = this.#store.read();
    if (!record) return { kind: 'unknown-task' };
    const hasKeys = (await this.#options.effects.loadKeys(record)) !== undefined;
    const ids = this.#batches.countedIds();
    const digest = await reportSetDigest(ids);
    const outcome = this.#storage.transactionSync(() => this.#spend(request, { digest, count: ids.length, hasKeys }));
    await this.#storage.setAlarm(this.#options.now());
    try {
      await settleRound(this.#store, this.#options.effects);
    } catch (error) {
      // The leader releases once the helper's keys are gone: until then it is to ask again.
      if (outcome.kind === 'released' && (await this.#options.effects.loadKeys(record))) throw error;
      console.error(error);
    }
    return outcome;
  }

  #spend(
    request: ReleaseRequest,
    own: { readonly digest: Digest; readonly count: number; readonly hasKeys: boolean },
  ): ReleaseOutcome {
    const { task, phase, aggregated } = this.#existing();
    // A batch that was added meanwhile makes the two differ as well.
    const isSame = request.count === aggregated && own.count === aggregated && request.reportSetDigest === own.digest;
    if (phase === 'failed') return { kind: 'batch-spent' };
    if (phase === 'released') return isSame ? { kind: 'released', count: aggregated } : { kind: 'report-sets-differ' };
    if (!own.hasKeys) {
      this.#store.fail('keys-destroyed');
      return { kind: 'batch-spent' };
    }
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
    const ring = elementRing(this.#verifierOf(task).elementBytes);
    const share = releaseShare(sum, { task, ring, count: aggregated, ...(random && { random }) });
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

  #verifierOf({ vdaf }: Task): Verifier {
    this.#verifier ??= this.#options.openVerifier(vdaf);
    return this.#verifier;
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

function answerAgain({ digest, verdicts }: AnsweredStep, sentDigest: Bytes): BatchOutcome {
  return toHex(digest) === toHex(sentDigest) ? { kind: 'answered', verdicts } : { kind: 'step-differs' };
}

/** A report whose proof is right. */
interface VerifiedReport {
  readonly outputShare: Bytes;
  /** For the leader, to end its verification with. */
  readonly verifierMessage: Bytes;
}

/** The reports in order; `undefined` where one does not open or is not valid. */
async function verifyAll(
  reports: readonly HelperReport[],
  { task, taskId, keyPair, verifyKey, verifier }: VerificationSetup,
): Promise<(VerifiedReport | undefined)[]> {
  const verified: (VerifiedReport | undefined)[] = [];
  for (const report of reports) {
    const { id, publicShare, helper, leaderVerifierShare } = report;
    verified.push(
      await unlessInvalid(async () => {
        const inputShare = await openInputShare('helper', { ...report, sealed: helper }, { task, taskId, keyPair });
        const input = { ...contextOf(taskId, id), verifyKey, publicShare, inputShare };
        const { state, verifierShare } = await verifier.verifyInit('helper', input);
        const verifierMessage = verifier.combineVerifierShares(input.ctx, leaderVerifierShare, verifierShare);
        return { outputShare: verifier.verifyNext(state, verifierMessage), verifierMessage };
      }),
    );
  }
  return verified;
}
