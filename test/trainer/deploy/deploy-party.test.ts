import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { generateSigningKey } from '#protocol/keys.ts';
import { type DeployOptions, deployParty } from '#trainer/deploy/deploy-party.ts';
import { makeScratchFolder, readFolder } from '../scratch-folder.ts';
import { ACCOUNT, type FakeCloudflare, type FakeState, fakeWorker, startFakeCloudflare } from './fake-cloudflare.ts';
import { type FakeWrangler, fakeWrangler } from './fake-wrangler.ts';

const { key: peer } = await generateSigningKey();
const { key: laterPeer } = await generateSigningKey();

interface Ran {
  readonly output: string;
  readonly questions: string[];
}

let workspace: string;

beforeEach(async () => {
  workspace = await makeScratchFolder();
  vi.stubEnv('CLOUDFLARE_API_TOKEN', 'a-token-of-the-test');
});

async function startAccount(overrides: Partial<FakeState> = {}): Promise<FakeCloudflare> {
  const fake = await startFakeCloudflare(overrides);
  vi.stubEnv('CLOUDFLARE_API_BASE_URL', fake.origin);
  return fake;
}

async function deploy(
  wrangler: FakeWrangler,
  options: Partial<DeployOptions> = {},
  answer: (question: string) => boolean = () => true,
): Promise<Ran> {
  const lines: string[] = [];
  const questions: string[] = [];
  const wanted = {
    workspaceRoot: workspace,
    role: 'leader',
    peerKey: undefined,
    hostname: undefined,
    accountId: undefined,
    location: undefined,
    isDevelopment: false,
    isDryRun: false,
    ...options,
  } as const;
  await deployParty(wanted, {
    print: (line) => lines.push(line),
    confirm: async (question) => {
      questions.push(question);
      return answer(question);
    },
    buildAssets: async () => {},
    wranglerIn: wrangler.wranglerIn,
  });
  return { output: lines.join('\n'), questions };
}

async function privateKeyText(role = 'leader'): Promise<string> {
  return (await readFile(join(workspace, 'deploy', role, 'party-key'), 'utf8')).trim();
}

const varsOf = (fake: FakeCloudflare, worker = 'vitrine-leader') =>
  new Map(fake.state.workers.get(worker)?.bindings.map(({ name, text }) => [name, text]));

describe('a fresh account', () => {
  test('gets buckets, database, tables and the worker, in this order', async () => {
    const fake = await startAccount();
    const wrangler = fakeWrangler(fake.state);
    const { output, questions } = await deploy(wrangler, { location: 'weur' });
    const commands = wrangler.lines.map((line) => line.replace(/ --(config|secrets-file) .*/, ''));
    expect(commands).toEqual([
      'r2 bucket create vitrine-leader-files --location weur',
      'r2 bucket create vitrine-leader-keys --location weur',
      'd1 create vitrine-leader --location weur',
      'd1 migrations apply vitrine-leader --remote',
      'deploy',
    ]);
    expect(questions).toHaveLength(2); // storage and requests, once each
    expect(output).toContain('Expect the helper’s two back');
    const vars = varsOf(fake);
    expect(vars.get('PEER_PUBLIC_KEY')).toBe('');
    expect(output).toContain(vars.get('PARTY_PUBLIC_KEY') ?? 'missing');
    expect(vars.has('DEVELOPMENT')).toBe(false);
  });

  test('without an address below workers.dev gets one first', async () => {
    const fake = await startAccount({ subdomain: undefined });
    const { output } = await deploy(fakeWrangler(fake.state), { role: 'helper' });
    expect(fake.state.subdomain).toBe(`vitrine-${ACCOUNT.id.slice(0, 8)}`);
    expect(output).toContain(`https://vitrine-helper.vitrine-${ACCOUNT.id.slice(0, 8)}.workers.dev`);
  });

  test('is left alone by a dry run, and so is the workspace', async () => {
    const fake = await startAccount({ subdomain: undefined });
    const { output, questions } = await deploy(fakeWrangler(fake.state), {
      hostname: 'edge.shop.example',
      peerKey: 'Jm0nLYJ4wyEPGgVNIL4o1ZT1A3Y7Dq1OZr0YJpQK9bc',
      isDryRun: true,
    });
    expect(fake.writes()).toEqual([]);
    expect(await readFolder(workspace)).toEqual({});
    expect(questions).toEqual([]);
    const command =
      '$ npx vitrine deploy --role leader --domain edge.shop.example --peer-key Jm0nLYJ4wyEPGgVNIL4o1ZT1A3Y7Dq1OZr0YJpQK9bc --dry-run';
    await expect(`${command}\n${output}\n`).toMatchFileSnapshot('../../../docs/deploy-dry-run.txt');
  });

  test('stays as it is where the first question is answered with no', async () => {
    const fake = await startAccount();
    await expect(deploy(fakeWrangler(fake.state), {}, () => false)).rejects.toThrow(
      'stopped before anything was changed',
    );
    expect(fake.writes()).toEqual([]);
    expect(await readFolder(workspace)).toEqual({});
  });
});

