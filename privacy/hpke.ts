import { AEAD_AES_128_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke';
import { type Bytes, fromBase64Url } from '#protocol/bytes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { SealedShare } from '#protocol/report.ts';

/** The one suite of reports: X25519, HKDF-SHA256, AES-128-GCM. */
const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_128_GCM);

const ALGORITHM = { name: 'X25519' } as const;

/** A party's key pair of one task. */
export interface HpkeKeyPair {
  /** Raw X25519 public key, 32 bytes as base64url, as in the task. */
  readonly publicKey: string;
  readonly keys: CryptoKeyPair;
}

/** A key pair as text, for the party's own storage only; both halves 32 raw bytes as base64url. */
export interface StoredHpkeKeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** What a share is sealed with besides the key; the opener must name the same. */
export interface SealingContext {
  /** Protocol, version and roles. */
  readonly info: Bytes;
  /** Associated data: authenticated, not sent. */
  readonly aad: Bytes;
}

/** A new key pair, to be used for one task and deleted at its close. */
export async function generateHpkeKeyPair(): Promise<StoredHpkeKeyPair> {
  const { privateKey } = (await crypto.subtle.generateKey(ALGORITHM, true, ['deriveBits'])) as CryptoKeyPair;
  const { x, d } = (await crypto.subtle.exportKey('jwk', privateKey)) as { x: string; d: string };
  return { publicKey: x, privateKey: d };
}

/**
 * A stored key pair, ready to open shares. The private half cannot be exported again.
 *
 * @throws {ProtocolError} `bad-key` if it is no X25519 key pair.
 */
export async function importHpkeKeyPair({ publicKey, privateKey }: StoredHpkeKeyPair): Promise<HpkeKeyPair> {
  try {
    const jwk = { kty: 'OKP', crv: 'X25519', x: publicKey, d: privateKey };
    const keys = {
      privateKey: await crypto.subtle.importKey('jwk', jwk, ALGORITHM, false, ['deriveBits']),
      publicKey: await crypto.subtle.importKey('raw', fromBase64Url(publicKey), ALGORITHM, true, []),
    };
    return { publicKey, keys };
  } catch (cause) {
    throw new ProtocolError('bad-key', 'expected an X25519 key pair of 32 bytes each', { cause });
  }
}

/**
 * Seals a message to one key (RFC 9180 section 6.1, base mode, single-shot).
 *
 * Guarantee: only the holder of the private key can read it, and it opens only with the same `info`
 * and `aad`. Who sealed it is not authenticated: devices are anonymous.
 *
 * @param publicKey The receiver's raw X25519 public key, base64url.
 * @throws {ProtocolError} `bad-key` if `publicKey` is no usable X25519 key.
 */
export async function sealTo(
  publicKey: string,
  { info, aad, plaintext }: SealingContext & { readonly plaintext: Bytes },
): Promise<SealedShare> {
  try {
    const key = await suite.DeserializePublicKey(fromBase64Url(publicKey));
    const { encapsulatedSecret, ciphertext } = await suite.Seal(key, plaintext, { info, aad });
    return { enc: encapsulatedSecret as Bytes, ciphertext: ciphertext as Bytes };
  } catch (cause) {
    throw new ProtocolError('bad-key', 'expected an X25519 public key of 32 bytes', { cause });
  }
}

/**
 * Opens what {@link sealTo} sealed.
 *
 * @throws {ProtocolError} `report-invalid` if it was sealed to another key, with another `info` or
 *   `aad`, or was changed since: which of these cannot be told.
 */
export async function openSealed(
  keyPair: HpkeKeyPair,
  { info, aad, sealed }: SealingContext & { readonly sealed: SealedShare },
): Promise<Bytes> {
  try {
    return (await suite.Open(keyPair.keys, sealed.enc, sealed.ciphertext, { info, aad })) as Bytes;
  } catch (cause) {
    throw new ProtocolError('report-invalid', 'expected a share sealed to this key for this report', { cause });
  }
}
