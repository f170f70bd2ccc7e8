import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as the API got it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A worker as it was uploaded last. */
export interface FakeWorker {
  readonly bindings: readonly { readonly name: string; readonly type: string; readonly text?: string }[];
}

interface FakeAccount {
  readonly id: string;
  readonly name: string;
}

/** What is in the account; tests put things there and look into it. */
export interface FakeState {
  accounts: FakeAccount[];
  tokenStatus: string;
  /** Parts of the API that the token may not use, such as `/d1/`. */
  forbidden: string[];
  /** The same for what changes something: a token that may only read. */
  forbidWrites: string[];
  r2: boolean;
  subdomain: string | undefined;
  buckets: Set<string>;
  bucketLocks: { id: string; enabled: boolean }[];
  databases: Map<string, { readonly uuid: string; readonly migrations: string[] }>;
  workers: Map<string, FakeWorker>;
  zones: { id: string; name: string }[];
  records: { name: string; type: string }[];
  domains: { hostname: string; service: string }[];
}

export interface FakeCloudflare {
  readonly origin: string;
  readonly state: FakeState;
  readonly calls: Call[];
  /** Calls that change something. */
  writes(): Call[];
}

export const ACCOUNT = { id: '0f1e2d3c4b5a69788796a5b4c3d2e1f0', name: 'Mug Shop' };

/** Refusals, with the codes that Cloudflare gives them. */
const NONE = [404, 10007, 'not found'] as const;
const NO_DATABASE = [404, 7404, 'The database could not be found'] as const;
const NO_WORKER = [404, 10090, 'This Worker does not exist on your account.'] as const;
const NOT_ALLOWED = [403, 10000, 'Authentication error'] as const;
const NO_R2 = [403, 10042, 'Please enable R2 through the Cloudflare Dashboard.'] as const;

type Outcome = { readonly result: unknown; readonly status?: number } | readonly [number, number, string];

/**
 * As much of Cloudflare's API as wrangler and `vitrine deploy` use, on 127.0.0.1, with an account in memory. What
 * wrangler asks was recorded from wrangler 4.156 itself.
 */
export async function startFakeCloudflare(overrides: Partial<FakeState> = {}): Promise<FakeCloudflare> {
  const state: FakeState = {
    accounts: [ACCOUNT],
    tokenStatus: 'active',
    forbidden: [],
    forbidWrites: [],
    r2: true,
    subdomain: 'mug-shop',
    buckets: new Set(),
    bucketLocks: [],
    databases: new Map(),
    workers: new Map(),
    zones: [{ id: 'zone7', name: 'shop.example' }],
    records: [],
    domains: [],
    ...overrides,
  };
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const call = { method: request.method ?? '', path: request.url ?? '', body: await bodyOf(request) };
    calls.push(call);
    if (request.headers.authorization === undefined) return answer(response, [400, 9106, 'Missing Authorization']);
    answer(response, answerTo(call, state));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, state, calls, writes: () => calls.filter(isWrite) };
}

/** A worker of this party, as deployed before. */
export function fakeWorker(vars: Readonly<Record<string, string>>): FakeWorker {
  const bindings = Object.entries(vars).map(([name, text]) => ({ name, type: 'plain_text', text }));
  return { bindings: [...bindings, { name: 'PARTY_PRIVATE_KEY', type: 'secret_text' }] };
}

