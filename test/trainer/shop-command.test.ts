import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateSigningKey } from '#protocol/keys.ts';
import { OPERATOR_KEY, OPERATOR_PKCS8, scratchFolder, startTestParty, type TestParty } from '../edge/local-parties.ts';

let party: TestParty;
let folder: Awaited<ReturnType<typeof scratchFolder>>;
let workspace: string;

beforeAll(async () => {
  const [identity, { key: shopKey }] = await Promise.all([generateSigningKey(), generateSigningKey()]);
  party = await startTestParty({ role: 'leader', identity, peerKey: '', shopKey });
  folder = await scratchFolder();
  workspace = folder.path;
  await mkdir(join(workspace, 'operator'));
  await writeFile(join(workspace, 'operator', 'operator-key'), OPERATOR_PKCS8);
});

afterAll(() => Promise.all([party.dispose(), folder.dispose()]));

function shop(...args: string[]): Promise<{ readonly code: number; readonly output: string; readonly errors: string }> {
  const options = ['--workspace', workspace, '--at', party.origin];
  return new Promise((resolve) => {
    execFile(process.execPath, ['trainer/vitrine.mjs', 'shop', ...args, ...options], (error, output, errors) =>
      resolve({ code: Number(error?.code ?? 0), output, errors }),
    );
  });
}

test('an operator makes a shop, changes one setting, gives it a key, suspends it, and reads all of it back', async () => {
  const { key } = await generateSigningKey();
  await shop('create', 'tea-shop', '--origin', 'https://tea.example', '--region', 'weur', '--reports-per-round', '900');
  await shop('set', 'tea-shop', '--storage-mb', '250');
  await shop('key', 'add', 'tea-shop', key.publicKey);
  await shop('suspend', 'tea-shop');
  const today = new Date().toISOString().slice(0, 10);
  const shown = await shop('show', 'tea-shop');
  expect(shown).toEqual({
    code: 0,
    errors: '',
    output: `leader ${party.origin}
  tea-shop, suspended, in weur
  origins https://tea.example
  limits  250 MB of files, 900 reports a round
  model   none published
  key     ${key.publicKey} since ${today}
`,
  });
  const { output: log } = await shop('audit', 'tea-shop');
  expect(log.match(/state-set|key-added|settings-set/g)).toEqual([
    'state-set',
    'key-added',
    'settings-set',
    'settings-set',
  ]);
  expect(log).toContain(`by ${OPERATOR_KEY.fingerprint}`);
}, 60_000);

test.each([
  [['create', 'Tea', '--origin', 'https://tea.example'], /expected a shop id, 1–63 of a–z, .*came "Tea"/],
  [
    ['create', 'tea', '--origin', 'https://tea.example/'],
    /expected an origin such as https:\/\/shop.example in allowedOrigins.0, came "https:\/\/tea.example\/"/,
  ],
  [
    ['create', 'tea', '--origin', 'https://tea.example', '--key', 'abc'],
    /expected a public key of 43 base64url characters.*came "abc"/,
  ],
  [['set', 'no-shop', '--region', 'weur'], /expected a shop "no-shop" at .*found none/],
])('shop %s is refused in one sentence', async (args, sentence) => {
  const { code, errors } = await shop(...args);
  expect(errors).toMatch(sentence);
  expect(errors.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(2);
});

test('another operator’s key opens nothing', async () => {
  const { pkcs8 } = await generateSigningKey();
  await writeFile(join(workspace, 'operator', 'operator-key'), pkcs8);
  expect(await shop('list')).toMatchObject({ code: 2, errors: expect.stringContaining('401 bad-request-signature') });
});