describe('what was cut off', () => {
  test.each([1, 2, 3, 4, 5])('after command %i of wrangler is gone on with by the same command', async (done) => {
    const fake = await startAccount();
    await expect(deploy(fakeWrangler(fake.state, done))).rejects.toThrow('the line is dead');
    const key = await privateKeyText();
    const wrangler = fakeWrangler(fake.state);
    await deploy(wrangler);
    expect(wrangler.lines.length).toBe(Math.max(1, 5 - done)); // the upload is repeated, nothing else is
    expect(wrangler.lines.at(-1)).toMatch(/^deploy /);
    expect(await privateKeyText()).toBe(key);
    expect([...fake.state.buckets]).toEqual(['vitrine-leader-files', 'vitrine-leader-keys']);
    expect(Object.keys(await readFolder(join(workspace, 'deploy')))).toEqual([
      'leader/deployment.json',
      'leader/party-key',
      'leader/wrangler.json',
    ]);
  });

  test('leaves no file with the secret behind', async () => {
    const fake = await startAccount();
    await expect(deploy(fakeWrangler(fake.state, 5))).rejects.toThrow('the line is dead');
    expect(Object.keys(await readFolder(join(workspace, 'deploy')))).not.toContain('leader/secrets.json');
  });

  test('half of the migrations: the rest is named and applied', async () => {
    const fake = await startAccount();
    await deploy(fakeWrangler(fake.state));
    fake.state.databases.get('vitrine-leader')?.migrations.splice(2);
    const wrangler = fakeWrangler(fake.state);
    const { output, questions } = await deploy(wrangler);
    expect(output).toMatch(/to do {3}apply migrations +vitrine-leader: 0003_kinds_and_ledger\.sql, 0004_/);
    expect(wrangler.lines.map((line) => line.split(' ')[0])).toEqual(['d1', 'deploy']);
    expect(questions).toEqual([]); // nothing new that may cost
  });
});

test('the private key is in one file that only its owner can read, in no argument, no output and no configuration', async () => {
  const fake = await startAccount();
  const written = vi.spyOn(process.stdout, 'write');
  const complained = vi.spyOn(process.stderr, 'write');
  const wrangler = fakeWrangler(fake.state);
  const { output } = await deploy(wrangler, { peerKey: peer.publicKey });
  const secret = await privateKeyText();
  expect(wrangler.secrets).toEqual([{ mode: 0o600, content: JSON.stringify({ PARTY_PRIVATE_KEY: secret }) }]);
  expect([...wrangler.lines, output].join('\n')).not.toContain(secret);
  expect(JSON.stringify([written.mock.calls, complained.mock.calls])).not.toContain(secret);
  const { 'leader/party-key': _, ...others } = await readFolder(join(workspace, 'deploy'));
  expect(JSON.stringify(others)).not.toContain(secret);
  vi.restoreAllMocks();
});

