import { beforeAll, expect, test } from 'vitest';
import { generateHpkeKeyPair, type HpkeKeyPair, importHpkeKeyPair, sealTo } from '#privacy/hpke.ts';
import { openVerifyKey, sealVerifyKey } from '#privacy/verify-key.ts';
import { type Bytes, concatBytes, fromHex, utf8 } from '#protocol/bytes.ts';
import type { TaskId } from '#protocol/ids.ts';

const taskId = '4e'.repeat(32) as TaskId;
const verifyKey: Bytes = new Uint8Array(32).fill(0x19);
const refused = { code: 'round-message-invalid' };

let keyPair: HpkeKeyPair;
let sealed: Bytes;

beforeAll(async () => {
  keyPair = await importHpkeKeyPair(await generateHpkeKeyPair());
  sealed = await sealVerifyKey(verifyKey, { taskId, helperKey: keyPair.publicKey });
});

test('a verify key reaches the holder of the helper’s key', async () => {
  expect(sealed).toHaveLength(80);
  expect(await openVerifyKey(sealed, { taskId, keyPair })).toEqual(verifyKey);
});

test('a verify key opens in no other task, under no other key and after no change', async () => {
  const other = await importHpkeKeyPair(await generateHpkeKeyPair());
  const changed = sealed.with(50, (sealed[50] as number) ^ 1) as Bytes;
  await expect(openVerifyKey(sealed, { taskId: '4f'.repeat(32) as TaskId, keyPair })).rejects.toMatchObject(refused);
  await expect(openVerifyKey(sealed, { taskId, keyPair: other })).rejects.toMatchObject(refused);
  await expect(openVerifyKey(changed, { taskId, keyPair })).rejects.toMatchObject(refused);
});

test.each([0, 79, 81])('a message of %d bytes is none', async (length) => {
  await expect(openVerifyKey(new Uint8Array(length), { taskId, keyPair })).rejects.toMatchObject(refused);
});

test('a share of a report, sealed to the same key, is no verify key', async () => {
  const context = { info: utf8('vitrine report 2 device helper'), aad: fromHex(taskId), plaintext: verifyKey };
  const { enc, ciphertext } = await sealTo(keyPair.publicKey, context);
  await expect(openVerifyKey(concatBytes(enc, ciphertext), { taskId, keyPair })).rejects.toMatchObject(refused);
});
