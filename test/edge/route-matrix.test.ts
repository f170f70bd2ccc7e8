import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '#edge/app.ts';
import type { ShopId } from '#protocol/ids.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { signRequest } from '#protocol/signed-request.ts';
import {
  OPERATOR_KEY,
  operatorAt,
  registerShop,
  SHOP_ORIGIN,
  startTestParties,
  type TestParty,
} from './local-parties.ts';
import { problemOf, publishTinyModel, putLive, SHOP } from './publishing-fixture.ts';
import { openTestTask, type TestParties } from './task-fixture.ts';

/** Who a route lets pass. `nobody`: this party does not have it. */
type Allowed = 'anyone' | 'shop' | 'operator' | 'shop or operator' | 'other party' | 'nobody';

/** Every route, and whom it lets pass at the leader and at the helper. */
const ROUTES: Readonly<Record<string, readonly [Allowed, Allowed]>> = {
  'GET /v1/health': ['anyone', 'anyone'],
  'GET /v1/party': ['anyone', 'anyone'],
  'GET /vitrine.js': ['anyone', 'anyone'],
  'GET /widget/*': ['anyone', 'anyone'],
  'GET /v1/shops': ['operator', 'operator'],
  'GET /v1/shops/:shop': ['operator', 'operator'],
  'PUT /v1/shops/:shop': ['operator', 'operator'],
  'DELETE /v1/shops/:shop': ['operator', 'operator'],
  'PUT /v1/shops/:shop/state': ['operator', 'operator'],
  'PUT /v1/shops/:shop/keys/:key': ['operator', 'operator'],
  'DELETE /v1/shops/:shop/keys/:key': ['operator', 'operator'],
  'GET /v1/shops/:shop/audit-log': ['shop or operator', 'shop or operator'],
  'GET /v1/shops/:shop/manifest': ['anyone', 'anyone'],
  'GET /v1/shops/:shop/live': ['anyone', 'anyone'],
  'GET /v1/shops/:shop/first-shelf': ['anyone', 'anyone'],
  'GET /v1/shops/:shop/files/:digest': ['anyone', 'anyone'],
  'PUT /v1/shops/:shop/files/:digest': ['shop', 'shop'],
  'PUT /v1/shops/:shop/manifest': ['shop', 'shop'],
  'PUT /v1/shops/:shop/live': ['shop', 'shop'],
  'GET /v1/shops/:shop/publication': ['shop', 'shop'],
  'GET /v1/shops/:shop/versions': ['shop', 'shop'],
  'GET /v1/shops/:shop/versions/:sequence': ['shop', 'shop'],
  'POST /v1/shops/:shop/missing-files': ['shop', 'shop'],
  'GET /v1/shops/:shop/ledger': ['shop', 'shop'],
  'POST /v1/shops/:shop/ledger': ['shop', 'shop'],
  'GET /v1/shops/:shop/open-tasks': ['anyone', 'nobody'],
  'POST /v1/shops/:shop/task-keys': ['shop', 'shop'],
  'POST /v1/shops/:shop/tasks': ['shop', 'shop'],
  'GET /v1/shops/:shop/tasks/:task': ['shop', 'shop'],
  'GET /v1/shops/:shop/tasks/:task/aggregate-share': ['shop', 'shop'],
  'POST /v1/shops/:shop/tasks/:task/close': ['shop', 'nobody'],
  'POST /v1/shops/:shop/tasks/:task/reports': ['anyone', 'nobody'],
  'POST /v1/shops/:shop/tasks/:task/verify-key': ['nobody', 'other party'],
  'POST /v1/shops/:shop/tasks/:task/batches': ['nobody', 'other party'],
  'POST /v1/shops/:shop/tasks/:task/release': ['nobody', 'other party'],
};