describe('keys', () => {
  test('the other operator’s is kept where a later deployment does not name it', async () => {
    const fake = await startAccount();
    await deploy(fakeWrangler(fake.state), { peerKey: peer.publicKey });
    const { output, questions } = await deploy(fakeWrangler(fake.state));
    expect(varsOf(fake).get('PEER_PUBLIC_KEY')).toBe(peer.publicKey);
    expect(output).toContain('data-vitrine-helper-key=');
    expect(questions).toEqual([]);
  });

  test.each([
    ['another', laterPeer.publicKey],
    ['none', ''],
  ])('the other operator’s becomes %s only after a question that says what ends', async (_, next) => {
    const fake = await startAccount();
    await deploy(fakeWrangler(fake.state), { peerKey: peer.publicKey });
    const asked: string[] = [];
    const refuse = (question: string) => {
      asked.push(question);
      return false;
    };
    await expect(deploy(fakeWrangler(fake.state), { peerKey: next }, refuse)).rejects.toThrow('stopped before');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/Rounds that are open now end without a result/);
    expect(varsOf(fake).get('PEER_PUBLIC_KEY')).toBe(peer.publicKey);
    await deploy(fakeWrangler(fake.state), { peerKey: next });
    expect(varsOf(fake).get('PEER_PUBLIC_KEY')).toBe(next);
  });

  test('another operator’s key is asked about', async () => {
    const fake = await startAccount();
    await deploy(fakeWrangler(fake.state));
    await writeFile(join(workspace, 'operator', 'operator-key'), (await generateSigningKey()).pkcs8);
    const { questions } = await deploy(fakeWrangler(fake.state));
    expect(questions).toHaveLength(1);
    expect(questions[0]).toContain('whoever has the one before can no longer make or change shops');
  });

  test('a workspace without the deployed party’s key does not replace it', async () => {
    const fake = await startAccount();
    await deploy(fakeWrangler(fake.state));
    const before = varsOf(fake);
    workspace = await makeScratchFolder();
    await expect(deploy(fakeWrangler(fake.state))).rejects.toThrow(
      'expected this workspace to hold the key of vitrine-leader, it holds none',
    );
    await mkdir(join(workspace, 'deploy', 'leader'), { recursive: true });
    await writeFile(join(workspace, 'deploy', 'leader', 'party-key'), (await generateSigningKey()).pkcs8);
    await expect(deploy(fakeWrangler(fake.state))).rejects.toThrow('it holds another');
    expect(varsOf(fake)).toEqual(before);
  });

  test('the party’s own is refused as the other’s', async () => {
    const fake = await startAccount();
    await deploy(fakeWrangler(fake.state));
    const own = varsOf(fake).get('PARTY_PUBLIC_KEY') ?? '';
    await expect(deploy(fakeWrangler(fake.state), { peerKey: own })).rejects.toThrow('came this party’s own');
  });
});

describe('one account for both parties', () => {
  const HELPER_THINGS: [string, Partial<FakeState>][] = [
    ['worker', { workers: new Map([['vitrine-helper', fakeWorker({ ROLE: 'helper' })]]) }],
    ['database', { databases: new Map([['vitrine-helper', { uuid: 'u', migrations: [] }]]) }],
    ['bucket', { buckets: new Set(['vitrine-helper-keys']) }],
  ];

  test.each(HELPER_THINGS)('is refused where it has the helper’s %s, with the reason', async (thing, overrides) => {
    const fake = await startAccount(overrides);
    await expect(deploy(fakeWrangler(fake.state))).rejects.toThrow(
      new RegExp(`has the ${thing} vitrine-helper.*could add the shares up`),
    );
    expect(fake.writes()).toEqual([]);
  });

  test('is refused where the workspace holds the other party’s key, whatever the account', async () => {
    const fake = await startAccount();
    await mkdir(join(workspace, 'deploy', 'helper'), { recursive: true });
    await writeFile(join(workspace, 'deploy', 'helper', 'party-key'), (await generateSigningKey()).pkcs8);
    await expect(deploy(fakeWrangler(fake.state))).rejects.toThrow('expected a workspace without a helper');
  });

  test('is taken for development, loudly, and the worker knows', async () => {
    const fake = await startAccount();
    await deploy(fakeWrangler(fake.state), { role: 'helper' });
    const { output } = await deploy(fakeWrangler(fake.state), { isDevelopment: true });
    expect(output).toContain('WARNING: --development');
    expect(varsOf(fake).get('DEVELOPMENT')).toBe('true');
    await expect(deploy(fakeWrangler(fake.state))).rejects.toThrow('could add the shares up'); // not by accident later
  });
});

