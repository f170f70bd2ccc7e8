import { createHash, verify } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { signRequest, verifyRequest } from '#protocol/signed-request.ts';
import { fixedKey } from './fixed-key.ts';

const ADDRESS = 'https://edge.example/v1/shops/lamp-shop/tasks?dry=2';
const BODY = '{"minBatch":250}';
const NOW_MS = 1_790_000_000_400;

let key: SigningKey;
let otherKey: SigningKey;

beforeAll(async () => {
  [key, otherKey] = await Promise.all([fixedKey(14), fixedKey(15)]);
});

const post = (address = ADDRESS, body: BodyInit = BODY) =>
  new Request(address, { method: 'POST', body, headers: { 'content-type': 'application/json' } });

/** The signature of one request on another one. */
function moveSignature(signed: Request, to: Request): Request {
  const headers = new Headers(to.headers);
  for (const name of ['signature', 'signature-input', 'content-digest'])
    headers.set(name, signed.headers.get(name) ?? '');
  return new Request(to, { headers });
}

describe('a signed request', () => {
  test('is read by whoever trusts its key', async () => {
    const signed = await signRequest(post(), key, NOW_MS);
    expect(signed.headers.get('content-type')).toBe('application/json');
    expect(await verifyRequest(signed, [key.publicKey], NOW_MS)).toEqual({
      body: utf8(BODY),
      publicKey: key.publicKey,
    });
  });

  test('is read by whoever trusts its key among others, and says which it was', async () => {
    const older = await fixedKey(9);
    const signed = await signRequest(post(), key, NOW_MS);
    const { publicKey } = await verifyRequest(signed, [older.publicKey, key.publicKey], NOW_MS);
    expect(publicKey).toBe(key.publicKey);
    const refused = { code: 'bad-request-signature' };
    await expect(verifyRequest(signed, [older.publicKey], NOW_MS)).rejects.toMatchObject(refused);
    await expect(verifyRequest(signed, [], NOW_MS)).rejects.toMatchObject(refused);
  });

  test('can still be read after the check', async () => {
    const signed = await signRequest(post(), key, NOW_MS);
    await verifyRequest(signed, [key.publicKey], NOW_MS);
    expect(await signed.text()).toBe(BODY);
  });

  test('may have no body', async () => {
    const signed = await signRequest(new Request(ADDRESS), key, NOW_MS);
    expect(await verifyRequest(signed, [key.publicKey], NOW_MS)).toEqual({ body: utf8(''), publicKey: key.publicKey });
  });

  test('carries an Ed25519 signature over the signature base of RFC 9421', async () => {
    // The base is written out here from RFC 9421 section 2.5, checked by Node's own Ed25519.
    const signed = await signRequest(post(), key, NOW_MS);
    const parameters = signed.headers.get('signature-input')?.replace(/^vitrine=/, '') ?? '';
    expect(parameters).toContain('("@method" "@authority" "@path" "@query" "content-digest")');
    expect(parameters).toContain(';created=1790000000');
    const base = [
      '"@method": POST',
      '"@authority": edge.example',
      '"@path": /v1/shops/lamp-shop/tasks',
      '"@query": ?dry=2',
      `"content-digest": sha-256=:${createHash('sha256').update(BODY).digest('base64')}:`,
      `"@signature-params": ${parameters}`,
    ];
    const [, signature = ''] = signed.headers.get('signature')?.match(/^vitrine=:(.+):$/) ?? [];
    const publicKey = { key: { kty: 'OKP', crv: 'Ed25519', x: key.publicKey }, format: 'jwk' as const };
    expect(verify(null, Buffer.from(base.join('\n')), publicKey, Buffer.from(signature, 'base64'))).toBe(true);
  });

  test.each([
    ['five minutes old', 300_000],
    ['six minutes old by a clock that is a minute ahead', 359_000],
    ['a minute ahead of the reader', -59_000],
  ])('is taken when it is %s', async (_, ageMs) => {
    const signed = await signRequest(post(), key, NOW_MS);
    await expect(verifyRequest(signed, [key.publicKey], NOW_MS + ageMs)).resolves.toBeDefined();
  });
});

describe('a request is refused', () => {
  const refused = { code: 'bad-request-signature' };

  test('without a signature', async () => {
    await expect(verifyRequest(post(), [key.publicKey], NOW_MS)).rejects.toMatchObject(refused);
  });

  test('when another key signed it', async () => {
    const signed = await signRequest(post(), otherKey, NOW_MS);
    await expect(verifyRequest(signed, [key.publicKey], NOW_MS)).rejects.toMatchObject(refused);
  });

  test('when another key signed it under the name of the trusted one', async () => {
    const impostor = { ...otherKey, fingerprint: key.fingerprint };
    const signed = await signRequest(post(), impostor, NOW_MS);
    await expect(verifyRequest(signed, [key.publicKey], NOW_MS)).rejects.toMatchObject(refused);
  });

  test.each([
    ['a little over six minutes old', 361_000],
    ['a little over a minute ahead of the reader', -61_000],
  ])('when it is %s', async (_, ageMs) => {
    const signed = await signRequest(post(), key, NOW_MS);
    await expect(verifyRequest(signed, [key.publicKey], NOW_MS + ageMs)).rejects.toMatchObject(refused);
  });

  test.each([
    ['body', () => post(ADDRESS, '{"minBatch":100}')],
    ['path', () => post(ADDRESS.replace('tasks', 'live'))],
    ['host', () => post(ADDRESS.replace('edge.', 'evil.'))],
    ['query', () => post(ADDRESS.replace('dry=2', 'dry=3'))],
    ['method', () => new Request(ADDRESS, { method: 'PUT', body: BODY })],
  ])('when it has another %s than the one signed', async (_, altered) => {
    const signed = await signRequest(post(), key, NOW_MS);
    await expect(verifyRequest(moveSignature(signed, altered()), [key.publicKey], NOW_MS)).rejects.toMatchObject(
      refused,
    );
  });

  test('when body and digest were both replaced', async () => {
    const signed = await signRequest(post(), key, NOW_MS);
    const forged = await signRequest(post(ADDRESS, '{"minBatch":100}'), otherKey, NOW_MS);
    const headers = new Headers(signed.headers);
    headers.set('content-digest', forged.headers.get('content-digest') ?? '');
    const mixed = new Request(forged, { headers });
    await expect(verifyRequest(mixed, [key.publicKey], NOW_MS)).rejects.toMatchObject(refused);
  });

  test('when its time was changed after signing', async () => {
    const signed = await signRequest(post(), key, NOW_MS);
    const headers = new Headers(signed.headers);
    headers.set('signature-input', (headers.get('signature-input') ?? '').replace('1790000000', '1790000090'));
    await expect(
      verifyRequest(new Request(signed, { headers }), [key.publicKey], NOW_MS + 90_000),
    ).rejects.toMatchObject(refused);
  });

  test('when it covers less than method, address and body', async () => {
    const signed = await signRequest(post(), key, NOW_MS);
    const headers = new Headers(signed.headers);
    headers.set('signature-input', (headers.get('signature-input') ?? '').replace(' "@path"', ''));
    await expect(verifyRequest(new Request(signed, { headers }), [key.publicKey], NOW_MS)).rejects.toMatchObject(
      refused,
    );
  });
});