const PASSES: Readonly<Record<Allowed, readonly string[]>> = {
  anyone: [],
  nobody: [],
  shop: ['the shop'],
  operator: ['the operator'],
  'shop or operator': ['the shop', 'the operator'],
  'other party': ['the other party'],
};

let parties: TestParties;
let taskId: string;
/** A row each of the published matrix. */
const table = new Map<string, string[]>();

beforeAll(async () => {
  parties = await startTestParties();
  await publishTinyModel(parties.leader.origin, parties.shopKey);
  await putLive(parties.leader.origin, parties.shopKey);
  ({ taskId } = await openTestTask(parties));
});

afterAll(() => Promise.all([parties.leader.dispose(), parties.helper.dispose()]));

test('the table below has every route', () => {
  const routes = createApp()
    .routes.filter(({ method }) => method !== 'ALL' && method !== 'OPTIONS')
    .map(({ method, path }) => `${method} ${path}`);
  expect([...new Set(routes)].sort()).toEqual(Object.keys(ROUTES).sort());
});

/** Who sends, with which key; `undefined` signs nothing. */
async function senders(role: 'leader' | 'helper'): Promise<Map<string, SigningKey | undefined>> {
  const { leader, helper, shopKey, leaderKey, helperKey } = parties;
  const [another, revoked, stranger] = await Promise.all([
    generateSigningKey(),
    generateSigningKey(),
    generateSigningKey(),
  ]);
  const party = { leader, helper }[role];
  await registerShop(party.origin, 'cup-shop', another.key);
  const operator = operatorAt(party.origin);
  await operator.addKey(SHOP, revoked.key.publicKey);
  await operator.revokeKey(SHOP, revoked.key.publicKey);
  return new Map([
    ['no signature', undefined],
    ['the shop', shopKey],
    ['the operator', OPERATOR_KEY],
    ['the other party', role === 'leader' ? helperKey : leaderKey],
    ['the party itself', role === 'leader' ? leaderKey : helperKey],
    ['another shop', another.key],
    ['a revoked key of the shop', revoked.key],
    ['a stranger', stranger.key],
  ]);
}

function addressOf(route: string, party: TestParty): [string, string] {
  const [method = '', path = ''] = route.split(' ');
  const filled = path
    .replace(':shop', SHOP)
    .replace(':task', taskId)
    .replace(':digest', 'ab'.repeat(32))
    .replace(':sequence', '3')
    .replace(':key', parties.shopKey.publicKey)
    .replace('*', 'x.js');
  return [method, `${party.origin}${filled}`];
}

/** A body that no route takes, so that nothing changes where somebody passes. */
async function send(route: string, party: TestParty, key: SigningKey | undefined): Promise<Response> {
  const [method, url] = addressOf(route, party);
  const request = new Request(url, { method, ...(method !== 'GET' && { body: 'neither JSON nor a report' }) });
  return fetch(key ? await signRequest(request, key, Date.now()) : request);
}

describe.each(['leader', 'helper'] as const)('at the %s', (role) => {
  test('a route lets those pass who are meant and nobody else, another shop least of all', async () => {
    const party = parties[role];
    const all = await senders(role);
    for (const [route, allowed] of Object.entries(ROUTES)) {
      const who = allowed[role === 'leader' ? 0 : 1];
      for (const [name, key] of all) {
        // These need no body, so they would be done; they have tests of their own.
        const wouldChange = PASSES[who].includes(name) && /:key$|^DELETE|close$/.test(route);
        if (wouldChange) continue;
        const response = await send(route, party, key);
        const told = `${name} at ${route}: ${response.status}`;
        if (who === 'nobody') expect([response.status, told]).toEqual([404, told]);
        else if (who === 'anyone') expect([401, 403], told).not.toContain(response.status);
        else if (PASSES[who].includes(name)) expect([401, 403, 500], told).not.toContain(response.status);
        else expect([...(await problemOf(response)), told]).toEqual([401, 'bad-request-signature', told]);
      }
      table.set(route, [...(table.get(route) ?? []), who]);
    }
  }, 60_000);
});