describe('what stands in the way is said in one sentence', () => {
  const CASES: [string, Partial<FakeState>, Partial<DeployOptions>, RegExp][] = [
    [
      'a token that is off',
      { tokenStatus: 'disabled' },
      {},
      /CLOUDFLARE_API_TOKEN to be active, Cloudflare says that it is disabled/,
    ],
    ['a token without R2', { forbidden: ['/r2/'] }, {}, /the permission “Account · Workers R2 Storage · Edit”/],
    [
      'a token without D1, as the template makes it',
      { forbidden: ['/d1/'] },
      {},
      /the permission “Account · D1 · Edit”/,
    ],
    ['a token without Workers', { forbidden: ['/workers/'] }, {}, /the permission “Account · Workers Scripts · Edit”/],
    ['an account without R2', { r2: false }, {}, /R2 to be switched on in this account.*dash\.cloudflare\.com/],
    ['no account', { accounts: [] }, {}, /the token to reach an account, it reaches none/],
    [
      'several accounts',
      { accounts: [ACCOUNT, { id: 'ffee', name: 'Lamps' }] },
      {},
      /the token reaches Mug Shop \(0f1e.*\), Lamps \(ffee\); name one with --account ID/,
    ],
    ['another account than the token’s', {}, { accountId: 'ffee' }, /account ffee to be one that the token reaches/],
    [
      'a bucket for keys that keeps what is deleted',
      { buckets: new Set(['vitrine-leader-keys']), bucketLocks: [{ id: 'a year', enabled: true }] },
      {},
      /vitrine-leader-keys to keep objects until they are deleted.*lock “a year”/,
    ],
    [
      'a name outside the account',
      {},
      { hostname: 'edge.lamps.example' },
      /edge\.lamps\.example to lie in a zone of the account, it has shop\.example/,
    ],
    [
      'a name that looks as if it were inside',
      {},
      { hostname: 'edgeshop.example' },
      /edgeshop\.example to lie in a zone/,
    ],
    [
      'a name with a record',
      { records: [{ name: 'edge.shop.example', type: 'CNAME' }] },
      { hostname: 'edge.shop.example' },
      /to have no DNS record, it has one of type CNAME/,
    ],
    [
      'a name of another worker',
      { domains: [{ hostname: 'edge.shop.example', service: 'blog' }] },
      { hostname: 'edge.shop.example' },
      /to be free, it leads to the worker blog/,
    ],
    [
      'a token that may not see records',
      { forbidden: ['/dns_records'] },
      { hostname: 'edge.shop.example' },
      /“Zone · DNS · Read”/,
    ],
  ];

  test.each(CASES)('%s', async (_, overrides, options, sentence) => {
    const fake = await startAccount(overrides);
    await expect(deploy(fakeWrangler(fake.state), options)).rejects.toThrow(sentence);
    expect(fake.writes()).toEqual([]);
    expect(await readFolder(workspace)).toEqual({});
  });

  test('one of several accounts is taken where it is named', async () => {
    const fake = await startAccount({ accounts: [{ id: 'ffee', name: 'Lamps' }, ACCOUNT] });
    const { output } = await deploy(fakeWrangler(fake.state), { accountId: ACCOUNT.id });
    expect(output).toContain(`in the account Mug Shop (${ACCOUNT.id})`);
  });

  test('another account than before', async () => {
    const fake = await startAccount({ accounts: [ACCOUNT, { id: 'ffee', name: 'Lamps' }] });
    await deploy(fakeWrangler(fake.state), { accountId: ACCOUNT.id });
    await expect(deploy(fakeWrangler(fake.state), { accountId: 'ffee' })).rejects.toThrow(
      /expected the account Mug Shop .*, where this workspace has deployed the leader, came ffee/,
    );
  });

  test('an edge without a token or a login', async () => {
    const fake = await startAccount();
    vi.stubEnv('CLOUDFLARE_API_TOKEN', '');
    await expect(deploy(fakeWrangler(fake.state))).rejects.toThrow(/run "npx wrangler login", or make a token at/);
  });
});

test('a domain of the operator’s own is kept where a later deployment does not name it', async () => {
  const fake = await startAccount();
  await deploy(fakeWrangler(fake.state), { hostname: 'edge.shop.example' });
  // What Cloudflare makes for a worker's own domain.
  fake.state.records.push({ name: 'edge.shop.example', type: 'AAAA' });
  const { output } = await deploy(fakeWrangler(fake.state));
  expect(output).toContain('The leader runs at https://edge.shop.example');
  const config = JSON.parse(await readFile(join(workspace, 'deploy', 'leader', 'wrangler.json'), 'utf8'));
  expect(config).toMatchObject({ workers_dev: false, routes: [{ pattern: 'edge.shop.example', custom_domain: true }] });
});
