import type { D1Database, D1PreparedStatement } from '@cloudflare/workers-types';
import type { Envelope } from '#protocol/envelope.ts';
import type { ShopId, TaskId } from '#protocol/ids.ts';

/** An entry as it is kept. */
export interface LedgerRow {
  readonly taskId: TaskId;
  readonly shop: ShopId;
  /** With both signatures, as JSON. */
  readonly envelope: string;
  /** How many tasks the entry says came before it; null where it says nothing. */
  readonly numEarlier: number | null;
}

/** Writes an entry, unless it or another one after the same tasks is there. To be run alone or in a batch. */
export function insertEntry(db: D1Database, { taskId, shop, envelope, numEarlier }: LedgerRow): D1PreparedStatement {
  return db
    .prepare('INSERT INTO ledger (task_id, shop, envelope, num_earlier) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
    .bind(taskId, shop, envelope, numEarlier);
}

/** All entries of a shop, the tasks that were agreed on first before those agreed on later. */
export async function readLedger(db: D1Database, shop: ShopId): Promise<Envelope[]> {
  const { results } = await db
    .prepare('SELECT envelope FROM ledger WHERE shop = ? ORDER BY num_earlier, task_id')
    .bind(shop)
    .all<{ envelope: string }>();
  return results.map(({ envelope }) => JSON.parse(envelope));
}

export async function ledgerIds(db: D1Database, shop: ShopId): Promise<TaskId[]> {
  const { results } = await db
    .prepare('SELECT task_id FROM ledger WHERE shop = ?')
    .bind(shop)
    .all<{ task_id: string }>();
  return results.map(({ task_id }) => task_id as TaskId);
}