test('what one shop has is nowhere at the address of another one', async () => {
  const { leader, helper, shopKey, leaderKey } = parties;
  const { key } = await generateSigningKey();
  const other = 'pot-shop' as ShopId;
  for (const { origin } of [leader, helper]) await registerShop(origin, other, key);
  const get = async (party: TestParty, path: string, signer?: SigningKey, method = 'GET') => {
    const request = new Request(`${party.origin}/v1/shops/${other}${path}`, {
      method,
      ...(method === 'POST' && { body: '{}' }),
    });
    return fetch(signer ? await signRequest(request, signer, Date.now()) : request);
  };
  const mine = await fetch(`${leader.origin}/v1/shops/${SHOP}/manifest`);
  const { payload } = (await mine.json()) as { payload: string };
  const { files } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { files: { digest: string }[] };
  for (const { digest } of files) {
    expect((await fetch(`${leader.origin}/v1/shops/${SHOP}/files/${digest}`)).status).toBe(200);
    expect(await problemOf(await get(leader, `/files/${digest}`))).toEqual([404, 'not-found']);
  }
  expect(await problemOf(await get(leader, '/manifest'))).toEqual([404, 'no-manifest']);
  expect(await problemOf(await get(leader, '/live'))).toEqual([404, 'no-live']);
  expect(await (await get(leader, '/open-tasks')).json()).toEqual([]);
  expect((await get(leader, '/first-shelf')).status).toBe(204);
  expect(await (await get(leader, '/ledger', key)).json()).toEqual({ entries: [] });
  for (const path of [`/tasks/${taskId}`, `/tasks/${taskId}/aggregate-share`]) {
    expect(await problemOf(await get(leader, path, key))).toEqual([404, 'unknown-task']);
  }
  expect(await problemOf(await get(leader, `/tasks/${taskId}/close`, key, 'POST'))).toEqual([404, 'unknown-task']);
  expect(await problemOf(await get(helper, `/tasks/${taskId}/release`, leaderKey, 'POST'))).toEqual([
    400,
    'round-message-invalid',
  ]);
  // Both are as they were.
  expect((await fetch(`${leader.origin}/v1/shops/${SHOP}/open-tasks`).then((r) => r.json())) as unknown[]).toHaveLength(
    1,
  );
  expect(shopKey.publicKey).not.toBe(key.publicKey);
});

test.each([
  ['the shop’s own page', SHOP_ORIGIN, SHOP_ORIGIN],
  ['a page of another shop', 'https://cups.example', null],
  ['a page whose origin only begins alike', `${SHOP_ORIGIN}.evil.example`, null],
  ['a page of the same host without TLS', SHOP_ORIGIN.replace('https', 'http'), null],
  ['a page without an origin of its own', 'null', null],
])('what a shop publishes may be read by %s as its settings say', async (_, origin, allowed) => {
  for (const path of ['/manifest', '/live', '/open-tasks', '/first-shelf']) {
    const response = await fetch(`${parties.leader.origin}/v1/shops/${SHOP}${path}`, { headers: { origin } });
    expect(response.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(response.headers.get('vary')).toContain('Origin');
  }
  const reported = await fetch(`${parties.leader.origin}/v1/shops/${SHOP}/tasks/${taskId}/reports`, {
    method: 'POST',
    headers: { origin },
    body: 'no report',
  });
  expect((await problemOf(reported))[1]).toBe(allowed === null ? 'origin-not-allowed' : 'report-invalid');
});

test('the table in the documentation is this one', async () => {
  const rows = [...table].map(([route, [leader, helper]]) => `| \`${route}\` | ${leader} | ${helper} |`);
  await expect(
    `| route | at the leader | at the helper |\n| --- | --- | --- |\n${rows.join('\n')}\n`,
  ).toMatchFileSnapshot('../../docs/routes.md');
});
