import type { Bytes } from '#protocol/bytes.ts';
import type { RoundStorage } from './round-storage.ts';

/**
 * Tables of a leader. Ids and digests stay, so that a repeat is answered as the first time; they
 * are random numbers. The sealed bytes go with the step that counts them.
 */
export const REPORT_SCHEMA = `
  CREATE TABLE reports (
    id BLOB PRIMARY KEY,
    digest BLOB NOT NULL,
    is_counted INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE TABLE sealed_reports (arrival INTEGER PRIMARY KEY, id BLOB NOT NULL, bytes BLOB NOT NULL);`;

/** A report that no step has counted yet. */
export interface SealedReport {
  readonly id: Bytes;
  readonly bytes: Bytes;
}

/** The reports that a leader has admitted. Writing methods belong inside `transactionSync`. */
export class ReportStore {
  readonly #sql: RoundStorage['sql'];

  constructor(storage: RoundStorage) {
    this.#sql = storage.sql;
  }

  /** SHA-256 of the admitted report of this id, or `undefined`. */
  findDigest(id: Bytes): Bytes | undefined {
    const [row] = this.#sql.exec<{ digest: ArrayBuffer }>('SELECT digest FROM reports WHERE id = ?', id).toArray();
    return row ? new Uint8Array(row.digest) : undefined;
  }

  insert({ id, bytes, digest }: SealedReport & { readonly digest: Bytes }): void {
    this.#sql.exec('INSERT INTO reports (id, digest) VALUES (?, ?)', id, digest);
    this.#sql.exec('INSERT INTO sealed_reports (id, bytes) VALUES (?, ?)', id, bytes);
  }

  /** The next uncounted reports by arrival. The same ones until {@link endStep} removes them. */
  nextStep(maxReports: number): SealedReport[] {
    return this.#sql
      .exec<{ id: ArrayBuffer; bytes: ArrayBuffer }>(
        'SELECT id, bytes FROM sealed_reports ORDER BY arrival LIMIT ?',
        maxReports,
      )
      .toArray()
      .map(({ id, bytes }) => ({ id: new Uint8Array(id), bytes: new Uint8Array(bytes) }));
  }

  /** Marks what a step counted and deletes the sealed bytes of all it read. */
  endStep(read: readonly SealedReport[], counted: readonly Bytes[]): void {
    for (const id of counted) this.#sql.exec('UPDATE reports SET is_counted = 1 WHERE id = ?', id);
    this.#sql.exec(
      'DELETE FROM sealed_reports WHERE arrival IN (SELECT arrival FROM sealed_reports ORDER BY arrival LIMIT ?)',
      read.length,
    );
  }

  /** Ids of the reports in the sum. */
  countedIds(): Bytes[] {
    return this.#sql
      .exec<{ id: ArrayBuffer }>('SELECT id FROM reports WHERE is_counted = 1')
      .toArray()
      .map(({ id }) => new Uint8Array(id));
  }

  deleteSealed(): void {
    this.#sql.exec('DELETE FROM sealed_reports');
  }
}
