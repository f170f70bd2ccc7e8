import { describe, expect, test } from 'vitest';
import { generateHpkeKeyPair, importHpkeKeyPair, openSealed, type SealingContext, sealTo } from '#privacy/hpke.ts';
import { type Bytes, fromHex, toBase64Url, toHex, utf8 } from '#protocol/bytes.ts';
import type { SealedShare } from '#protocol/report.ts';
import vector from '../vectors/hpke.json' with { type: 'json' };

const info = utf8('some protocol, device to party');
const aad = utf8('this task, this report');
const plaintext = utf8('a share');

function flip(bytes: Uint8Array): Bytes {
  return Uint8Array.from(bytes, (byte, i) => (i === 5 ? byte ^ 0x10 : byte));
}

async function newKeyPair() {
  return importHpkeKeyPair(await generateHpkeKeyPair());
}

describe('openSealed', () => {
  test('opens the message of RFC 9180 appendix A.1.1', async () => {
    const keyPair = await importHpkeKeyPair({
      publicKey: toBase64Url(fromHex(vector.pkRm)),
      privateKey: toBase64Url(fromHex(vector.skRm)),
    });
    const opened = await openSealed(keyPair, {
      info: fromHex(vector.info),
      aad: fromHex(vector.aad),
      sealed: { enc: fromHex(vector.enc), ciphertext: fromHex(vector.ct) },
    });
    expect(toHex(opened)).toBe(vector.pt);
  });

  test('opens what sealTo sealed', async () => {
    const keyPair = await newKeyPair();
    const sealed = await sealTo(keyPair.publicKey, { info, aad, plaintext });
    expect(await openSealed(keyPair, { info, aad, sealed })).toEqual(plaintext);
  });

  test.each<readonly [string, (of: SealedShare) => Partial<SealingContext & { sealed: SealedShare }>]>([
    ['with another info', () => ({ info: utf8('another protocol') })],
    ['with other associated data', () => ({ aad: utf8('another report') })],
    ['with a changed encapsulated key', (of) => ({ sealed: { ...of, enc: flip(of.enc) } })],
    ['with a key of small order', (of) => ({ sealed: { ...of, enc: new Uint8Array(32) } })],
    ['with an encapsulated key of another length', (of) => ({ sealed: { ...of, enc: of.enc.slice(0, 7) } })],
    ['with a changed ciphertext', (of) => ({ sealed: { ...of, ciphertext: flip(of.ciphertext) } })],
    ['with a shortened ciphertext', (of) => ({ sealed: { ...of, ciphertext: of.ciphertext.slice(0, -3) } })],
  ])('opens nothing %s', async (_how, change) => {
    const keyPair = await newKeyPair();
    const sealed = await sealTo(keyPair.publicKey, { info, aad, plaintext });
    const attempt = openSealed(keyPair, { info, aad, sealed, ...change(sealed) });
    await expect(attempt).rejects.toMatchObject({ code: 'report-invalid' });
  });

  test('opens nothing that was sealed to another key', async () => {
    const sealed = await sealTo((await newKeyPair()).publicKey, { info, aad, plaintext });
    const attempt = openSealed(await newKeyPair(), { info, aad, sealed });
    await expect(attempt).rejects.toMatchObject({ code: 'report-invalid' });
  });
});

describe('sealTo', () => {
  test('adds 32 bytes of key and a tag of 16 bytes, and never seals the same way twice', async () => {
    const { publicKey } = await newKeyPair();
    const first = await sealTo(publicKey, { info, aad, plaintext });
    const second = await sealTo(publicKey, { info, aad, plaintext });
    expect(first.enc.length).toBe(32);
    expect(first.ciphertext.length).toBe(plaintext.length + 16);
    expect(first.enc).not.toEqual(second.enc);
    expect(first.ciphertext).not.toEqual(second.ciphertext);
  });

  test.each([
    ['too short', toBase64Url(new Uint8Array(31).fill(7))],
    ['of small order', toBase64Url(new Uint8Array(32))],
    ['no base64url', '+'.repeat(43)],
  ])('refuses a public key that is %s', async (_why, publicKey) => {
    await expect(sealTo(publicKey, { info, aad, plaintext })).rejects.toMatchObject({ code: 'bad-key' });
  });
});

describe('importHpkeKeyPair', () => {
  test('returns a private key that cannot be exported again', async () => {
    const { keys } = await newKeyPair();
    await expect(crypto.subtle.exportKey('jwk', keys.privateKey)).rejects.toThrow();
  });

  test('refuses halves of another length', async () => {
    const stored = await generateHpkeKeyPair();
    const short = { ...stored, privateKey: stored.privateKey.slice(0, 40) };
    await expect(importHpkeKeyPair(short)).rejects.toMatchObject({ code: 'bad-key' });
    await expect(importHpkeKeyPair({ ...stored, publicKey: 'AAAA' })).rejects.toMatchObject({ code: 'bad-key' });
  });
});
