import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalParty, startLocalParty } from '#edge/local/start-local-party.ts';
import { generateSigningKey } from '#protocol/keys.ts';
import { freePort, OPERATOR_KEY, scratchFolder } from '../local-parties.ts';
import { problemOf } from '../publishing-fixture.ts';

let folder: Awaited<ReturnType<typeof scratchFolder>>;
let leader: LocalParty;

beforeAll(async () => {
  folder = await scratchFolder();
  const assets = join(folder.path, 'widget-build');
  await mkdir(join(assets, 'widget'), { recursive: true });
  await writeFile(join(assets, 'vitrine.js'), 'export const tag = 3;');
  await writeFile(join(assets, 'widget', 'shelf-5d1c.js'), 'export const shelf = 7;');
  leader = await startLocalParty({
    role: 'leader',
    port: await freePort(),
    storage: join(folder.path, 'leader'),
    partyKey: (await generateSigningKey()).pkcs8,
    peerKey: '',
    operatorKey: OPERATOR_KEY.publicKey,
    assets,
  });
}, 30_000);

afterAll(async () => {
  await leader.stop();
  await folder.dispose();
});

test.each([
  ['/vitrine.js', 'export const tag = 3;', /max-age=300/],
  ['/widget/shelf-5d1c.js', 'export const shelf = 7;', /immutable/],
])('%s is served to pages of every origin as a script', async (path, text, cacheControl) => {
  const response = await fetch(`${leader.origin}${path}`, { headers: { origin: 'https://any.example' } });
  expect(await response.text()).toBe(text);
  expect(response.headers.get('content-type')).toMatch(/javascript/);
  expect(response.headers.get('cache-control')).toMatch(cacheControl);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
});

test('a script is not sent again to who has it', async () => {
  const url = `${leader.origin}/widget/shelf-5d1c.js`;
  const etag = (await fetch(url)).headers.get('etag') as string;
  expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
});

test('what was never built is a problem like any other', async () => {
  expect(await problemOf(await fetch(`${leader.origin}/widget/gone.js`))).toEqual([404, 'not-found']);
  expect(await problemOf(await fetch(`${leader.origin}/widget-build/vitrine.js`))).toEqual([404, 'not-found']);
});
