import { afterAll, beforeAll, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { signRequest } from '#protocol/signed-request.ts';
import { startTestParty, type TestParty } from './local-parties.ts';
import { problemOf, sendSigned } from './publishing-fixture.ts';

/** No message at all: a request that passes the check of its sender fails for this. */
const BODY = '{}';

let leader: TestParty;
let key: SigningKey;
let base: string;

beforeAll(async () => {
  ({ key } = await generateSigningKey());
  leader = await startTestParty({ role: 'leader', identity: await generateSigningKey(), peerKey: '', shopKey: key });
  base = `${leader.origin}/v1/shops/mug-shop`;
}, 30_000);

afterAll(() => leader.dispose());

test('a signed request passes', async () => {
  const response = await sendSigned(leader.origin, { method: 'PUT', path: '/live', body: BODY }, { key });
  expect(await problemOf(response)).toEqual([400, 'envelope-invalid']);
});

test('a request is refused without a signature', async () => {
  const response = await fetch(`${base}/live`, { method: 'PUT', body: BODY });
  expect(await problemOf(response)).toEqual([401, 'bad-request-signature']);
});

test('a request is refused when another key signed it', async () => {
  const { key: other } = await generateSigningKey();
  const response = await sendSigned(leader.origin, { method: 'PUT', path: '/live', body: BODY }, { key: other });
  expect(await problemOf(response)).toEqual([401, 'bad-request-signature']);
});

test.each([
  ['seven minutes old', -420_000],
  ['two minutes ahead', 120_000],
])('a request is refused when it is %s', async (_, shiftMs) => {
  const sender = { key, nowMs: Date.now() + shiftMs };
  const response = await sendSigned(leader.origin, { method: 'PUT', path: '/live', body: BODY }, sender);
  expect(await problemOf(response)).toEqual([401, 'bad-request-signature']);
});

test('a signature is good for its own address only', async () => {
  const signed = await signRequest(new Request(`${base}/manifest`, { method: 'PUT', body: BODY }), key, Date.now());
  const moved = await fetch(`${base}/live`, { method: 'PUT', headers: signed.headers, body: BODY });
  expect(await problemOf(moved)).toEqual([401, 'bad-request-signature']);
});

test('a signature is good for its own body only', async () => {
  const digest = await digestOf(utf8('other'));
  const address = `${base}/files/${digest}`;
  const signed = await signRequest(new Request(address, { method: 'PUT', body: 'sent' }), key, Date.now());
  const changed = await fetch(address, { method: 'PUT', headers: signed.headers, body: 'other' });
  expect(await problemOf(changed)).toEqual([401, 'bad-request-signature']);
});