function isWrite({ method, path, body }: Call): boolean {
  if (method === 'GET') return false;
  return !(path.endsWith('/query') && /^\{"sql":"\s*SELECT /.test(body));
}

function answerTo({ method, path: full, body }: Call, state: FakeState): Outcome {
  const { pathname, searchParams } = new URL(full, 'http://fake');
  const inAccount = /^\/accounts\/[^/]+(\/.*)$/.exec(pathname)?.[1];
  if (pathname === '/user/tokens/verify') return { result: { id: 't', status: state.tokenStatus } };
  if (state.forbidden.some((part) => `${pathname}/`.includes(part))) return NOT_ALLOWED;
  if (method !== 'GET' && state.forbidWrites.some((part) => `${pathname}/`.includes(part))) return NOT_ALLOWED;
  if (pathname === '/accounts') return { result: state.accounts };
  if (pathname === '/zones') return { result: state.zones };
  if (pathname.endsWith('/dns_records')) return { result: state.records };
  if (pathname === '/memberships') return { result: state.accounts.map((account) => ({ id: account.id, account })) };
  if (inAccount === undefined) return { result: [] };
  const of = (prefix: string): string | undefined =>
    inAccount.startsWith(prefix) ? inAccount.slice(prefix.length) : undefined;
  const bucket = of('/r2/buckets');
  if (bucket !== undefined) return state.r2 ? answerBucket(method, bucket, { body, state }) : NO_R2;
  const database = of('/d1/database');
  if (database !== undefined) return answerDatabase(method, database, { body, state });
  const script = of('/workers/scripts/');
  if (script !== undefined) return answerScript(method, script, { body, state });
  const service = of('/workers/services/');
  if (service !== undefined) return state.workers.has(service) ? { result: serviceOf(service) } : NO_WORKER;
  const worker = of('/workers/workers/');
  if (worker !== undefined) return { result: { id: 'w', name: worker, subdomain: { enabled: false }, tags: [] } };
  if (inAccount === '/workers/assets/upload') return { result: { jwt: 'done' }, status: 201 };
  if (inAccount === '/workers/subdomain') return answerSubdomain(method, { body, state });
  if (inAccount === '/workers/domains') {
    const wanted = (name: 'hostname' | 'service') => searchParams.get(name);
    const matches = (domain: FakeState['domains'][number]) =>
      (['hostname', 'service'] as const).every((name) => (wanted(name) ?? domain[name]) === domain[name]);
    return { result: state.domains.filter(matches) };
  }
  return { result: [] };
}

interface Given {
  readonly body: string;
  readonly state: FakeState;
}

function answerBucket(method: string, rest: string, { body, state }: Given): Outcome {
  if (method === 'POST') {
    const { name } = JSON.parse(body) as { name: string };
    if (state.buckets.has(name)) return [409, 10004, 'The bucket you tried to create already exists, and you own it.'];
    state.buckets.add(name);
    return { result: { name } };
  }
  const [, name = '', settings] = rest.split('/');
  if (name === '') return { result: { buckets: [...state.buckets].map((each) => ({ name: each })) } };
  if (!state.buckets.has(name)) return [404, 10006, 'The specified bucket does not exist.'];
  if (settings === 'lock') return { result: { rules: state.bucketLocks } };
  // Every bucket has this rule from the start.
  if (settings === 'lifecycle') return { result: { rules: [{ id: 'Default Multipart Abort Rule', enabled: true }] } };
  return { result: { name } };
}

function answerDatabase(method: string, rest: string, { body, state }: Given): Outcome {
  const [, named = '', action] = rest.split('/');
  if (method === 'POST' && named === '') {
    const { name } = JSON.parse(body) as { name: string };
    state.databases.set(name, { uuid: uuidOf(state.databases.size), migrations: [] });
    return { result: { ...state.databases.get(name), name } };
  }
  const all = [...state.databases].map(([name, { uuid }]) => ({ name, uuid, version: 'production' }));
  if (named === '') return { result: all };
  const found = all.find(({ name, uuid }) => name === named || uuid === named);
  const database = found && state.databases.get(found.name);
  if (!found || !database) return NO_DATABASE;
  if (action === undefined) return { result: found };
  const { sql } = JSON.parse(body) as { sql: string };
  const applied = /INSERT INTO "?d1_migrations"? \(name\)\s*values \('([^']+)'\)/i.exec(sql)?.[1];
  if (applied !== undefined) database.migrations.push(applied);
  const names = sql.includes('sqlite_master') ? ['d1_migrations'] : database.migrations;
  const rows = /^\s*SELECT/i.test(sql) ? names.map((name, id) => ({ id, name, applied_at: '' })) : [];
  return { result: [{ results: rows, success: true, meta: { duration: 1 } }] };
}

function answerScript(method: string, rest: string, { body, state }: Given): Outcome {
  const [name = '', part, last] = rest.split('/');
  const worker = state.workers.get(name);
  switch (part) {
    case undefined:
    case 'versions':
      state.workers.set(name, workerIn(body, worker));
      return {
        result: {
          ...{ id: part === undefined ? name : uuidOf(0), tag: 't', etag: 'e', startup_time_ms: 5 },
          ...{ deployment_id: uuidOf(0), resources: { script: { etag: 'e' } } },
        },
      };
    case 'settings':
      return worker ? { result: worker } : NONE;
    case 'secrets':
      return worker ? { result: worker.bindings.filter(({ type }) => type === 'secret_text') } : NONE;
    case 'assets-upload-session': {
      const { manifest } = JSON.parse(body) as { manifest: Record<string, { hash: string }> };
      return { result: { jwt: 'upload', buckets: [Object.values(manifest).map(({ hash }) => hash)] } };
    }
    case 'deployments':
      return { result: method === 'GET' ? { deployments: [] } : { id: 'deployment' } };
    case 'domains': {
      if (last === 'records') {
        const { origins } = JSON.parse(body) as { origins: { hostname: string }[] };
        state.domains = origins.map(({ hostname }) => ({ hostname, service: name }));
        return { result: [] };
      }
      return { result: { added: [], removed: [], updated: [], conflicting: [] } };
    }
    default:
      return { result: {} };
  }
}

function answerSubdomain(method: string, { body, state }: Given): Outcome {
  if (method === 'PUT') state.subdomain = (JSON.parse(body) as { subdomain: string }).subdomain;
  return state.subdomain === undefined ? NONE : { result: { subdomain: state.subdomain } };
}

/** What was uploaded; secrets that the upload lacks are kept, as wrangler asks for it. */
function workerIn(multipart: string, before: FakeWorker | undefined): FakeWorker {
  const [, metadata = '{}'] = /name="metadata"\r\n\r\n(.*)\r\n/.exec(multipart) ?? [];
  const { bindings = [] } = JSON.parse(metadata) as Partial<FakeWorker>;
  const kept = before?.bindings.filter(
    ({ name, type }) => type === 'secret_text' && !bindings.some((b) => b.name === name),
  );
  return { bindings: [...bindings, ...(kept ?? [])] };
}

function serviceOf(name: string) {
  const script = { id: name, tag: 't', tags: [], migration_tag: 'v2', last_deployed_from: 'wrangler' };
  return { default_environment: { environment: 'production', script } };
}

function uuidOf(n: number): string {
  return `3a7c52d1-1e88-4f02-9d4b-${String(n + 7).padStart(12, '0')}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function answer(response: ServerResponse, outcome: Outcome): void {
  const [status, envelope] =
    'result' in outcome
      ? [outcome.status ?? 200, { success: true, errors: [], messages: [], result: outcome.result }]
      : [outcome[0], { success: false, errors: [{ code: outcome[1], message: outcome[2] }], result: null }];
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ messages: [], ...envelope }));
}
