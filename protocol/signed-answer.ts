import {
  appendSignature,
  component,
  createSignature,
  isSignatureError,
  type ResponseDescriptor,
  verifySignature,
  webcrypto,
} from 'http-message-sig';
import type { Bytes } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { fingerprintOf, importVerifyKey, type SigningKey } from './keys.ts';
import { contentDigest } from './signed-request.ts';

/** What every signature covers: status and body, and by its signature the very request that is answered. */
const COMPONENTS = ['@status', 'content-digest', component('signature', { req: true })];

/**
 * Signs a party's answer to a signed request (RFC 9421 with Ed25519, section 2.4 for the request's part).
 *
 * @param response Its body is read, so a new response is returned.
 * @param request As it came, with its signature.
 */
export async function signAnswer(
  response: Response,
  { request, key, nowMs }: { readonly request: Request; readonly key: SigningKey; readonly nowMs: number },
): Promise<Response> {
  const body = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.set('content-digest', await contentDigest(body));
  const fields = await createSignature(describe(response.status, headers, request), {
    label: 'vitrine',
    components: COMPONENTS,
    parameters: { created: Math.floor(nowMs / 1000), alg: 'ed25519', keyid: key.fingerprint },
    signer: webcrypto.signer(key.privateKey),
  });
  return new Response(body, { status: response.status, headers: appendSignature(headers, fields) });
}

/**
 * Reads an answer's body after checking who gave it.
 *
 * Guarantee: status and body are what the holder of `publicKey` answered to this very request. An
 * answer has no age: whoever repeats a request gets an answer to its own signature.
 *
 * @param request As it was sent, with its signature.
 * @param publicKey Raw Ed25519 public key of the party asked, base64url.
 * @throws {ProtocolError} `bad-answer-signature` otherwise.
 */
export async function verifyAnswer(
  response: Response,
  { request, publicKey }: { readonly request: Request; readonly publicKey: string },
): Promise<Bytes> {
  const body = new Uint8Array(await response.arrayBuffer());
  if (response.headers.get('content-digest') !== (await contentDigest(body))) {
    throw new ProtocolError('bad-answer-signature', 'expected a content-digest header that fits the body');
  }
  const expected = await fingerprintOf(publicKey);
  const key = await importVerifyKey(publicKey);
  try {
    await verifySignature(describe(response.status, response.headers, request), {
      policy: {
        algorithms: ['ed25519'],
        requiredComponents: COMPONENTS,
        requiredParameters: ['keyid'],
        clockSkew: Number.MAX_SAFE_INTEGER, // or one from a party whose clock is a second ahead would be refused
      },
      resolveVerifier: ({ parameters }) => {
        if (parameters.keyid !== expected) throw new ProtocolError('unknown-key', `expected key ${expected}`);
        return webcrypto.verifier(key);
      },
    });
  } catch (cause) {
    const why = isSignatureError(cause) ? cause.message : 'it could not be read';
    throw new ProtocolError('bad-answer-signature', `expected an answer signed by key ${expected}: ${why}`, { cause });
  }
  return body;
}

function describe(status: number, headers: Headers, request: Request): ResponseDescriptor {
  const fields = Array.from(headers, ([name, value]) => ({ name, value }));
  return { kind: 'response', status, fields, request };
}
