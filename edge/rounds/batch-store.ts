import type { Bytes } from '#protocol/bytes.ts';
import type { RoundStorage } from './round-storage.ts';

/**
 * Tables of a helper. The seeds themselves are never written: only which ids are in the sum, and
 * what each step was answered.
 */
export const BATCH_SCHEMA = `
  CREATE TABLE steps (step INTEGER PRIMARY KEY, digest BLOB NOT NULL, verdicts BLOB NOT NULL);
  CREATE TABLE counted (id BLOB PRIMARY KEY) WITHOUT ROWID;`;

/** A step that was answered. */
export interface AnsweredStep {
  /** SHA-256 of the leader's message. */
  readonly digest: Bytes;
  /** From `encodeVerdicts`. */
  readonly verdicts: Bytes;
}

/** The steps that a helper has answered. Writing methods belong inside `transactionSync`. */
export class BatchStore {
  readonly #sql: RoundStorage['sql'];

  constructor(storage: RoundStorage) {
    this.#sql = storage.sql;
  }

  findStep(step: number): AnsweredStep | undefined {
    const [row] = this.#sql
      .exec<{ digest: ArrayBuffer; verdicts: ArrayBuffer }>('SELECT digest, verdicts FROM steps WHERE step = ?', step)
      .toArray();
    return row && { digest: new Uint8Array(row.digest), verdicts: new Uint8Array(row.verdicts) };
  }

  insertStep(step: number, { digest, verdicts }: AnsweredStep): void {
    this.#sql.exec('INSERT INTO steps (step, digest, verdicts) VALUES (?, ?, ?)', step, digest, verdicts);
  }

  /** Marks an id as counted. @returns False if it was counted before. */
  countOnce(id: Bytes): boolean {
    const { length } = this.#sql
      .exec('INSERT INTO counted (id) VALUES (?) ON CONFLICT DO NOTHING RETURNING id', id)
      .toArray();
    return length === 1;
  }

  countedIds(): Bytes[] {
    return this.#sql
      .exec<{ id: ArrayBuffer }>('SELECT id FROM counted')
      .toArray()
      .map(({ id }) => new Uint8Array(id));
  }
}
