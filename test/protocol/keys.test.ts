import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fromBase64Url, fromHex, toBase64Url, toHex, utf8 } from '#protocol/bytes.ts';
import { fingerprintOf, generateSigningKey, importSigningKey, importVerifyKey } from '#protocol/keys.ts';
import { fixedKey, pkcs8Of } from './fixed-key.ts';

// RFC 8032 section 7.1, tests 1 and 2.
const VECTORS = [
  {
    secret: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    secret: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
];

describe('a signing key', () => {
  test.each(VECTORS)('has the public key and signature of RFC 8032 for the message "$message"', async (vector) => {
    const key = await importSigningKey(pkcs8Of(fromHex(vector.secret)));
    expect(toHex(fromBase64Url(key.publicKey))).toBe(vector.publicKey);
    const signature = await crypto.subtle.sign('Ed25519', key.privateKey, fromHex(vector.message));
    expect(toHex(new Uint8Array(signature))).toBe(vector.signature);
  });

  test('comes back whole from what its owner stores', async () => {
    const { key, pkcs8 } = await generateSigningKey();
    const restored = await importSigningKey(pkcs8);
    expect([restored.publicKey, restored.fingerprint]).toEqual([key.publicKey, key.fingerprint]);
    const signature = await crypto.subtle.sign('Ed25519', restored.privateKey, utf8('order'));
    const verifyKey = await importVerifyKey(key.publicKey);
    expect(await crypto.subtle.verify('Ed25519', verifyKey, signature, utf8('order'))).toBe(true);
  });

  test('is another one each time', async () => {
    const [first, second] = [await generateSigningKey(), await generateSigningKey()];
    expect(first.key.publicKey).not.toBe(second.key.publicKey);
  });

  test.each([
    ['no base64url', 'not a key!'],
    ['other bytes', toBase64Url(utf8('not a key'))],
    ['a key cut short', pkcs8Of(new Uint8Array(31).fill(5))],
  ])('is refused from %s', async (_, pkcs8) => {
    await expect(importSigningKey(pkcs8)).rejects.toMatchObject({ code: 'bad-key' });
  });
});

describe('a public key', () => {
  test('is named by the SHA-256 of its 32 bytes', async () => {
    const { publicKey, fingerprint } = await fixedKey(6);
    const expected = createHash('sha256').update(fromBase64Url(publicKey)).digest('base64url');
    expect(await fingerprintOf(publicKey)).toBe(expected);
    expect(fingerprint).toBe(expected);
  });

  test.each([
    ['31 bytes', toBase64Url(new Uint8Array(31).fill(5))],
    ['33 bytes', toBase64Url(new Uint8Array(33).fill(5))],
    ['no base64url', '+'.repeat(43)],
  ])('is refused with %s', async (_, publicKey) => {
    await expect(importVerifyKey(publicKey)).rejects.toMatchObject({ code: 'bad-key' });
  });
});
