import type { R2Bucket } from '@cloudflare/workers-types';
import { shopFilesPrefix } from '#edge/delivery/file-store.ts';
import type { Env } from '#edge/env.ts';
import { findRound } from '#edge/rounds/round-stub.ts';
import { taskKeyPrefixes } from '#edge/rounds/task-key-store.ts';
import type { ShopId, TaskId } from '#protocol/ids.ts';

/** Tables with rows of a shop, other than the audit log and the row that keeps its id from being given again. */
const TABLES = ['tasks', 'versions', 'files', 'releases', 'ledger'];

/** Clears away everything of the shops that were deleted. */
export async function clearDeletedShops(env: Env): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT shop FROM shops WHERE state = 'deleted' AND cleared_at_ms IS NULL`,
  ).all<{ shop: ShopId }>();
  for (const { shop } of results) await clearShop(env, shop);
}

/** Keys first: from then on nothing that may be left somewhere can be opened. */
async function clearShop(env: Env, shop: ShopId): Promise<void> {
  for (const prefix of taskKeyPrefixes(shop)) await deleteAll(env.KEYS, prefix);
  await deleteAll(env.FILES, shopFilesPrefix(shop));
  const { results } = await env.DB.prepare('SELECT task_id FROM tasks WHERE shop = ?')
    .bind(shop)
    .all<{ task_id: TaskId }>();
  for (const { task_id: task } of results) await findRound(env.ROUND, { id: shop, region: undefined }, task).erase();
  await env.DB.batch([
    ...TABLES.map((table) => env.DB.prepare(`DELETE FROM ${table} WHERE shop = ?`).bind(shop)),
    env.DB.prepare('UPDATE shops SET cleared_at_ms = ? WHERE shop = ?').bind(Date.now(), shop),
  ]);
}

async function deleteAll(bucket: R2Bucket, prefix: string): Promise<void> {
  for (;;) {
    const { objects } = await bucket.list({ prefix });
    if (objects.length === 0) return;
    await bucket.delete(objects.map(({ key }) => key));
  }
}
