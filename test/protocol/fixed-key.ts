import { concatBytes, fromHex, toBase64Url } from '#protocol/bytes.ts';
import { importSigningKey, type SigningKey } from '#protocol/keys.ts';

/** What precedes the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410 section 10.3). */
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420');

/** PKCS #8 in base64url of the private key with these 32 bytes. */
export function pkcs8Of(secret: Uint8Array): string {
  return toBase64Url(concatBytes(PKCS8_PREFIX, secret));
}

/** A key pair that is the same in every run, another for every `label`. */
export function fixedKey(label: number): Promise<SigningKey> {
  return importSigningKey(pkcs8Of(new Uint8Array(32).fill(label)));
}
