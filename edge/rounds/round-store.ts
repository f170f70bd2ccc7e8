import type { Bytes } from '#protocol/bytes.ts';
import { toBase64Url } from '#protocol/bytes.ts';
import type { Digest, ShopId, TaskId } from '#protocol/ids.ts';
import { parseJson } from '#protocol/parse.ts';
import type { AggregateShare, RoundState } from '#protocol/round-messages.ts';
import { type Task, TaskSchema } from '#protocol/task.ts';
import type { RoundStorage } from './round-storage.ts';
import type { RoundSetup } from './round-stub.ts';

export type RoundPhase = RoundState['kind'];
export type FailureReason = Extract<RoundState, { kind: 'failed' }>['reason'];

/** A round as its storage has it. */
export interface RoundRecord extends RoundSetup {
  readonly phase: RoundPhase;
  /** Set where `phase` is `failed`. */
  readonly reason: FailureReason | null;
  /** Leader: reports admitted. Helper: entries seen. */
  readonly received: number;
  /** Reports in the sum. */
  readonly aggregated: number;
  /** Leader: number of the next step. */
  readonly nextStep: number;
  /** Leader: failed attempts in a row. */
  readonly numFailures: number;
  /** The phase that the ledger in the database was last told of, after the keys of an ended round are gone. */
  readonly ledgerPhase: RoundPhase;
  /** Leader: a failed round's helper knows that it has failed. */
  readonly isHelperTold: boolean;
  /** When the share was released. */
  readonly releasedAtMs: number | null;
}

type RoundRow = {
  shop: string;
  task_id: string;
  task: string;
  phase: string;
  reason: string | null;
  received: number;
  aggregated: number;
  next_step: number;
  num_failures: number;
  ledger_phase: string;
  is_helper_told: number;
  released_at_ms: number | null;
};

/** One row and one sum a round; both roles have these, and each has tables of its own besides. */
const SCHEMA = `
  CREATE TABLE round (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    shop TEXT NOT NULL,
    task_id TEXT NOT NULL,
    task TEXT NOT NULL,
    phase TEXT NOT NULL DEFAULT 'open',
    reason TEXT,
    received INTEGER NOT NULL DEFAULT 0,
    aggregated INTEGER NOT NULL DEFAULT 0,
    next_step INTEGER NOT NULL DEFAULT 0,
    num_failures INTEGER NOT NULL DEFAULT 0,
    ledger_phase TEXT NOT NULL DEFAULT 'open',
    is_helper_told INTEGER NOT NULL DEFAULT 0,
    sum BLOB,
    share BLOB,
    report_set_digest TEXT,
    released_at_ms INTEGER
  );`;

/**
 * The state that leader and helper both keep of a round.
 *
 * Methods that write are to be called inside `transactionSync`, so that what belongs together is
 * written together.
 */
export class RoundStore {
  readonly #storage: RoundStorage;
  /** Parsed once: a task never changes. */
  #task: Task | undefined;
  #isCreated = false;

  constructor(storage: RoundStorage) {
    this.#storage = storage;
  }

