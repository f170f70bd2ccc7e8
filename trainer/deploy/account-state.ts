import * as v from 'valibot';
import type { CloudflareApi } from './cloudflare-api.ts';
import type { Account } from './find-account.ts';
import type { PartyTemplate } from './party-template.ts';

/** What there is of one party in an account. */
export interface AccountState {
  readonly account: Account;
  /** `undefined` before the first deployment. */
  readonly worker: DeployedWorker | undefined;
  readonly buckets: ReadonlySet<string>;
  readonly database: { readonly id: string; readonly applied: ReadonlySet<string> } | undefined;
  /** Of workers.dev; a new account has none. */
  readonly subdomain: string | undefined;
  /** The operator's own, on which the worker answers. */
  readonly hostname: string | undefined;
  /** What there is here of the other party: the same account must not hold both. */
  readonly ofOtherParty: readonly string[];
  /** What keeps objects of the keys' bucket from being deleted, or deletes them early. */
  readonly keysBucketRules: readonly string[];
}

/** A worker that runs. */
export interface DeployedWorker {
  readonly vars: ReadonlyMap<string, string>;
  readonly secrets: ReadonlySet<string>;
}

const BindingsSchema = v.object({
  bindings: v.array(v.looseObject({ name: v.string(), type: v.string(), text: v.optional(v.string()) })),
});
const DatabaseSchema = v.object({ uuid: v.string() });
const NamedSchema = v.object({ name: v.string() });
const SubdomainSchema = v.object({ subdomain: v.nullish(v.string()) });
const DomainSchema = v.object({ hostname: v.string(), service: v.string() });
const RulesSchema = v.object({
  rules: v.optional(
    v.array(v.looseObject({ id: v.string(), enabled: v.boolean(), deleteObjectsTransition: v.optional(v.unknown()) })),
    [],
  ),
});

/** The binding of the bucket whose objects are gone when they are deleted: HPKE keys of tasks. */
export const KEYS_BINDING = 'KEYS';

/** Reads an account; changes nothing in it. @throws {InputError} If the token may not. */
export async function readAccountState(
  api: CloudflareApi,
  account: Account,
  { own, other }: { readonly own: PartyTemplate; readonly other: PartyTemplate },
): Promise<AccountState> {
  const root = `/accounts/${account.id}`;
  const buckets = await existing(own.buckets, ({ name }) => api.find(NamedSchema, `${root}/r2/buckets/${name}`));
  const keysBucket = buckets.find(({ binding }) => binding === KEYS_BINDING);
  const subdomain = await api.find(SubdomainSchema, `${root}/workers/subdomain`);
  const domains = await api.list(DomainSchema, `${root}/workers/domains?service=${own.worker}`);
  return {
    account,
    worker: await findWorker(api, root, own.worker),
    buckets: new Set(buckets.map(({ name }) => name)),
    database: await findDatabase(api, root, own.database.name),
    subdomain: subdomain?.subdomain ?? undefined,
    hostname: domains.find(({ service }) => service === own.worker)?.hostname,
    ofOtherParty: await findOtherParty(api, root, other),
    keysBucketRules: keysBucket ? await findRules(api, `${root}/r2/buckets/${keysBucket.name}`) : [],
  };
}

async function findWorker(api: CloudflareApi, root: string, worker: string): Promise<DeployedWorker | undefined> {
  const settings = await api.find(BindingsSchema, `${root}/workers/scripts/${worker}/settings`);
  if (!settings) return undefined;
  const { bindings } = settings;
  return {
    vars: new Map(bindings.flatMap(({ name, type, text }) => (type === 'plain_text' ? [[name, text ?? '']] : []))),
    secrets: new Set(bindings.filter(({ type }) => type === 'secret_text').map(({ name }) => name)),
  };
}

/** The id that Cloudflare gave a database; `undefined` if there is none of that name. */
export async function findDatabaseId(api: CloudflareApi, account: Account, name: string): Promise<string | undefined> {
  return (await api.find(DatabaseSchema, `/accounts/${account.id}/d1/database/${name}`))?.uuid;
}

async function findDatabase(api: CloudflareApi, root: string, name: string): Promise<AccountState['database']> {
  const found = await api.find(DatabaseSchema, `${root}/d1/database/${name}`);
  if (!found) return undefined;
  const path = `${root}/d1/database/${found.uuid}`;
  // A query on a missing table fails, and "wrangler d1 migrations list" makes it: a plan makes nothing.
  const tables = await api.select(NamedSchema, {
    path,
    sql: "SELECT name FROM sqlite_master WHERE name = 'd1_migrations'",
  });
  const applied =
    tables.length === 0 ? [] : await api.select(NamedSchema, { path, sql: 'SELECT name FROM d1_migrations' });
  return { id: found.uuid, applied: new Set(applied.map(({ name }) => name)) };
}

async function findOtherParty(api: CloudflareApi, root: string, other: PartyTemplate): Promise<string[]> {
  const worker = await findWorker(api, root, other.worker);
  const database = await api.find(DatabaseSchema, `${root}/d1/database/${other.database.name}`);
  const buckets = await existing(other.buckets, ({ name }) => api.find(NamedSchema, `${root}/r2/buckets/${name}`));
  return [
    ...(worker ? [`the worker ${other.worker}`] : []),
    ...(database ? [`the database ${other.database.name}`] : []),
    ...buckets.map(({ name }) => `the bucket ${name}`),
  ];
}

/** Rules by which a deleted key would stay, or a key would be gone before its round ends. */
async function findRules(api: CloudflareApi, bucket: string): Promise<string[]> {
  const locks = await api.find(RulesSchema, `${bucket}/lock`);
  const lifecycle = await api.find(RulesSchema, `${bucket}/lifecycle`);
  return [
    ...(locks?.rules ?? []).filter(({ enabled }) => enabled).map(({ id }) => `lock “${id}”`),
    ...(lifecycle?.rules ?? [])
      .filter(({ enabled, deleteObjectsTransition }) => enabled && deleteObjectsTransition !== undefined)
      .map(({ id }) => `lifecycle rule “${id}”`),
  ];
}

async function existing<Entry>(entries: readonly Entry[], find: (entry: Entry) => Promise<unknown>): Promise<Entry[]> {
  const found = await Promise.all(entries.map(find));
  return entries.filter((_, at) => found[at] !== undefined);
}
