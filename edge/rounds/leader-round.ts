import { unlessInvalid } from '#edge/unless-invalid.ts';
import { createSum, releaseShare, reportSetDigest } from '#privacy/aggregate.ts';
import { elementRing } from '#privacy/element-ring.ts';
import type { FillRandom } from '#privacy/random.ts';
import { contextOf, openInputShare } from '#privacy/report.ts';
import type { OpenVerifier } from '#privacy/task-vdaf.ts';
import type { Verifier, VerifyStart } from '#privacy/vdaf.ts';
import { type Bytes, toHex } from '#protocol/bytes.ts';
import { sha256 } from '#protocol/digest.ts';
import { type HelperVerdict, reportsPerStep } from '#protocol/helper-batch.ts';
import { parseReport, type Report } from '#protocol/report.ts';
import type { AggregateShare, RoundState } from '#protocol/round-messages.ts';
import type { Task } from '#protocol/task.ts';
import type { HelperAnswer, HelperClient } from './helper-client.ts';
import { REPORT_SCHEMA, ReportStore, type SealedReport } from './report-store.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type RoundEffects, settleRound } from './round-settlement.ts';
import type { RoundStorage } from './round-storage.ts';
import { type FailureReason, type RoundRecord, RoundStore, roundStateOf } from './round-store.ts';
import type { RoundSetup, SubmitOutcome } from './round-stub.ts';
import type { VerificationSetup } from './verification-setup.ts';

/** A helper that stays silent this long after the close will not come back for this round. */
const GIVE_UP_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

export interface LeaderRoundOptions {
  readonly storage: RoundStorage;
  readonly effects: RoundEffects;
  readonly connectHelper: (round: RoundSetup) => Promise<HelperClient>;
  readonly openVerifier: OpenVerifier;
  readonly now: () => number;
  /** Of the noise; the platform's where left out. */
  readonly random?: FillRandom;
}

/**
 * The leader's part of one round: admits reports, adds them up step by step with the helper, and
 * releases its noised share.
 *
 * Guarantees, wherever the process dies and whatever is repeated:
 * - A report is in the sum at most once, and only if it is in the helper's sum.
 * - One noised share is released at most, in the transaction that drops the sum it came from, for no
 *   fewer reports than the task's minimum.
 * - When the round ends, in whichever way, sealed reports, sum and keys are deleted, and the helper is
 *   told so that it does the same. From then on not even an older copy of its storage can release; the
 *   share is given away after that alone.
 */
export class LeaderRound {
  readonly #options: LeaderRoundOptions;
  readonly #storage: RoundStorage;
  readonly #store: RoundStore;
  readonly #reports: ReportStore;
  /** Of the round's one task. */
  #verifier: Verifier | undefined;

  constructor(options: LeaderRoundOptions) {
    this.#options = options;
    this.#storage = options.storage;
    this.#store = new RoundStore(options.storage);
    this.#reports = new ReportStore(options.storage);
  }

  async open(setup: RoundSetup): Promise<RoundState> {
    const existing = this.#store.read();
    if (existing) return roundStateOf(existing);
    this.#storage.transactionSync(() => this.#store.create(setup, REPORT_SCHEMA));
    await this.#storage.setAlarm(setup.task.closesAtMs);
    return { kind: 'open', received: 0 };
  }

  state(): RoundState | undefined {
    const record = this.#store.read();
    return record && roundStateOf(record);
  }

  aggregateShare(): AggregateShare | undefined {
    return this.#store.readShare();
  }

