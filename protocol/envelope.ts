import * as v from 'valibot';
import { type Bytes, concatBytes, fromBase64Url, toBase64Url, utf8 } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import type { KeyFingerprint } from './ids.ts';
import { fingerprintOf, importVerifyKey, type SigningKey } from './keys.ts';
import { parseWith } from './parse.ts';

/** What a signed message is; part of what is signed, so that none passes for another. */
export type PayloadType =
  | 'application/vnd.vitrine.manifest+json'
  | 'application/vnd.vitrine.live+json'
  | 'application/vnd.vitrine.task+json';

const SignatureSchema = v.object({
  /** Raw Ed25519 public key, 32 bytes as base64url. */
  publicKey: v.pipe(v.string(), v.length(43)),
  /** Ed25519 signature, 64 bytes as base64url. */
  sig: v.pipe(v.string(), v.length(86)),
});

/** At most this many signatures are looked at: a message here has one or two signers. */
const MAX_SIGNATURES = 4;

export const EnvelopeSchema = v.object({
  payloadType: v.string(),
  payload: v.string(),
  signatures: v.pipe(v.array(SignatureSchema), v.minLength(1), v.maxLength(MAX_SIGNATURES)),
});

/**
 * A signed message: the exact bytes that were signed travel beside the signatures, so no canonical
 * JSON is needed. DSSE (Dead Simple Signing Envelope 1.0) with base64url and the public key in
 * place of a key id.
 */
export type Envelope = v.InferOutput<typeof EnvelopeSchema>;

/** Signs `payload` with `key`; the result holds one signature. */
export async function signEnvelope(payloadType: PayloadType, payload: Uint8Array, key: SigningKey): Promise<Envelope> {
  return {
    payloadType,
    payload: toBase64Url(payload),
    signatures: [await signatureOver(payloadType, payload, key)],
  };
}

/** The same message with one more signature. */
export async function cosignEnvelope(envelope: Envelope, key: SigningKey): Promise<Envelope> {
  const payload = fromBase64Url(envelope.payload);
  const added = await signatureOver(envelope.payloadType, payload, key);
  return { ...envelope, signatures: [...envelope.signatures, added] };
}

/** A key that has to have signed, or keys of which one has to: a shop may have several. */
export type TrustedSigner = KeyFingerprint | readonly KeyFingerprint[];

/** What a signed message holds. */
export interface OpenedEnvelope<Trusted extends readonly TrustedSigner[]> {
  readonly payload: Bytes;
  /** The key that signed for each of the trusted signers, in their order. */
  readonly signedBy: { readonly [Place in keyof Trusted]: KeyFingerprint };
}

/**
 * Opens a signed message.
 *
 * Guarantees: each trusted signer has a valid signature over the payload and its type.
 *
 * @param value The envelope as parsed from JSON.
 * @param trusted Who must all have signed. At least one.
 * @throws {ProtocolError} `envelope-invalid` if it is no envelope or holds another type; `bad-id` if a key or
 *   signature is no base64url; `unknown-key` if a trusted signer has no signature here; `signature-invalid` if it
 *   has a wrong one.
 */
export async function openEnvelope<const Trusted extends readonly TrustedSigner[]>(
  value: unknown,
  { payloadType, trusted }: { readonly payloadType: PayloadType; readonly trusted: Trusted },
): Promise<OpenedEnvelope<Trusted>> {
  const envelope = parseWith(EnvelopeSchema, value, 'envelope-invalid');
  if (envelope.payloadType !== payloadType) {
    throw new ProtocolError('envelope-invalid', `expected payload type ${payloadType}, got another`);
  }
  if (trusted.length === 0) throw new RangeError('expected trusted to hold at least one signer, got 0');
  const payload = decodePayload(envelope.payload);
  const signed = preAuthenticationEncoding(payloadType, payload);
  const byFingerprint = new Map(
    await Promise.all(
      envelope.signatures.map(async (signature) => [await fingerprintOf(signature.publicKey), signature] as const),
    ),
  );
  const signedBy: KeyFingerprint[] = [];
  for (const signer of trusted) {
    const allowed = [signer].flat();
    const fingerprint = allowed.find((candidate) => byFingerprint.has(candidate));
    const signature = fingerprint && byFingerprint.get(fingerprint);
    if (!signature) throw new ProtocolError('unknown-key', `expected a signature by key ${allowed}, got none`);
    const key = await importVerifyKey(signature.publicKey);
    if (!(await crypto.subtle.verify('Ed25519', key, fromBase64Url(signature.sig), signed))) {
      throw new ProtocolError('signature-invalid', `expected a valid signature by key ${fingerprint}`);
    }
    signedBy.push(fingerprint);
  }
  return { payload, signedBy: signedBy as OpenedEnvelope<Trusted>['signedBy'] };
}

function decodePayload(text: string): Bytes {
  try {
    return fromBase64Url(text);
  } catch (cause) {
    throw new ProtocolError('envelope-invalid', 'expected the payload as unpadded base64url', { cause });
  }
}

async function signatureOver(payloadType: string, payload: Uint8Array, key: SigningKey) {
  const signed = preAuthenticationEncoding(payloadType, payload);
  const sig = new Uint8Array(await crypto.subtle.sign('Ed25519', key.privateKey, signed));
  return { publicKey: key.publicKey, sig: toBase64Url(sig) };
}

/** DSSE's PAE: `DSSEv1 SP LEN(type) SP type SP LEN(body) SP body`, lengths in decimal bytes. */
function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Bytes {
  const type = utf8(payloadType);
  return concatBytes(utf8(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `), payload);
}
