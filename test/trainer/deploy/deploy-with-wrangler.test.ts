import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { deployParty } from '#trainer/deploy/deploy-party.ts';
import { wranglerIn } from '#trainer/deploy/run-wrangler.ts';
import { makeScratchFolder, readFolder } from '../scratch-folder.ts';
import { type FakeCloudflare, startFakeCloudflare } from './fake-cloudflare.ts';

const PROGRAM = fileURLToPath(new URL('../../../trainer/vitrine.mjs', import.meta.url));
const PEER_KEY = 'Jm0nLYJ4wyEPGgVNIL4o1ZT1A3Y7Dq1OZr0YJpQK9bc';

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `vitrine deploy` with the real wrangler against the fake API. */
function deploy(fake: FakeCloudflare, folder: string, ...args: string[]): Promise<Outcome> {
  const env = {
    PATH: process.env.PATH,
    HOME: folder, // wrangler writes its logs there
    CLOUDFLARE_API_TOKEN: 'a-token-of-the-test',
    CLOUDFLARE_API_BASE_URL: fake.origin,
  };
  const line = ['deploy', '--workspace', join(folder, 'w'), ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROGRAM, ...line], { env, cwd: folder }, (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

function uploads(fake: FakeCloudflare): string[] {
  return fake.writes().flatMap(({ path, body }) => (/\/scripts\/[^/]+(\?|\/versions)/.test(path) ? [body] : []));
}

test('wrangler deploys a helper from nothing, goes on where it was refused, and puts the key nowhere but into the secret', async () => {
  const fake = await startFakeCloudflare();
  const folder = await makeScratchFolder();
  fake.state.forbidWrites = ['/d1/'];
  const refused = await deploy(fake, folder, '--role', 'helper', '--yes', '--domain', 'help.shop.example');
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toMatch(
    /^expected "wrangler d1 create vitrine-helper" to work, but it said: A request to the Cloudflare API [^🪵]*Authentication error \[code: 10000\]; give the token the permission “Account · D1 · Edit” .*\n$/u,
  );
  expect([...fake.state.buckets]).toEqual(['vitrine-helper-files', 'vitrine-helper-keys']);

  fake.state.forbidWrites = [];
  const args = ['--role', 'helper', '--yes', '--domain', 'help.shop.example', '--peer-key', PEER_KEY];
  const deployed = await deploy(fake, folder, ...args);
  expect(deployed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(deployed.stdout).toContain('The helper runs at https://help.shop.example');
  expect(fake.state.domains).toEqual([{ hostname: 'help.shop.example', service: 'vitrine-helper' }]);
  const migrations = fake.state.databases.get('vitrine-helper')?.migrations ?? [];
  expect(migrations[0]).toBe('0001_shops_tasks_releases.sql');
  const secret = (await readFile(join(folder, 'w/deploy/helper/party-key'), 'utf8')).trim();
  const bindings = fake.state.workers.get('vitrine-helper')?.bindings ?? [];
  const named = new Map(bindings.map((binding) => [binding.name, binding]));
  expect(named.get('PARTY_PRIVATE_KEY')).toMatchObject({ type: 'secret_text', text: secret });
  expect(named.get('PEER_PUBLIC_KEY')).toMatchObject({ type: 'plain_text', text: PEER_KEY });
  expect(named.get('ROLE')).toMatchObject({ text: 'helper' });
  for (const name of ['ROUND', 'UPKEEP', 'FILES', 'KEYS', 'DB']) expect([...named.keys()]).toContain(name);

  const [first = ''] = uploads(fake);
  // Logs would tell when which address reported.
  expect(first).toMatch(/"observability":\{"enabled":false\}/);
  const { 'w/deploy/helper/party-key': _, ...files } = await readFolder(folder);
  expect(JSON.stringify([files, refused, deployed])).not.toContain(secret);

  const again = await deploy(fake, folder, '--role', 'helper');
  expect(again).toMatchObject({ exitCode: 0, stderr: '' }); // asks nothing, so needs no terminal
  expect(uploads(fake).length).toBe(2);
  expect(fake.state.workers.get('vitrine-helper')?.bindings.map(({ name }) => name)).toContain('PARTY_PRIVATE_KEY');
}, 120_000);

test('a leader is uploaded with the folder of the widget’s files', async () => {
  await mkdir('dist/widget', { recursive: true }); // built before the tests, and before a real deployment
  const fake = await startFakeCloudflare();
  const folder = await makeScratchFolder();
  vi.stubEnv('HOME', folder);
  vi.stubEnv('CLOUDFLARE_API_TOKEN', 'a-token-of-the-test');
  vi.stubEnv('CLOUDFLARE_API_BASE_URL', fake.origin);
  const nothing = { peerKey: undefined, hostname: undefined, accountId: undefined, location: undefined };
  await deployParty(
    { workspaceRoot: folder, role: 'leader', ...nothing, isDevelopment: false, isDryRun: false },
    { print: () => {}, confirm: async () => true, buildAssets: async () => {}, wranglerIn },
  );
  expect(fake.calls.map(({ path }) => path)).toContainEqual(expect.stringMatching(/\/assets-upload-session$/));
  expect(uploads(fake)[0]).toMatch(
    /"assets":\{"jwt":"[a-z]+","config":\{"html_handling":"none",.*"run_worker_first":true/,
  );
  expect(fake.state.workers.get('vitrine-leader')?.bindings.map(({ name }) => name)).toContain('ASSETS');
  vi.unstubAllEnvs();
}, 120_000);

test.each([
  [['--role', 'leader'], /expected a terminal to ask: “Cloudflare bills.*run this in one, or with --yes/],
  [['--role', 'third'], /third/],
  [[], /--role/],
  [
    ['--role', 'leader', '--peer-key', 'short'],
    /expected --peer-key to be 43 base64url characters or "none", came "short"/,
  ],
  [['--role', 'leader', '--domain', 'https://a.example'], /expected --domain to be a name such as/],
])('"%s" without a terminal ends with 2 and a sentence, and changes nothing', async (args, sentence) => {
  const fake = await startFakeCloudflare();
  const folder = await makeScratchFolder();
  const { exitCode, stderr } = await deploy(fake, folder, ...args);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toContain('    at ');
  expect(fake.writes()).toEqual([]);
});
