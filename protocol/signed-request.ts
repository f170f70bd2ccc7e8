import { appendSignature, createSignature, isSignatureError, verifySignature, webcrypto } from 'http-message-sig';
import type { Bytes } from './bytes.ts';
import { sha256 } from './digest.ts';
import { ProtocolError } from './errors.ts';
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

/** A signed request's body, and who signed it. */
export interface VerifiedRequest {
  readonly body: Bytes;
  /** The signer among those allowed, raw Ed25519 public key as base64url. */
  readonly publicKey: string;
}

/**
 * Reads a signed request's body after checking who sent it.
 *
 * Guarantees: method, address and body are what the holder of one of `publicKeys` signed within about the last
 * {@link SIGNED_REQUEST_MAX_AGE_S} seconds, give or take {@link CLOCK_SKEW_S}.
 *
 * @param publicKeys Raw Ed25519 public keys of the allowed senders, base64url. With none of them nobody passes.
 * @throws {ProtocolError} `bad-request-signature` otherwise.
 */
export async function verifyRequest(
  request: Request,
  publicKeys: readonly string[],
  nowMs: number,
): Promise<VerifiedRequest> {
  const body = new Uint8Array(await request.clone().arrayBuffer());
  if (request.headers.get('content-digest') !== (await contentDigest(body))) {
    throw new ProtocolError('bad-request-signature', 'expected a content-digest header that fits the body');
  }
  let signer: string | undefined;
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
      resolveVerifier: async ({ parameters }) => {
        signer = await findKey(publicKeys, parameters.keyid);
        if (signer === undefined) throw new ProtocolError('unknown-key', 'expected one of the allowed keys');
        return webcrypto.verifier(await importVerifyKey(signer));
      },
    });
  } catch (cause) {
    const why = isSignatureError(cause) ? cause.message : 'it could not be read';
    throw new ProtocolError('bad-request-signature', `expected a request signed by an allowed key: ${why}`, { cause });
  }
  if (signer === undefined) throw new ProtocolError('bad-request-signature', 'expected a signature with a key id');
  return { body, publicKey: signer };
}

async function findKey(publicKeys: readonly string[], keyId: unknown): Promise<string | undefined> {
  for (const publicKey of publicKeys) {
    if ((await fingerprintOf(publicKey)) === keyId) return publicKey;
  }
  return undefined;
}

/** RFC 9530's `Content-Digest` of a body. */
export async function contentDigest(body: Uint8Array): Promise<string> {
  let binary = '';
  for (const byte of await sha256(body)) binary += String.fromCharCode(byte);
  return `sha-256=:${btoa(binary)}:`;
}
