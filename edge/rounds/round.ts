import { DurableObject } from 'cloudflare:workers';
import type { Env } from '#edge/env.ts';
import prio3VerifyKernel from '#generated/prio3-verify-kernel.wasm';
import { verifiersWith } from '#privacy/task-vdaf.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { AggregateShare, ReleaseRequest, RoundState } from '#protocol/round-messages.ts';
import { connectHelper } from './connect-helper.ts';
import { HelperRound } from './helper-round.ts';
import { LeaderRound } from './leader-round.ts';
import type { RoundEffects } from './round-settlement.ts';
import type {
  BatchOutcome,
  ReleaseOutcome,
  RoundSetup,
  RoundStub,
  SubmitOutcome,
  VerifyKeyOutcome,
} from './round-stub.ts';
import { destroyTaskKeys, keepVerifyKey, loadTaskKeys, type TaskKeyName } from './task-key-store.ts';
import { recordPhase } from './task-store.ts';

const openVerifier = verifiersWith(prio3VerifyKernel);

/** One round of one task at one party, as a Durable Object with SQLite storage. */
export class Round extends DurableObject<Env> implements RoundStub {
  #round: LeaderRound | HelperRound;

  constructor(ctx: DurableObject<Env>['ctx'], env: Env) {
    super(ctx, env);
    this.#round = this.#openRound();
  }

  #openRound(): LeaderRound | HelperRound {
    const { storage } = this.ctx;
    const effects = effectsOf(this.env);
    const now = () => Date.now();
    if (this.env.ROLE === 'helper') return new HelperRound({ storage, effects, openVerifier, now });
    return new LeaderRound({
      storage,
      effects,
      connectHelper: (round) => connectHelper(this.env, round),
      openVerifier,
      now,
    });
  }

  async open(setup: RoundSetup): Promise<RoundState> {
    return this.#round.open(setup);
  }

  async state(): Promise<RoundState | undefined> {
    return this.#round.state();
  }

  async aggregateShare(): Promise<AggregateShare | undefined> {
    return this.#round.aggregateShare();
  }

  async erase(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#round = this.#openRound();
  }

  async submit(report: Bytes): Promise<SubmitOutcome> {
    return this.#leader().submit(report);
  }

  async close(): Promise<RoundState | undefined> {
    return this.#leader().close();
  }

  async agreeOnVerifyKey(sealed: Bytes): Promise<VerifyKeyOutcome> {
    return this.#helper().agreeOnVerifyKey(sealed);
  }

  async addBatch(batch: Bytes): Promise<BatchOutcome> {
    return this.#helper().addBatch(batch);
  }

  async release(request: ReleaseRequest): Promise<ReleaseOutcome> {
    return this.#helper().release(request);
  }

  async alarm(): Promise<void> {
    await this.#round.onAlarm();
  }

  #leader(): LeaderRound {
    if (!(this.#round instanceof LeaderRound)) throw new Error('expected ROLE to be leader, got helper');
    return this.#round;
  }

  #helper(): HelperRound {
    if (!(this.#round instanceof HelperRound)) throw new Error('expected ROLE to be helper, got leader');
    return this.#round;
  }
}

function effectsOf({ DB, KEYS, ROLE }: Env): RoundEffects {
  const nameOf = ({ shop, task }: RoundSetup): TaskKeyName => ({ shop, publicKey: task[ROLE].hpkePublicKey });
  return {
    loadKeys: (record) => loadTaskKeys(KEYS, nameOf(record)),
    keepVerifyKey: (record, verifyKey) => keepVerifyKey(KEYS, nameOf(record), verifyKey),
    destroyKeys: (record) => destroyTaskKeys(KEYS, nameOf(record)),
    writeLedger: (record) => recordPhase(DB, record),
  };
}