  /** Lays out the tables and writes the first record. @param roleSchema Tables of the party's role. */
  create({ shop, taskId, task }: RoundSetup, roleSchema: string): void {
    this.#storage.sql.exec(SCHEMA + roleSchema);
    this.#storage.sql.exec(
      'INSERT INTO round (only_row, shop, task_id, task) VALUES (1, ?, ?, ?)',
      shop,
      taskId,
      JSON.stringify(task),
    );
  }

  /** The record, or `undefined` if the round was never opened. Asking writes nothing. */
  read(): RoundRecord | undefined {
    if (!this.#hasTables()) return undefined;
    const [row] = this.#storage.sql
      .exec<RoundRow>(
        `SELECT shop, task_id, task, phase, reason, received, aggregated, next_step, num_failures, ledger_phase,
                is_helper_told, released_at_ms FROM round`,
      )
      .toArray();
    if (!row) return undefined;
    this.#task ??= parseJson(TaskSchema, row.task, 'task-invalid');
    return {
      shop: row.shop as ShopId,
      taskId: row.task_id as TaskId,
      task: this.#task,
      phase: row.phase as RoundPhase,
      reason: row.reason as FailureReason | null,
      received: row.received,
      aggregated: row.aggregated,
      nextStep: row.next_step,
      numFailures: row.num_failures,
      ledgerPhase: row.ledger_phase as RoundPhase,
      isHelperTold: row.is_helper_told === 1,
      releasedAtMs: row.released_at_ms,
    };
  }

  addReceived(numReports: number): void {
    this.#storage.sql.exec('UPDATE round SET received = received + ?', numReports);
  }

  enter(phase: 'aggregating'): void {
    this.#storage.sql.exec('UPDATE round SET phase = ?', phase);
  }

  /** The sum so far, or `undefined` before the first step. */
  readSum(): Bytes | undefined {
    const [row] = this.#storage.sql.exec<{ sum: ArrayBuffer | null }>('SELECT sum FROM round').toArray();
    return row?.sum ? new Uint8Array(row.sum) : undefined;
  }

  /** Puts the next sum in place of the last, with how many more reports are in it. */
  writeSum(sum: Bytes, numAdded: number): void {
    this.#storage.sql.exec('UPDATE round SET sum = ?, aggregated = aggregated + ?', sum, numAdded);
  }

  advanceStep(): void {
    this.#storage.sql.exec('UPDATE round SET next_step = next_step + 1, num_failures = 0');
  }

  countFailure(): void {
    this.#storage.sql.exec('UPDATE round SET num_failures = num_failures + 1');
  }

  /** Keeps the noised share and drops the sum: from here on the batch is spent. */
  release(share: Bytes, { digest, nowMs }: { readonly digest: Digest; readonly nowMs: number }): void {
    this.#storage.sql.exec(
      `UPDATE round SET phase = 'released', share = ?, report_set_digest = ?, released_at_ms = ?, sum = NULL`,
      share,
      digest,
      nowMs,
    );
  }

  /** Ends the round without a release and drops the sum. */
  fail(reason: FailureReason): void {
    this.#storage.sql.exec(`UPDATE round SET phase = 'failed', reason = ?, sum = NULL`, reason);
  }

  /** Nothing where the round has gone on since: that phase is to be told as well. */
  markLedger(phase: RoundPhase): void {
    this.#storage.sql.exec('UPDATE round SET ledger_phase = ?1 WHERE phase = ?1', phase);
  }

  markHelperTold(): void {
    this.#storage.sql.exec('UPDATE round SET is_helper_told = 1');
  }

  /** What was released; `undefined` before the round is settled: its keys are gone, and the database knows. */
  readShare(): AggregateShare | undefined {
    if (!this.#hasTables()) return undefined;
    const [row] = this.#storage.sql
      .exec<{ share: ArrayBuffer; digest: string; aggregated: number }>(
        `SELECT share, report_set_digest AS digest, aggregated FROM round
         WHERE phase = 'released' AND ledger_phase = 'released'`,
      )
      .toArray();
    if (!row) return undefined;
    const share: Bytes = new Uint8Array(row.share);
    return { count: row.aggregated, reportSetDigest: row.digest as Digest, share: toBase64Url(share) };
  }

  #hasTables(): boolean {
    if (this.#isCreated) return true;
    const tables = this.#storage.sql.exec(`SELECT name FROM sqlite_master WHERE name = 'round'`).toArray();
    this.#isCreated = tables.length > 0;
    return this.#isCreated;
  }
}

/** A record as the trainer is told: released once its share is given away. */
export function roundStateOf(record: RoundRecord): RoundState {
  const { received, aggregated } = record;
  const isHeldBack = record.phase === 'released' && record.ledgerPhase !== 'released';
  const phase = isHeldBack ? 'aggregating' : record.phase;
  switch (phase) {
    case 'open':
      return { kind: phase, received };
    case 'aggregating':
      return { kind: phase, received, aggregated };
    case 'released':
      return { kind: phase, count: aggregated };
    case 'failed':
      return { kind: phase, reason: record.reason ?? 'helper-refused', received };
    default:
      return phase satisfies never;
  }
}
