import { verify } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromBase64Url, toBase64Url, utf8, utf8Text } from '#protocol/bytes.ts';
import { cosignEnvelope, type Envelope, openEnvelope, type PayloadType, signEnvelope } from '#protocol/envelope.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { fixedKey } from './fixed-key.ts';

const TASK = 'application/vnd.vitrine.task+json';
const PAYLOAD = utf8('{"minBatch":250, "of":"größe"}');

let trainer: SigningKey;
let helper: SigningKey;
let stranger: SigningKey;
let signedOnce: Envelope;
let signedTwice: Envelope;

beforeAll(async () => {
  [trainer, helper, stranger] = await Promise.all([fixedKey(3), fixedKey(4), fixedKey(5)]);
  signedOnce = await signEnvelope(TASK, PAYLOAD, trainer);
  signedTwice = await cosignEnvelope(signedOnce, helper);
});

const open = (envelope: unknown, trusted: readonly SigningKey[], payloadType: PayloadType = TASK) =>
  openEnvelope(envelope, { payloadType, trusted: trusted.map(({ fingerprint }) => fingerprint) }).then(
    ({ payload }) => payload,
  );

describe('a signed message', () => {
  test('opens to the very bytes that were signed', async () => {
    expect(await open(signedOnce, [trainer])).toEqual(PAYLOAD);
  });

  test('opens where one of several keys of a signer has signed, and says which', async () => {
    const either = [stranger.fingerprint, trainer.fingerprint];
    const opened = await openEnvelope(signedTwice, { payloadType: TASK, trusted: [either, helper.fingerprint] });
    expect(opened).toEqual({ payload: PAYLOAD, signedBy: [trainer.fingerprint, helper.fingerprint] });
    const none = openEnvelope(signedOnce, { payloadType: TASK, trusted: [[stranger.fingerprint, helper.fingerprint]] });
    await expect(none).rejects.toMatchObject({ code: 'unknown-key' });
  });

  test('opens after a way through JSON', async () => {
    expect(await open(JSON.parse(JSON.stringify(signedTwice)), [trainer, helper])).toEqual(PAYLOAD);
  });

  test('opens for any of its signers, in any order, and beside a stranger who signed too', async () => {
    const signedThrice = await cosignEnvelope(signedTwice, stranger);
    expect(await open(signedThrice, [helper, trainer])).toEqual(PAYLOAD);
    expect(await open(signedThrice, [helper])).toEqual(PAYLOAD);
  });

  test('carries an Ed25519 signature over the pre-authentication encoding of DSSE', () => {
    // The encoding is written out here from the DSSE specification, checked by Node's own Ed25519.
    const encoding = `DSSEv1 33 application/vnd.vitrine.task+json 32 ${utf8Text(PAYLOAD)}`;
    const [signature] = signedOnce.signatures;
    const key = {
      key: { kty: 'OKP', crv: 'Ed25519', x: trainer.publicKey },
      format: 'jwk' as const,
    };
    expect(verify(null, Buffer.from(encoding), key, fromBase64Url(signature?.sig ?? ''))).toBe(true);
  });

  test('is not changed by a second signature: the first envelope stays as it was', () => {
    expect(signedOnce.signatures).toHaveLength(1);
    expect(signedTwice.signatures.slice(0, 1)).toEqual(signedOnce.signatures);
    expect(signedTwice.payload).toBe(signedOnce.payload);
  });
});

describe('a signed message is refused', () => {
  test('when another key signed it', async () => {
    await expect(open(signedOnce, [stranger])).rejects.toMatchObject({ code: 'unknown-key' });
  });

  test('when one of two trusted keys has not signed', async () => {
    await expect(open(signedOnce, [trainer, helper])).rejects.toMatchObject({ code: 'unknown-key' });
  });

  test('when it is of another type than the reader expects', async () => {
    await expect(open(signedOnce, [trainer], 'application/vnd.vitrine.live+json')).rejects.toMatchObject({
      code: 'envelope-invalid',
    });
  });

  test('when its type was changed after signing', async () => {
    const live = 'application/vnd.vitrine.live+json';
    await expect(open({ ...signedOnce, payloadType: live }, [trainer], live)).rejects.toMatchObject({
      code: 'signature-invalid',
    });
  });

  test('when its payload was changed after signing', async () => {
    const payload = toBase64Url(utf8('{"minBatch":100, "of":"größe"}'));
    await expect(open({ ...signedOnce, payload }, [trainer])).rejects.toMatchObject({ code: 'signature-invalid' });
  });

  test('when a signature is that of another signer under a trusted name', async () => {
    const [first, second] = signedTwice.signatures;
    const swapped = { ...signedTwice, signatures: [first, { publicKey: second?.publicKey, sig: first?.sig }] };
    await expect(open(swapped, [trainer, helper])).rejects.toMatchObject({ code: 'signature-invalid' });
  });

  test('when any bit of a signature was flipped', async () => {
    const [signature] = signedOnce.signatures;
    const bytes = fromBase64Url(signature?.sig ?? '');
    for (const at of [0, 20, 40]) {
      const sig = toBase64Url(bytes.with(at, (bytes[at] as number) ^ 4));
      const forged = { ...signedOnce, signatures: [{ ...signature, sig }] };
      await expect(open(forged, [trainer])).rejects.toMatchObject({ code: 'signature-invalid' });
    }
  });

  const malformed: readonly (readonly [string, (envelope: Envelope) => unknown])[] = [
    ['is no object', () => 'signed'],
    ['has no signature', (envelope) => ({ ...envelope, signatures: [] })],
    [
      'has more than four signatures',
      (envelope) => ({ ...envelope, signatures: Array(5).fill(envelope.signatures[0]) }),
    ],
    ['has a signature of another length', (envelope) => ({ ...envelope, signatures: [{ publicKey: 'A', sig: 'B' }] })],
    ['has a payload that is no base64url', (envelope) => ({ ...envelope, payload: `${envelope.payload}=` })],
  ];
  test.each(malformed)('when it %s', async (_, alter) => {
    await expect(open(alter(signedOnce), [trainer])).rejects.toMatchObject({ code: 'envelope-invalid' });
  });
});

test('opening for no one is a mistake of the caller', async () => {
  await expect(open(signedOnce, [])).rejects.toThrow(RangeError);
});
