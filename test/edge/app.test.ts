import { expect, test, vi } from 'vitest';
import { createApp } from '#edge/app.ts';
import type { Env } from '#edge/env.ts';
import { generateSigningKey } from '#protocol/keys.ts';

const app = createApp();
const { key, pkcs8 } = await generateSigningKey();

/** A party whose storage fails whenever it is touched. */
const env = {
  ROLE: 'leader',
  PARTY_PRIVATE_KEY: pkcs8,
  PEER_PUBLIC_KEY: '',
  OPERATOR_PUBLIC_KEY: '',
  DB: {
    prepare() {
      throw new Error('the database is away');
    },
  },
} as unknown as Env;

test('tells who it is', async () => {
  const response = await app.request('/v1/party', {}, env);
  expect(await response.json()).toEqual({ role: 'leader', publicKey: key.publicKey });
});

test('says that it runs', async () => {
  expect((await app.request('/v1/health', {}, env)).status).toBe(200);
});

test.each(['/', '/v1', '/v1/shop', '/v2/party', '/v1/shops/mug-shop/unknown-<b>'])(
  'answers %s with a problem that repeats nothing of the request',
  async (path) => {
    const response = await app.request(path, {}, env);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({ code: 'not-found', title: 'There is nothing at this address.' });
  },
);

test('tells nothing of its own errors', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const response = await app.request('/v1/shops/mug-shop/manifest', {}, env);
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ code: 'internal', title: 'Something went wrong on this side.' });
  expect(log).toHaveBeenCalledOnce();
  log.mockRestore();
});

test('a missing private key is its own fault, not the sender’s', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  expect((await app.request('/v1/party', {}, { ...env, PARTY_PRIVATE_KEY: 'none' })).status).toBe(500);
  log.mockRestore();
});

test('every answer of the API forbids scripts, frames and guessing of types', async () => {
  const { headers } = await app.request('/v1/health', {}, env);
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
});

test('the widget’s files say what they are, and may be used by every origin; hashed names are kept for good, the tag is not', async () => {
  const ASSETS = { fetch: async () => new Response('export {}', { headers: { 'content-type': 'text/javascript' } }) };
  const tag = await app.request('/vitrine.js', { headers: { origin: 'https://a.example' } }, { ...env, ASSETS });
  const chunk = await app.request('/widget/shelf-3f2a.js', {}, { ...env, ASSETS });
  expect(tag.headers.get('access-control-allow-origin')).toBe('*');
  expect(tag.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(tag.headers.get('cache-control')).toContain('max-age=300');
  expect(chunk.headers.get('cache-control')).toContain('immutable');
  for (const { headers } of [tag, chunk]) expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

test('a widget file that does not exist is a problem like any other', async () => {
  const ASSETS = { fetch: async () => new Response(null, { status: 404 }) };
  expect((await app.request('/widget/gone.js', {}, { ...env, ASSETS })).status).toBe(404);
  expect((await app.request('/vitrine.js', {}, env)).status).toBe(404);
});
