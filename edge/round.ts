import { DurableObject } from 'cloudflare:workers';
import type { Bytes } from '#protocol/bytes.ts';
import type { AggregateShare, ReleaseRequest, RoundState } from '#protocol/round-messages.ts';
import type { Env } from './env.ts';
import { createHelperClient } from './helper-client.ts';
import { HelperRound } from './helper-round.ts';
import { destroyTaskKey, loadTaskKey } from './hpke-key-store.ts';
import { LeaderRound } from './leader-round.ts';
import { ownKey } from './party.ts';
import type { RoundEffects } from './round-settlement.ts';
import type { BatchOutcome, ReleaseOutcome, RoundSetup, RoundStub, SubmitOutcome } from './round-stub.ts';
import { recordPhase } from './task-store.ts';

/** One round of one task at one party, as a Durable Object with SQLite storage. */
export class Round extends DurableObject<Env> implements RoundStub {
  readonly #round: LeaderRound | HelperRound;

  constructor(ctx: DurableObject<Env>['ctx'], env: Env) {
    super(ctx, env);
    const { storage } = ctx;
    const effects = effectsOf(env);
    const now = () => Date.now();
    const connectHelper = async (round: RoundSetup) =>
      createHelperClient({ round, key: await ownKey(env), fetch: (request) => fetch(request), now });
    this.#round =
      env.ROLE === 'leader'
        ? new LeaderRound({ storage, effects, connectHelper, now })
        : new HelperRound({ storage, effects, now });
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

  async submit(report: Bytes): Promise<SubmitOutcome> {
    return this.#leader().submit(report);
  }

  async close(): Promise<RoundState | undefined> {
    return this.#leader().close();
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
  return {
    async loadKeyPair({ shop, task }) {
      return (await loadTaskKey(KEYS, shop, task[ROLE].hpkePublicKey))?.keyPair;
    },
    destroyKey: ({ shop, task }) => destroyTaskKey(KEYS, shop, task[ROLE].hpkePublicKey),
    writeLedger: (record) => recordPhase(DB, record),
  };
}
