import { readdir, readFile } from 'node:fs/promises';
import type { D1Database } from '@cloudflare/workers-types';
import { unstable_splitSqlQuery as splitSqlQuery } from 'wrangler';

const folder = new URL('../migrations/', import.meta.url);

/** The table in which wrangler, too, records what it has applied. */
const TRACKING = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/** Brings the database up to date: applies what is in `edge/migrations` and not applied yet, in order. */
export async function applyMigrations(db: D1Database): Promise<void> {
  await db.prepare(TRACKING).run();
  const { results } = await db.prepare('SELECT name FROM d1_migrations').all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql') && !applied.has(name)).sort();
  for (const name of names) {
    const statements = splitSqlQuery(await readFile(new URL(name, folder), 'utf8'));
    // One transaction with its own record: a migration is applied and noted, or neither.
    await db.batch([
      ...statements.map((statement) => db.prepare(statement)),
      db.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name),
    ]);
  }
}
