import type { D1Database } from '@cloudflare/workers-types';
import type { Digest, ShopId, TaskId } from '#protocol/ids.ts';
import type { Task, TaskKind } from '#protocol/task.ts';
import { insertEntry } from './ledger-store.ts';
import type { RoundRecord } from './round-store.ts';

/** How a task stands in the database: the round's phase, save that a helper's open task is `cosigned`. */
export type TaskState = 'cosigned' | 'open' | 'aggregating' | 'released' | 'failed';

export interface TaskRow {
  readonly taskId: TaskId;
  readonly task: Task;
  /** With both signatures, as JSON. */
  readonly envelope: string;
  /** The shop's key that has signed it: raw Ed25519 public key, base64url. */
  readonly publishingKey: string;
  /** This party's own, in the task. */
  readonly hpkePublicKey: string;
  readonly state: TaskState;
  /** Of a candidate that devices are to try; else none. */
  readonly files: readonly Digest[];
}

/**
 * Registers a task.
 *
 * @returns `refused` if the shop has an open task of this kind, the key serves another one already, or another
 *   task was registered after the same ones. An open one of this kind leaves a row in the ledger all the same.
 */
export async function insertTask(
  db: D1Database,
  { taskId, task, envelope, publishingKey, hpkePublicKey, state, files }: TaskRow,
): Promise<{ readonly kind: 'registered' } | { readonly kind: 'refused' }> {
  const { shop, kind, ledger, opensAtMs, closesAtMs } = task;
  // The ledger's row first: where another task has come after the same ones, there is none, and so no task.
  const [, inserted] = await db.batch([
    insertEntry(db, { taskId, shop, envelope, numEarlier: ledger.count }),
    db
      .prepare(
        `INSERT INTO tasks
           (task_id, shop, kind, envelope, hpke_public_key, state, opens_at_ms, closes_at_ms, publishing_key,
            files)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE EXISTS (SELECT 1 FROM ledger WHERE task_id = ?1)
         ON CONFLICT DO NOTHING`,
      )
      .bind(
        taskId,
        shop,
        kind,
        envelope,
        hpkePublicKey,
        state,
        opensAtMs,
        closesAtMs,
        publishingKey,
        JSON.stringify(files),
      ),
  ]);
  return { kind: inserted?.meta.changes === 1 ? 'registered' : 'refused' };
}

/** The envelope of a registered task, or `undefined`. */
export async function findTaskEnvelope(db: D1Database, shop: ShopId, taskId: TaskId): Promise<string | undefined> {
  const row = await db
    .prepare('SELECT envelope FROM tasks WHERE shop = ? AND task_id = ?')
    .bind(shop, taskId)
    .first<{ envelope: string }>();
  return row?.envelope;
}

/** The envelopes of the tasks that devices may report to now, at most one of each kind, and none of a revoked key. */
export async function findOpenTaskEnvelopes(db: D1Database, shop: ShopId, nowMs: number): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT envelope FROM tasks
       WHERE shop = ?1 AND state = 'open' AND opens_at_ms <= ?2 AND closes_at_ms > ?2
         AND publishing_key NOT IN (SELECT public_key FROM shop_keys WHERE shop = ?1 AND revoked_at_ms IS NOT NULL)
       ORDER BY kind`,
    )
    .bind(shop, nowMs)
    .all<{ envelope: string }>();
  return results.map(({ envelope }) => envelope);
}

/** Whether the shop has a task of this kind that still admits reports, or will. */
export async function hasOpenTask(db: D1Database, shop: ShopId, kind: TaskKind): Promise<boolean> {
  const row = await db
    .prepare(`SELECT 1 FROM tasks WHERE shop = ? AND kind = ? AND state = 'open'`)
    .bind(shop, kind)
    .first();
  return row !== null;
}

/** Whether a task was ever registered with this key. */
export async function isKeyTaken(db: D1Database, hpkePublicKey: string): Promise<boolean> {
  const row = await db.prepare('SELECT 1 FROM tasks WHERE hpke_public_key = ?').bind(hpkePublicKey).first();
  return row !== null;
}

/** Writes a round's phase, and its release into the privacy ledger. A repeat changes nothing. */
export async function recordPhase(
  db: D1Database,
  { taskId, shop, task, phase, aggregated, releasedAtMs }: RoundRecord,
) {
  const statements = [db.prepare('UPDATE tasks SET state = ? WHERE task_id = ?').bind(phase, taskId)];
  if (phase === 'released') {
    const released = db.prepare(
      `INSERT OR IGNORE INTO releases (task_id, shop, kind, noise_multiplier, num_reports, released_at_ms)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    statements.push(released.bind(taskId, shop, task.kind, task.noiseMultiplier, aggregated, releasedAtMs));
  }
  await db.batch(statements);
}
