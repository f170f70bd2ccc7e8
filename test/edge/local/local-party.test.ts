import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShopId } from '#protocol/ids.ts';
import { generateSigningKey } from '#protocol/keys.ts';
import { freePort, OPERATOR_KEY, operatorAt, scratchFolder } from '../local-parties.ts';

const COMMAND = fileURLToPath(new URL('../../../edge/local/local-party.ts', import.meta.url));

let folder: Awaited<ReturnType<typeof scratchFolder>>;
let publicKey: string;
let port: number;
let options: string[];
const started: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  folder = await scratchFolder();
  port = await freePort();
  const { key, pkcs8 } = await generateSigningKey();
  ({ publicKey } = key);
  const keyFile = join(folder.path, 'party.key');
  await writeFile(keyFile, `${pkcs8}\n`);
  const storage = join(folder.path, 'helper');
  options = ['--role', 'helper', '--port', String(port), '--storage', storage, '--party-key', keyFile];
  options.push(`--operator-key=${OPERATOR_KEY.publicKey}`);
});

afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await folder.dispose();
});

function run(...args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [COMMAND, ...args]);
  started.push(child);
  return child;
}

async function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  const [line] = await once(createInterface(child.stdout), 'line');
  return line as string;
}

async function exitOf(child: ChildProcessWithoutNullStreams): Promise<{ code: number | null; message: string }> {
  let message = '';
  child.stderr.on('data', (chunk) => {
    message += chunk;
  });
  const [code] = await once(child, 'exit');
  return { code, message };
}

function isAnswering(): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/v1/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

const SHOP = 'mug-shop' as ShopId;
const allowedOrigins = ['https://mugs.example'];

test('a party says in one line where it is and who, and ends with its parent', async () => {
  const child = run(...options, '--exit-with-parent');
  const origin = `http://127.0.0.1:${port}`;
  expect(JSON.parse(await firstLine(child))).toEqual({ kind: 'ready', role: 'helper', origin, publicKey });
  expect(await (await fetch(`${origin}/v1/party`)).json()).toEqual({ role: 'helper', publicKey });
  await operatorAt(origin).saveShop(SHOP, { allowedOrigins });
  child.stdin.end();
  expect((await exitOf(child)).code).toBe(0);
  expect(await isAnswering()).toBe(false);
}, 20_000);

test('a port that is taken is named in one sentence, with exit code 2', async () => {
  const child = run(...options);
  await firstLine(child);
  const other = join(folder.path, 'other');
  const { code, message } = await exitOf(run(...options, '--storage', other));
  expect(code).toBe(2);
  expect(message).toMatch(new RegExp(`^expected port ${port} of 127\\.0\\.0\\.1 to be free, .*\n$`));
  child.kill('SIGTERM');
  await once(child, 'exit');
}, 20_000);

test('a party that was killed outright can be started again at once and has kept what it knew', async () => {
  const killed = run(...options);
  await firstLine(killed);
  killed.kill('SIGKILL');
  const again = run(...options);
  await firstLine(again);
  const known = await operatorAt(`http://127.0.0.1:${port}`).findShop(SHOP);
  expect(known?.settings.allowedOrigins).toEqual(allowedOrigins);
  again.kill('SIGINT');
  await once(again, 'exit');
  await expect.poll(isAnswering).toBe(false);
}, 20_000);

test.each([
  ['another role', ['--role', 'middle'], '--role'],
  ['a port that is none', ['--port', '70000'], '--port'],
  ['an option that is none', ['--prot', '8000'], '--prot'],
  ['a widget that is not built', ['--assets', '/nowhere/widget'], '/nowhere/widget'],
  ['a key file that is missing', ['--party-key', '/nowhere/party.key'], '/nowhere/party.key'],
])('%s ends with exit code 2 and a word on what is wrong', async (_, wrong, named) => {
  const { code, message } = await exitOf(run(...options, ...wrong));
  expect(code).toBe(2);
  expect(message).toContain(named);
  expect(message).not.toMatch(/^\s+at /m);
});
