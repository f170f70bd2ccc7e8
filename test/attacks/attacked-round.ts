import { expect } from 'vitest';
import { createApp } from '#edge/app.ts';
import type { Env } from '#edge/env.ts';
import { createHelperClient, type HelperClient } from '#edge/rounds/helper-client.ts';
import { HelperRound } from '#edge/rounds/helper-round.ts';
import { LeaderRound } from '#edge/rounds/leader-round.ts';
import { collect } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { type OpenVerifier, vdafShape } from '#privacy/task-vdaf.ts';
import { sealVerifyKey } from '#privacy/verify-key.ts';
import { type Bytes, fromBase64Url } from '#protocol/bytes.ts';
import { generateSigningKey } from '#protocol/keys.ts';
import type { AggregateShare } from '#protocol/round-messages.ts';
import { type RecordedEffects, recordEffects } from '../edge/round-fixture.ts';
import { createSqliteRoundStorage, type SqliteRoundStorage } from '../edge/sqlite-round-storage.ts';
import { openVerifier } from '../privacy/verifiers.ts';
import { type KindFixture, sumOfOutputs } from './kind-fixture.ts';

/** Both parties' identities: the same in all rounds of a test file. */
export const leaderIdentity = await generateSigningKey();
export const helperIdentity = await generateSigningKey();

export const VERIFY_KEY: Bytes = new Uint8Array(32).fill(0x4d);

type Deliver = (request: Request) => Promise<Response>;

/**
 * A leader's round and a helper's real one in one process. Between them are the leader's real client and the helper's
 * real routes, signatures and all, and whatever a test puts on the way.
 */
export class AttackedRound {
  readonly fixture: KindFixture;
  readonly leaderEffects: RecordedEffects;
  readonly helperEffects: RecordedEffects;
  leaderStorage: SqliteRoundStorage = createSqliteRoundStorage();
  helperStorage: SqliteRoundStorage = createSqliteRoundStorage();
  nowMs: number;
  /** What becomes of a message to the helper; `deliver` hands it over. Replaced by a test that attacks. */
  onTheWay: (request: Request, deliver: Deliver) => Promise<Response> = (request, deliver) => deliver(request);
  /** How far the leader's clock is ahead of the helper's when it signs. */
  leaderSkewMs = 0;
  /** A helper that lies about proofs has a verifier of its own. */
  openHelperVerifier: OpenVerifier = openVerifier;

  constructor(fixture: KindFixture, verifyKey: Bytes | 'not-agreed' = VERIFY_KEY) {
    this.fixture = fixture;
    this.nowMs = fixture.nowMs;
    this.leaderEffects = recordEffects(fixture.leaderKey, VERIFY_KEY);
    this.helperEffects = recordEffects(fixture.helperKey, verifyKey);
  }

  get #setup() {
    const { task, taskId } = this.fixture;
    return { shop: task.shop, taskId, task };
  }

  /** Each party's round as a new process finds it. */
  get leader(): LeaderRound {
    return new LeaderRound({
      storage: this.leaderStorage,
      effects: this.leaderEffects,
      connectHelper: async () => this.client,
      openVerifier,
      now: () => this.nowMs,
    });
  }

  get helper(): HelperRound {
    return new HelperRound({
      storage: this.helperStorage,
      effects: this.helperEffects,
      openVerifier: this.openHelperVerifier,
      now: () => this.nowMs,
    });
  }

  /** The leader's way to the helper, which a leader that lies uses as it likes. */
  get client(): HelperClient {
    return createHelperClient({
      round: this.#setup,
      key: leaderIdentity.key,
      helperKey: helperIdentity.key.publicKey,
      fetch: (request) => this.onTheWay(request, this.deliver),
      now: () => Date.now() + this.leaderSkewMs,
    });
  }

  /** The helper's real routes. */
  readonly deliver: Deliver = async (request) => {
    const helper = this.helper;
    const shop = { state: 'active', allowed_origins: '[]', limits: '{}', region: null, first_shelf: null, keys: '[]' };
    const env = {
      ROLE: 'helper',
      PARTY_PRIVATE_KEY: helperIdentity.pkcs8,
      PEER_PUBLIC_KEY: leaderIdentity.key.publicKey,
      DB: { prepare: () => ({ bind: () => ({ first: async () => shop }) }) },
      ROUND: { getByName: () => helper },
    } as unknown as Env;
    return createApp().fetch(request, env);
  };

  async open(): Promise<void> {
    await this.helper.open(this.#setup);
    await this.leader.open(this.#setup);
  }

  /** What the leader's message on the verify key is. */
  sealVerifyKey(verifyKey: Bytes = VERIFY_KEY): Promise<Bytes> {
    const { task, taskId } = this.fixture;
    return sealVerifyKey(verifyKey, { taskId, helperKey: task.helper.hpkePublicKey });
  }

  async submitAll(reports: readonly Bytes[]): Promise<void> {
    const { leader } = this;
    for (const report of reports) expect(await leader.submit(report)).toEqual({ kind: 'accepted' });
  }

  /** Closes the round and wakes the leader until it has nothing left to do, each time as a new process. */
  async runToEnd(): Promise<void> {
    await this.leader.close();
    for (let alarm = 0; alarm < 2000; alarm++) {
      this.nowMs = Math.max(this.nowMs, this.leaderStorage.alarmAtMs);
      await this.leader.onAlarm();
      const [row] = this.leaderStorage.rows('SELECT phase, ledger_phase, is_helper_told FROM round');
      if (row?.phase === row?.ledger_phase && (row?.phase === 'released' || row?.is_helper_told === 1)) return;
    }
    throw new Error('expected the round to end');
  }

  /** The released sum, in the sum's integers. */
  released(): number[] {
    const [leader, helper] = [this.leader.aggregateShare(), this.helper.aggregateShare()] as AggregateShare[];
    expect(leader?.reportSetDigest).toBe(helper?.reportSetDigest);
    const shareOf = (share: AggregateShare | undefined) => fromBase64Url(share?.share ?? '');
    const { vdaf } = this.fixture.task;
    const ring = elementRing(vdafShape(vdaf).elementBytes);
    return Array.from(collect(shareOf(leader), shareOf(helper), { ring, vdaf }));
  }

  /** Both parties have released exactly the sum of the named devices. */
  expectExactSumOf(devices: readonly number[]): void {
    expect(this.leader.state()).toEqual({ kind: 'released', count: devices.length });
    expect(this.helper.state()).toEqual({ kind: 'released', count: devices.length });
    expect(this.released()).toEqual(sumOfOutputs(devices, this.fixture.task));
  }

  /** Neither party has released, and neither has anything left that it could release or open. */
  expectNothingReleased(reason: string): void {
    expect(this.leader.state()).toMatchObject({ kind: 'failed', reason });
    expect([this.leader.aggregateShare(), this.helper.aggregateShare()]).toEqual([undefined, undefined]);
    expect(this.leaderStorage.rows('SELECT count(*) AS num FROM sealed_reports')).toEqual([{ num: 0 }]);
    expect(this.leaderStorage.rows('SELECT sum FROM round')).toEqual([{ sum: null }]);
    expect(this.leaderEffects.hasKeys).toBe(false);
  }
}

export const firstDevices = (numDevices: number): number[] => Array.from({ length: numDevices }, (_, device) => device);
