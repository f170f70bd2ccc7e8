import { createHash, verify } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { signAnswer, verifyAnswer } from '#protocol/signed-answer.ts';
import { signRequest } from '#protocol/signed-request.ts';
import { fixedKey } from './fixed-key.ts';

const NOW_MS = 1_790_000_000_400;
const BODY = '{"kind":"agreed"}';
const refused = { code: 'bad-answer-signature' };

let asker: SigningKey;
let party: SigningKey;
let other: SigningKey;
let request: Request;
let answer: Response;

beforeAll(async () => {
  [asker, party, other] = await Promise.all([fixedKey(16), fixedKey(17), fixedKey(18)]);
  request = await ask('{"step":3}');
  answer = await answerTo(request);
});

function ask(body: string): Promise<Request> {
  return signRequest(new Request('https://helper.example/v1/x', { method: 'POST', body }), asker, NOW_MS);
}

function answerTo(to: Request, init: ResponseInit = { status: 202, headers: { 'x-kept': 'yes' } }): Promise<Response> {
  return signAnswer(new Response(BODY, init), { request: to, key: party, nowMs: NOW_MS });
}

/** The answer with something changed. */
function changed({ body = BODY, status = 202 }: { readonly body?: string; readonly status?: number }): Response {
  const headers = new Headers(answer.headers);
  const digest = createHash('sha256').update(body).digest('base64');
  headers.set('content-digest', `sha-256=:${digest}:`);
  return new Response(body, { status, headers });
}

describe('a signed answer', () => {
  test('is read by whoever asked and knows the party’s key', async () => {
    expect([answer.status, answer.headers.get('x-kept')]).toEqual([202, 'yes']);
    expect(await verifyAnswer(answer.clone(), { request, publicKey: party.publicKey })).toEqual(utf8(BODY));
  });

  test.each([-7_200_000, 7_200_000])('is read from a party whose clock is %d ms off', async (offMs) => {
    const nowMs = Date.now() + offMs;
    const late = await signAnswer(new Response(BODY), { request, key: party, nowMs });
    expect(await verifyAnswer(late, { request, publicKey: party.publicKey })).toEqual(utf8(BODY));
  });

  test('carries an Ed25519 signature over the signature base of RFC 9421', async () => {
    // The base is written out here from RFC 9421 sections 2.4 and 2.5, checked by Node's own Ed25519.
    const parameters = answer.headers.get('signature-input')?.replace(/^vitrine=/, '') ?? '';
    expect(parameters).toContain('("@status" "content-digest" "signature";req)');
    const base = [
      '"@status": 202',
      `"content-digest": sha-256=:${createHash('sha256').update(BODY).digest('base64')}:`,
      `"signature";req: ${request.headers.get('signature')}`,
      `"@signature-params": ${parameters}`,
    ];
    const [, signature = ''] = answer.headers.get('signature')?.match(/^vitrine=:(.+):$/) ?? [];
    const publicKey = { key: { kty: 'OKP', crv: 'Ed25519', x: party.publicKey }, format: 'jwk' as const };
    expect(verify(null, Buffer.from(base.join('\n')), publicKey, Buffer.from(signature, 'base64'))).toBe(true);
  });
});

describe('an answer is refused', () => {
  test('by whoever trusts another party', async () => {
    await expect(verifyAnswer(answer.clone(), { request, publicKey: other.publicKey })).rejects.toMatchObject(refused);
  });

  test('to another request', async () => {
    const another = await ask('{"step":4}');
    await expect(verifyAnswer(answer.clone(), { request: another, publicKey: party.publicKey })).rejects.toMatchObject(
      refused,
    );
  });

  test.each([
    ['another body', { body: '{"kind":"agreee"}' }],
    ['another status', { status: 409 }],
  ])('with %s', async (_, change) => {
    const attempt = verifyAnswer(changed(change), { request, publicKey: party.publicKey });
    await expect(attempt).rejects.toMatchObject(refused);
  });

  test('whose digest is not that of its body', async () => {
    const forged = new Response('{"kind":"no"}', { status: 202, headers: answer.headers });
    await expect(verifyAnswer(forged, { request, publicKey: party.publicKey })).rejects.toThrow(/content-digest/);
  });

  test('without a signature', async () => {
    const headers = new Headers(answer.headers);
    headers.delete('signature');
    headers.delete('signature-input');
    const unsigned = new Response(BODY, { status: 202, headers });
    await expect(verifyAnswer(unsigned, { request, publicKey: party.publicKey })).rejects.toMatchObject(refused);
  });
});
