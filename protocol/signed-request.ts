import { appendSignature, createSignature, isSignatureError, verifySignature, webcrypto } from 'http-message-sig';
import type { Bytes } from './bytes.ts';
import { sha256 } from './digest.ts';
import { ProtocolError } from './errors.ts';
import type { KeyFingerprint } from './ids.ts';
import { fingerprintOf, importVerifyKey, type SigningKey } from './keys.ts';

/** What every signature covers: method, whole address and body. */
const COMPONENTS = ['@method', '@authority', '@path', '@query', 'content-digest'];

/** A request older than this and the clock skew is refused; a replay until then does nothing, or makes a spare key. */
export const SIGNED_REQUEST_MAX_AGE_S = 300;
/** The clocks of sender and reader may differ by this much, either way. */
const CLOCK_SKEW_S = 60;

/**
 * Signs a request between trainer, leader and helper (RFC 9421 with Ed25519, body by RFC 9530
 * `Content-Digest`).
 *
 * @param request Its body is read, so a new request is returned.
 */
export async function signRequest(request: Request, key: SigningKey, nowMs: number): Promise<Request> {
  const body = new Uint8Array(await request.arrayBuffer());
  const headers = new Headers(request.headers);
  headers.set('content-digest', await contentDigest(body));
  const init: RequestInit = { method: request.method, headers };
  if (body.length > 0) init.body = body;
  const digested = new Request(request.url, init);
  const fields = await createSignature(digested, {
    label: 'vitrine',
    components: COMPONENTS,
    parameters: { created: Math.floor(nowMs / 1000), alg: 'ed25519', keyid: key.fingerprint },
    signer: webcrypto.signer(key.privateKey),
  });
  return new Request(digested, { headers: appendSignature(digested.headers, fields) });
}

/**
 * Reads a signed request's body after checking who sent it.
 *
 * Guarantees: method, address and body are what the holder of `publicKey` signed within about the last
 * {@link SIGNED_REQUEST_MAX_AGE_S} seconds, give or take {@link CLOCK_SKEW_S}.
 *
 * @param publicKey Raw Ed25519 public key of the one allowed sender, base64url.
 * @throws {ProtocolError} `bad-request-signature` otherwise.
 */
export async function verifyRequest(request: Request, publicKey: string, nowMs: number): Promise<Bytes> {
  const body = new Uint8Array(await request.clone().arrayBuffer());
  if (request.headers.get('content-digest') !== (await contentDigest(body))) {
    throw new ProtocolError('bad-request-signature', 'expected a content-digest header that fits the body');
  }
  const allowed: KeyFingerprint = await fingerprintOf(publicKey);
  const key = await importVerifyKey(publicKey);
  try {
    await verifySignature(request, {
      policy: {
        algorithms: ['ed25519'],
        requiredComponents: COMPONENTS,
        requiredParameters: ['created', 'keyid'],
        maxAge: SIGNED_REQUEST_MAX_AGE_S,
        clockSkew: CLOCK_SKEW_S,
        now: Math.floor(nowMs / 1000),
      },
      resolveVerifier: ({ parameters }) => {
        if (parameters.keyid !== allowed) throw new ProtocolError('unknown-key', `expected key ${allowed}`);
        return webcrypto.verifier(key);
      },
    });
  } catch (cause) {
    const why = isSignatureError(cause) ? cause.message : 'it could not be read';
    throw new ProtocolError('bad-request-signature', `expected a request signed by key ${allowed}: ${why}`, { cause });
  }
  return body;
}

/** RFC 9530's `Content-Digest` of a body. */
export async function contentDigest(body: Uint8Array): Promise<string> {
  let binary = '';
  for (const byte of await sha256(body)) binary += String.fromCharCode(byte);
  return `sha-256=:${btoa(binary)}:`;
}
