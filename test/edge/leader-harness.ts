import { expect } from 'vitest';
import type { HelperAnswer, HelperClient } from '#edge/rounds/helper-client.ts';
import { HelperRound } from '#edge/rounds/helper-round.ts';
import { LeaderRound } from '#edge/rounds/leader-round.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { encodeHelperBatch, parseVerdicts } from '#protocol/helper-batch.ts';
import type { AggregateShare } from '#protocol/round-messages.ts';
import { openVerifier } from '../privacy/verifiers.ts';
import { aggregateOf, type RecordedEffects, type RoundFixture, recordEffects, sumOfUpdates } from './round-fixture.ts';
import { createSqliteRoundStorage, type SqliteRoundStorage } from './sqlite-round-storage.ts';

/** What happens to one message to the helper. */
export type Fate = 'arrives' | 'answer-is-lost' | 'leader-dies-after' | 'helper-is-away' | 'refused';

/** A leader's round and a helper's real one behind a network on which each message has a fate. */
export class LeaderHarness {
  readonly fixture: RoundFixture;
  readonly storage: SqliteRoundStorage = createSqliteRoundStorage();
  readonly effects: RecordedEffects;
  readonly helperEffects: RecordedEffects;
  readonly helper: HelperRound;
  /** Replaced where the leader's process is. */
  leader: LeaderRound;
  nowMs: number;
  /** Fates of the next messages; after the last, every message arrives. */
  fates: Fate[] = [];
  /** How often a batch was sent, whatever its fate. */
  numBatches = 0;
  /** How often the helper was asked to release. */
  numReleases = 0;

  constructor(fixture: RoundFixture) {
    this.fixture = fixture;
    this.nowMs = fixture.nowMs;
    this.effects = recordEffects(fixture.leaderKey);
    this.helperEffects = recordEffects(fixture.helperKey);
    const now = () => this.nowMs;
    this.helper = new HelperRound({
      storage: createSqliteRoundStorage(),
      effects: this.helperEffects,
      openVerifier,
      now,
    });
    this.leader = this.start();
  }

  async open(): Promise<void> {
    const { task, taskId } = this.fixture;
    const setup = { shop: task.shop, taskId, task };
    await this.helper.open(setup);
    await this.leader.open(setup);
  }

  /** The leader's round as a new process finds it. */
  start(): LeaderRound {
    const { storage, effects } = this;
    return new LeaderRound({
      storage,
      effects,
      connectHelper: async () => this.#client,
      openVerifier,
      now: () => this.nowMs,
    });
  }

  async submitAll(reports: readonly Bytes[]): Promise<void> {
    for (const report of reports) expect(await this.leader.submit(report)).toEqual({ kind: 'accepted' });
  }

  /** Alarms until the round has ended and everyone knows, each in a process of its own. */
  async runToEnd(): Promise<void> {
    for (let alarm = 0; alarm < 40; alarm++) {
      this.leader = this.start();
      this.nowMs = Math.max(this.nowMs, this.storage.alarmAtMs);
      // As the platform does, an alarm whose process died is given to the next one.
      await this.leader.onAlarm().catch(() => this.storage.revive());
      const [row] = this.storage.rows('SELECT phase, ledger_phase, is_helper_told FROM round');
      if (row?.phase === row?.ledger_phase && (row?.phase === 'released' || row?.is_helper_told === 1)) return;
    }
    throw new Error('expected the round to end within 40 alarms');
  }

  /** Both shares put together are what the named devices sent, and both parties say so. */
  expectSumOf(devices: readonly number[]): void {
    const shares = [this.leader.aggregateShare(), this.helper.aggregateShare()] as [AggregateShare, AggregateShare];
    expect(shares.map(({ count }) => count)).toEqual([devices.length, devices.length]);
    expect(shares[0].reportSetDigest).toBe(shares[1].reportSetDigest);
    const expected = sumOfUpdates(devices);
    // Noise of one unit each, a unit being 2^-13: 16 units are over 11 standard deviations.
    for (const [i, value] of aggregateOf(...shares, this.fixture.task).entries()) {
      expect(Math.abs(value - (expected[i] as number))).toBeLessThan(16 * 2 ** -13);
    }
  }

  /** What the leader's storage still holds of reports, apart from their ids. */
  leftovers(): { readonly numSealed: unknown; readonly sum: unknown } {
    const [sealed] = this.storage.rows('SELECT count(*) AS num FROM sealed_reports');
    return { numSealed: sealed?.num, sum: this.storage.rows('SELECT sum FROM round')[0]?.sum };
  }

  readonly #client: HelperClient = {
    agreeOnVerifyKey: async () => ({ kind: 'answered', value: undefined }), // both have it from the start
    addBatch: (step, { reports, sizes }) => {
      this.numBatches++;
      return this.#send(async () => {
        const outcome = await this.helper.addBatch(encodeHelperBatch(step, reports));
        if (outcome.kind !== 'answered') return { kind: 'refused', code: outcome.kind };
        const value = parseVerdicts(outcome.verdicts, { sizes, numReports: reports.length });
        return { kind: 'answered', value };
      });
    },
    release: (request) =>
      this.#send(async () => {
        this.numReleases++;
        const outcome = await this.helper.release(request);
        if (outcome.kind !== 'released') return { kind: 'refused', code: outcome.kind };
        return { kind: 'answered', value: outcome.count };
      }),
  };

  async #send<T>(deliver: () => Promise<HelperAnswer<T>>): Promise<HelperAnswer<T>> {
    const fate = this.fates.shift() ?? 'arrives';
    switch (fate) {
      case 'arrives':
        return deliver();
      case 'answer-is-lost':
        await deliver();
        return { kind: 'unavailable' };
      case 'leader-dies-after':
        await deliver();
        // Nothing that follows is written: the storage stays as it was before the answer.
        this.storage.die();
        throw new Error('the process died');
      case 'helper-is-away':
        return { kind: 'unavailable' };
      case 'refused':
        return { kind: 'refused', code: 'unknown-task' };
      default:
        return fate satisfies never;
    }
  }
}