  async submit(bytes: Bytes): Promise<SubmitOutcome> {
    const opened = this.#store.read();
    if (!opened) return { kind: 'unknown-task' };
    const report = await unlessInvalid(() => parseReport(bytes, this.#verifierOf(opened.task).sizes));
    if (!report) return { kind: 'report-invalid' };
    const digest = await sha256(bytes);
    // Nothing is awaited from here on, so no other request comes between reading and writing.
    return this.#storage.transactionSync(() => this.#admit({ id: report.id, bytes, digest }));
  }

  #admit(report: SealedReport & { readonly digest: Bytes }): SubmitOutcome {
    const { task, phase, received } = this.#existing();
    const known = this.#reports.findDigest(report.id);
    if (known) return { kind: toHex(known) === toHex(report.digest) ? 'accepted' : 'report-differs' };
    const nowMs = this.#options.now();
    if (phase !== 'open' || nowMs >= task.closesAtMs) return { kind: 'late' };
    if (nowMs < task.opensAtMs) return { kind: 'task-not-open-yet' };
    if (received >= task.maxBatch) return { kind: 'full' };
    this.#reports.insert(report);
    this.#store.addReceived(1);
    return { kind: 'accepted' };
  }

  /** Admits no more reports. A round that has closed stays as it is. */
  async close(): Promise<RoundState | undefined> {
    const record = this.#store.read();
    if (!record) return undefined;
    if (record.phase === 'open') {
      this.#endAdmission();
      await this.#wakeUp(0);
    }
    return this.state();
  }

  /** The one thing that moves a round on: a step at a time, each safe to repeat. */
  async onAlarm(): Promise<void> {
    const record = this.#store.read();
    if (!record) return;
    try {
      await this.#advance(record);
    } catch (error) {
      console.error(error);
      await this.#retryLater();
    }
  }

  async #advance({ phase, task }: RoundRecord): Promise<void> {
    if (phase === 'open') {
      // An early alarm must not close the round early.
      if (this.#options.now() < task.closesAtMs) return this.#storage.setAlarm(task.closesAtMs);
      this.#endAdmission();
    }
    await settleRound(this.#store, this.#options.effects);
    const record = this.#existing();
    if (record.phase === 'released' || record.isHelperTold) return;
    const next = record.phase === 'failed' ? await this.#endAtHelper(record) : await this.#aggregate(record);
    return next === 'again-later' ? this.#retryLater() : this.#wakeUp(0);
  }

  #endAdmission(): void {
    this.#storage.transactionSync(() => {
      const { received, task } = this.#existing();
      // Too few for any release: the helper gets to see none of them.
      if (received < task.minBatch) this.#fail('too-few-reports');
      else this.#store.enter('aggregating');
    });
  }

  async #aggregate(record: RoundRecord): Promise<'next' | 'again-later'> {
    if (this.#isTooLate(record)) return this.#end('helper-refused');
    const helper = await this.#options.connectHelper(record);
    const sealed = this.#reports.nextStep(reportsPerStep(this.#verifierOf(record.task).sizes));
    return sealed.length > 0 ? this.#takeStep(record, sealed, helper) : this.#finish(record, helper);
  }

  async #takeStep(
    record: RoundRecord,
    sealed: readonly SealedReport[],
    helper: HelperClient,
  ): Promise<'next' | 'again-later'> {
    const keys = await this.#options.effects.loadKeys(record);
    // Without them no report can be opened, so none can be counted.
    if (!keys?.verifyKey) return this.#end('keys-destroyed');
    const verifier = this.#verifierOf(record.task);
    const begun = await beginAll(sealed, { ...record, verifier, keyPair: keys.keyPair, verifyKey: keys.verifyKey });
    let counted: readonly CountedReport[] = [];
    if (begun.length > 0) {
      const reports = begun.map(({ report, start }) => ({ ...report, leaderVerifierShare: start.verifierShare }));
      const answer = await helper.addBatch(record.nextStep, { reports, sizes: verifier.sizes });
      if (answer.kind !== 'answered') return this.#endIfRefused(answer);
      const finished = await finishAll(begun, answer.value, verifier);
      if (!finished) return this.#end('helper-contradicts');
      counted = finished;
    }
    this.#storage.transactionSync(() => {
      // Another run of this same step may have ended it while the helper answered.
      const current = this.#existing();
      if (current.phase !== 'aggregating' || current.nextStep !== record.nextStep) return;
      const sum = this.#store.readSum() ?? createSum(verifier);
      const ring = elementRing(verifier.elementBytes);
      for (const { outputShare } of counted) ring.add(sum, outputShare);
      this.#store.writeSum(sum, counted.length);
      this.#reports.endStep(
        sealed,
        counted.map(({ id }) => id),
      );
      this.#store.advanceStep();
    });
    return 'next';
  }

  /**
   * The helper releases first: what it refuses, the leader must not release either. Nothing is released
   * once the keys are gone, so an older copy of this storage can't release a second time.
   */
  async #finish(record: RoundRecord, helper: HelperClient): Promise<'next' | 'again-later'> {
    const { task, aggregated } = record;
    if (aggregated < task.minBatch) return this.#end('too-few-reports');
    if (!(await this.#options.effects.loadKeys(record))) return this.#end('keys-destroyed');
    const digest = await reportSetDigest(this.#reports.countedIds());
    const answer = await helper.release({ count: aggregated, reportSetDigest: digest });
    if (answer.kind !== 'answered') return this.#endIfRefused(answer);
    if (answer.value !== aggregated) return this.#end('report-sets-differ');
    this.#storage.transactionSync(() => {
      const sum = this.#store.readSum();
      if (this.#existing().phase !== 'aggregating' || !sum) return;
      const { random, now } = this.#options;
      const ring = elementRing(this.#verifierOf(task).elementBytes);
      const share = releaseShare(sum, { task, ring, count: aggregated, ...(random && { random }) });
      this.#store.release(share, { digest, nowMs: now() });
      this.#reports.deleteSealed();
    });
    return 'next';
  }

  /** Tells the helper of a failed round: a word on no reports is one that it never releases for. */
  async #endAtHelper(record: RoundRecord): Promise<'next' | 'again-later'> {
    const helper = await this.#options.connectHelper(record);
    const { kind } = await helper.release({ count: 0, reportSetDigest: await reportSetDigest([]) });
    if (kind === 'unavailable' && !this.#isTooLate(record)) return 'again-later';
    this.#store.markHelperTold();
    return 'next';
  }

  #isTooLate({ task }: RoundRecord): boolean {
    return this.#options.now() > task.closesAtMs + GIVE_UP_AFTER_MS;
  }

  #endIfRefused(answer: Exclude<HelperAnswer<unknown>, { kind: 'answered' }>): 'next' | 'again-later' {
    if (answer.kind === 'unavailable') return 'again-later';
    return this.#end(answer.code === 'report-sets-differ' ? 'report-sets-differ' : 'helper-refused');
  }

  #end(reason: FailureReason): 'next' {
    this.#storage.transactionSync(() => {
      if (this.#existing().phase === 'aggregating') this.#fail(reason);
    });
    return 'next';
  }

  #fail(reason: FailureReason): void {
    this.#store.fail(reason);
    this.#reports.deleteSealed();
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

  async #retryLater(): Promise<void> {
    this.#store.countFailure();
    await this.#wakeUp(retryDelayMs(this.#existing().numFailures));
  }

  #wakeUp(delayMs: number): Promise<void> {
    return this.#storage.setAlarm(this.#options.now() + delayMs);
  }
}

