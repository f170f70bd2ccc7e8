import type { Bytes } from '#protocol/bytes.ts';
import type { RoundRecord, RoundStore } from './round-store.ts';
import type { TaskKeys } from './task-key-store.ts';

/** What a round does outside its own storage. Each may be repeated. */
export interface RoundEffects {
  /** This party's keys of the task, or `undefined` once they are destroyed. */
  loadKeys(record: RoundRecord): Promise<TaskKeys | undefined>;
  /** Keeps a verify key unless there is one. @returns The one kept from now on. */
  keepVerifyKey(record: RoundRecord, verifyKey: Bytes): Promise<Bytes>;
  destroyKeys(record: RoundRecord): Promise<void>;
  /** Tells the database how the round stands, and of a release in the privacy ledger. */
  writeLedger(record: RoundRecord): Promise<void>;
}

/**
 * Carries out what the round's storage has decided: a round that has ended loses its keys, and the
 * ledger learns the phase. Does nothing where that is done; after a crash it is simply called again.
 */
export async function settleRound(store: RoundStore, effects: RoundEffects): Promise<void> {
  const record = store.read();
  if (!record || record.phase === record.ledgerPhase) return;
  if (record.phase === 'released' || record.phase === 'failed') await effects.destroyKeys(record);
  await effects.writeLedger(record);
  store.markLedger(record.phase);
}
