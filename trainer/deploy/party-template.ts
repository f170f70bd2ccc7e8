import { readdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { unstable_defaultWranglerConfig as defaults, unstable_readConfig as readConfig } from 'wrangler';
import type { PartyRole } from '#protocol/report.ts';
import { writeJsonAtomically } from '#trainer/atomic-write.ts';

const SOURCE = fileURLToPath(new URL('../../wrangler.toml', import.meta.url));

/** What a deployment reads of a configuration or adds to; wrangler knows the rest. */
const ConfigSchema = v.looseObject({
  name: v.string(),
  assets: v.optional(v.looseObject({ directory: v.string() })),
  r2_buckets: v.array(v.looseObject({ binding: v.string(), bucket_name: v.string() })),
  d1_databases: v.tuple([v.looseObject({ database_name: v.string(), migrations_dir: v.string() })]),
  vars: v.record(v.string(), v.unknown()),
});
type Config = v.InferOutput<typeof ConfigSchema>;

/** Where a configuration was read from: nothing that a written one may hold. */
const OF_THE_READER: ReadonlySet<string> = new Set([
  'configPath',
  'userConfigPath',
  'topLevelName',
  'definedEnvironments',
  'targetEnvironment',
]);

/** What `wrangler.toml` says of one party: what it needs in an account. */
export interface PartyTemplate {
  readonly role: PartyRole;
  readonly worker: string;
  readonly buckets: readonly { readonly binding: string; readonly name: string }[];
  /** `migrations` are names of files, in the order in which they are applied. */
  readonly database: { readonly name: string; readonly migrations: readonly string[] };
  /** All of it, but what is wrangler's default anyway. */
  readonly config: Config;
}

/** What a deployment adds to it. */
export interface PartySettings {
  readonly databaseId: string;
  readonly vars: Readonly<Record<string, string>>;
  /** A domain of the operator's own; without one the worker answers below workers.dev. */
  readonly hostname: string | undefined;
}

/** Reads a party's environment of `wrangler.toml`, by wrangler's own reader. */
export async function readPartyTemplate(role: PartyRole): Promise<PartyTemplate> {
  const all: Readonly<Record<string, unknown>> = readConfig({ config: SOURCE, env: role });
  const standard: Readonly<Record<string, unknown>> = defaults;
  const said = Object.entries(all).filter(
    ([key, value]) => !OF_THE_READER.has(key) && !isDeepStrictEqual(value, standard[key]),
  );
  const config = v.parse(ConfigSchema, Object.fromEntries(said));
  const [database] = config.d1_databases;
  const names = await readdir(absolute(database.migrations_dir));
  return {
    role,
    worker: config.name,
    buckets: config.r2_buckets.map(({ binding, bucket_name: name }) => ({ binding, name })),
    database: { name: database.database_name, migrations: names.filter((name) => name.endsWith('.sql')).sort() },
    config,
  };
}

/**
 * Writes the configuration that wrangler deploys a party with: `wrangler.toml`'s, its paths absolute, and what only
 * this deployment knows.
 */
export function writePartyConfig(
  file: string,
  { config }: PartyTemplate,
  { databaseId, vars, hostname }: PartySettings,
): Promise<void> {
  const [database] = config.d1_databases;
  return writeJsonAtomically(file, {
    ...config,
    ...(config.assets && { assets: { ...config.assets, directory: absolute(config.assets.directory) } }),
    d1_databases: [{ ...database, database_id: databaseId, migrations_dir: absolute(database.migrations_dir) }],
    vars: { ...config.vars, ...vars },
    workers_dev: hostname === undefined,
    preview_urls: false, // an older version of a party must answer nowhere
    ...(hostname !== undefined && { routes: [{ pattern: hostname, custom_domain: true }] }),
  });
}

function absolute(path: string): string {
  return resolve(dirname(SOURCE), path);
}
