import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { RoundStorage } from '#edge/rounds/round-storage.ts';

/** A round's storage in memory, by Node's own SQLite. */
export interface SqliteRoundStorage extends RoundStorage {
  /** What `setAlarm` was last given. */
  readonly alarmAtMs: number;
  /** All rows of a query, to look behind the round's back. */
  rows(query: string): Record<string, unknown>[];
  /** From here on every access throws, as for a process that is gone, until {@link revive}. */
  die(): void;
  revive(): void;
  /** As it stands now, as a platform's point-in-time recovery would bring it back. */
  backup(): SqliteRoundStorage;
}

export function createSqliteRoundStorage(db = new DatabaseSync(':memory:')): SqliteRoundStorage {
  let alarmAtMs = Number.NaN;
  let isDead = false;
  const expectAlive = () => {
    if (isDead) throw new Error('the process died');
  };
  const all = (query: string, bindings: unknown[]) => db.prepare(query).all(...(bindings as SQLInputValue[]));
  return {
    get alarmAtMs() {
      return alarmAtMs;
    },
    rows: (query) => all(query, []),
    die() {
      isDead = true;
    },
    revive() {
      isDead = false;
    },
    backup: () => createSqliteRoundStorage(copyOf(db)),
    sql: {
      exec(query, ...bindings) {
        expectAlive();
        // `prepare` reads the first statement only; a schema has several and no bindings.
        if (query.includes('CREATE TABLE')) {
          db.exec(query);
          return { toArray: () => [] };
        }
        const rows = all(query, bindings);
        return { toArray: () => rows as never[] };
      },
    },
    transactionSync(run) {
      expectAlive();
      db.exec('BEGIN');
      try {
        const result = run();
        db.exec('COMMIT');
        return result;
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    async setAlarm(timeMs) {
      expectAlive();
      alarmAtMs = timeMs;
    },
  };
}

function copyOf(db: DatabaseSync): DatabaseSync {
  const copy = new DatabaseSync(':memory:');
  for (const { name, sql } of db.prepare('SELECT name, sql FROM sqlite_master').all()) {
    copy.exec(String(sql));
    for (const row of db.prepare(`SELECT * FROM ${name}`).all()) {
      const values = Object.values(row);
      copy.prepare(`INSERT INTO ${name} VALUES (${values.map(() => '?')})`).run(...values);
    }
  }
  return copy;
}
