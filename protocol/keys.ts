import { type Bytes, fromBase64Url, toBase64Url } from './bytes.ts';
import { sha256 } from './digest.ts';
import { ProtocolError } from './errors.ts';
import type { KeyFingerprint } from './ids.ts';

/** An Ed25519 key pair (RFC 8032) with the public key's raw 32 bytes as base64url. */
export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicKey: string;
  readonly fingerprint: KeyFingerprint;
}

const ALGORITHM = { name: 'Ed25519' } as const;

/** SHA-256 of a raw Ed25519 public key given as base64url: what a pasted tag trusts. */
export async function fingerprintOf(publicKey: string): Promise<KeyFingerprint> {
  return toBase64Url(await sha256(fromBase64Url(publicKey))) as KeyFingerprint;
}

/**
 * A public key for verifying signatures.
 *
 * @param publicKey 32 raw bytes as base64url.
 * @throws {ProtocolError} `bad-key` if it is not such a key.
 */
export async function importVerifyKey(publicKey: string): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey('raw', fromBase64Url(publicKey), ALGORITHM, false, ['verify']);
  } catch (cause) {
    throw new ProtocolError('bad-key', 'expected an Ed25519 public key of 32 bytes', { cause });
  }
}

/** A new key pair and its private half as PKCS #8 in base64url, for the owner's disk only. */
export async function generateSigningKey(): Promise<{ readonly key: SigningKey; readonly pkcs8: string }> {
  const pair = (await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as CryptoKeyPair;
  const pkcs8 = new Uint8Array((await crypto.subtle.exportKey('pkcs8', pair.privateKey)) as ArrayBuffer);
  const raw = new Uint8Array((await crypto.subtle.exportKey('raw', pair.publicKey)) as ArrayBuffer);
  return { key: await toSigningKey(pair.privateKey, raw), pkcs8: toBase64Url(pkcs8) };
}

/**
 * The key pair of a stored private key.
 *
 * @param pkcs8 PKCS #8 in base64url, as {@link generateSigningKey} returned it.
 * @throws {ProtocolError} `bad-key` if it is not an Ed25519 private key.
 */
export async function importSigningKey(pkcs8: string): Promise<SigningKey> {
  try {
    const privateKey = await crypto.subtle.importKey('pkcs8', fromBase64Url(pkcs8), ALGORITHM, true, ['sign']);
    const jwk = (await crypto.subtle.exportKey('jwk', privateKey)) as JsonWebKey;
    return await toSigningKey(privateKey, fromBase64Url(jwk.x ?? ''));
  } catch (cause) {
    throw new ProtocolError('bad-key', 'expected an Ed25519 private key as PKCS #8 in base64url', { cause });
  }
}

async function toSigningKey(privateKey: CryptoKey, rawPublicKey: Bytes): Promise<SigningKey> {
  const publicKey = toBase64Url(rawPublicKey);
  return { privateKey, publicKey, fingerprint: await fingerprintOf(publicKey) };
}
