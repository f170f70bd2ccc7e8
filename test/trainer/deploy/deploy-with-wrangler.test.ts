import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { makeScratchFolder, readFolder } from '../scratch-folder.ts';
import { ACCOUNT, type FakeCloudflare, startFakeCloudflare } from './fake-cloudflare.ts';

const PROGRAM = fileURLToPath(new URL('../../../trainer/vitrine.mjs', import.meta.url));
const PEER_KEY = 'Jm0nLYJ4wyEPGgVNIL4o1ZT1A3Y7Dq1OZr0YJpQK9bc';

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `vitrine deploy` with the real wrangler against the fake API. */
function deploy(fake: FakeCloudflare, workspace: string, ...args: string[]): Promise<Outcome> {
  const env = {
    PATH: process.env.PATH,
    HOME: workspace,
    CLOUDFLARE_API_TOKEN: 'a-token-of-the-test',
    CLOUDFLARE_API_BASE_URL: fake.origin,
  };
  const line = ['deploy', '--workspace', join(workspace, 'w'), ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROGRAM, ...line], { env, cwd: workspace }, (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test('a helper is deployed from nothing by wrangler, and again', async () => {
  const fake = await startFakeCloudflare();
  const folder = await makeScratchFolder();
  const outcome = await deploy(fake, folder, '--role', 'helper', '--yes', '--peer-key', PEER_KEY);
  console.log(outcome.stdout, outcome.stderr);
  console.log(fake.calls.map((c) => `${c.method} ${c.path}`).join('\n'));
  console.log(fake.state.workers.get('vitrine-helper'));
  console.log(Object.keys(await readFolder(folder)), ACCOUNT);
  expect(outcome.exitCode).toBe(0);
}, 120_000);