/** A report between the two steps of its verification. */
interface BegunReport {
  readonly report: Report;
  readonly start: VerifyStart;
}

/** A report that both parties found valid. */
interface CountedReport {
  readonly id: Bytes;
  readonly outputShare: Bytes;
}

/** Opens the leader's shares; a report that can't be opened or read is left out, and the helper never sees it. */
async function beginAll(
  sealed: readonly SealedReport[],
  { task, taskId, keyPair, verifyKey, verifier }: VerificationSetup,
): Promise<BegunReport[]> {
  const begun: BegunReport[] = [];
  for (const { bytes } of sealed) {
    const one = await unlessInvalid(async () => {
      const report = parseReport(bytes, verifier.sizes);
      const { publicShare } = report;
      const inputShare = await openInputShare(
        'leader',
        { ...report, sealed: report.leader },
        { task, taskId, keyPair },
      );
      const input = { ...contextOf(taskId, report.id), verifyKey, publicShare, inputShare };
      return { report, start: await verifier.verifyInit('leader', input) };
    });
    if (one) begun.push(one);
  }
  return begun;
}

/** The reports that the helper has added; `undefined` if it has added one whose proof is wrong. */
async function finishAll(
  begun: readonly BegunReport[],
  verdicts: readonly HelperVerdict[],
  verifier: Verifier,
): Promise<CountedReport[] | undefined> {
  const counted: CountedReport[] = [];
  for (const [entry, { report, start }] of begun.entries()) {
    const verdict = verdicts[entry];
    if (verdict?.kind !== 'added') continue;
    const outputShare = await unlessInvalid(() => verifier.verifyNext(start.state, verdict.verifierMessage));
    if (!outputShare) return undefined;
    counted.push({ id: report.id, outputShare });
  }
  return counted;
}
