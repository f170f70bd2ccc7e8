import type { SqlStorageValue } from '@cloudflare/workers-types';

/** The part of a Durable Object's storage that a round uses; a test can stand in for it. */
export interface RoundStorage {
  readonly sql: {
    exec<Row extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]): { toArray(): Row[] };
  };
  /** All of `run`'s writes or none; no other code of the object runs meanwhile. */
  transactionSync<T>(run: () => T): T;
  setAlarm(timeMs: number): Promise<void>;
}
