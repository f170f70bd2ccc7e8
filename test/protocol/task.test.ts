import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { toBase64Url, utf8 } from '#protocol/bytes.ts';
import { signEnvelope } from '#protocol/envelope.ts';
import type { ShopId } from '#protocol/ids.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { cosignTask, MAX_BATCH, MAX_PARAMS, openTask, signTask, type Task } from '#protocol/task.ts';
import { fixedKey } from './fixed-key.ts';
import { fakeDigest, NOW_MS, SHOP } from './manifest-fixture.ts';

const HOUR_MS = 3_600_000;

function sampleTask(overrides: Partial<Task> = {}): Task {
  return {
    format: 1,
    kind: 'model-update',
    shop: SHOP,
    modelDigest: fakeDigest(20),
    itemFeatureDigest: fakeDigest(21),
    numParams: 6000,
    rank: 4,
    factor: `${'c3'.repeat(128)}vw`,
    clipNorm: 0.5,
    scale: 65_536,
    minBatch: 400,
    maxBatch: 3000,
    noiseMultiplier: 2.5,
    delta: 1e-6,
    minSeparationMs: 24 * HOUR_MS,
    maxParticipations: 8,
    privacyWindowMs: 720 * HOUR_MS,
    leader: { origin: 'https://leader.example', hpkeKeyId: 17, hpkePublicKey: 'L'.repeat(43) },
    helper: { origin: 'https://helper.example:8443', hpkeKeyId: 250, hpkePublicKey: 'H'.repeat(43) },
    opensAtMs: NOW_MS,
    closesAtMs: NOW_MS + 6 * HOUR_MS,
    ...overrides,
  };
}

let trainer: SigningKey;
let helper: SigningKey;
let stranger: SigningKey;

beforeAll(async () => {
  [trainer, helper, stranger] = await Promise.all([fixedKey(11), fixedKey(12), fixedKey(13)]);
});

const open = (envelope: unknown, trusted: readonly SigningKey[] = [trainer, helper]) =>
  openTask(envelope, { shop: SHOP, trusted: trusted.map(({ fingerprint }) => fingerprint) });
const agree = async (task: Task) => cosignTask(await signTask(task, trainer), helper);
const agreeOnAny = async (value: unknown) =>
  cosignTask(await signEnvelope('application/vnd.vitrine.task+json', utf8(JSON.stringify(value)), trainer), helper);

describe('a task', () => {
  test('opens as trainer and helper signed it', async () => {
    expect((await open(await agree(sampleTask()))).task).toEqual(sampleTask());
  });

  test('is named by the SHA-256 of the very bytes that were signed', async () => {
    const { id } = await open(await agree(sampleTask()));
    expect(id).toBe(createHash('sha256').update(JSON.stringify(sampleTask())).digest('hex'));
  });

  test('has one name, whoever signed it', async () => {
    const signed = await signTask(sampleTask(), trainer);
    const [before, after] = [await open(signed, [trainer]), await open(await cosignTask(signed, helper))];
    expect(after.id).toBe(before.id);
  });

  const changes: Partial<Task>[] = [
    { modelDigest: fakeDigest(30) },
    { itemFeatureDigest: fakeDigest(31) },
    { numParams: 6004 },
    { rank: 3 },
    { factor: '9a'.repeat(171) },
    { clipNorm: 0.25, scale: 131_072 },
    { minBatch: 401 },
    { maxBatch: 3001 },
    { noiseMultiplier: 2.49 },
    { delta: 2e-6 },
    { minSeparationMs: 25 * HOUR_MS },
    { maxParticipations: 9 },
    { privacyWindowMs: 721 * HOUR_MS },
    { leader: { ...sampleTask().leader, hpkePublicKey: 'M'.repeat(43) } },
    { helper: { ...sampleTask().helper, hpkeKeyId: 251 } },
    { opensAtMs: NOW_MS + 3 },
    { closesAtMs: NOW_MS + 5 * HOUR_MS },
  ];
  test.each(changes.map((change) => [Object.keys(change).join(' and '), change] as const))(
    'has another name when its %s is another',
    async (_, change) => {
      const [before, after] = [await open(await agree(sampleTask())), await open(await agree(sampleTask(change)))];
      expect(after.task).toEqual(sampleTask(change));
      expect(after.id).not.toBe(before.id);
    },
  );
});

describe('a task is refused', () => {
  test('without the signature of the helper', async () => {
    await expect(open(await signTask(sampleTask(), trainer))).rejects.toMatchObject({ code: 'unknown-key' });
  });

  test('without the signature of the trainer', async () => {
    await expect(open(await signTask(sampleTask(), helper))).rejects.toMatchObject({ code: 'unknown-key' });
  });

  test('when a stranger signed in place of the helper', async () => {
    const envelope = await cosignTask(await signTask(sampleTask(), trainer), stranger);
    await expect(open(envelope)).rejects.toMatchObject({ code: 'unknown-key' });
  });

  test('when a parameter was changed after signing', async () => {
    const payload = toBase64Url(utf8(JSON.stringify(sampleTask({ noiseMultiplier: 0.25 }))));
    await expect(open({ ...(await agree(sampleTask())), payload })).rejects.toMatchObject({
      code: 'signature-invalid',
    });
  });

  const party = sampleTask().leader;
  test.each<[string, object]>([
    ['it is of another shop', { shop: 'sofa-shop' as ShopId }],
    ['it is of another format', { format: 2 }],
    ['it is of an unknown kind', { kind: 'browsing-record' }],
    ['it has more parameters than one report carries', { numParams: MAX_PARAMS + 4 }],
    ['its rank does not divide its parameters', { numParams: 6001 }],
    ['its clip norm times its scale is twice 2^15', { clipNorm: 1, scale: 65_536 }],
    ['its clip norm times its scale is a little off 2^15', { scale: 65_536 * (1 + 3e-6) }],
    ['a sum of its largest batch could pass 2^31', { maxBatch: MAX_BATCH, noiseMultiplier: 490 }],
    ['its noise alone could pass 2^31', { noiseMultiplier: 5600 }],
    ['its batch may be larger than any batch', { maxBatch: MAX_BATCH + 1 }],
    ['its batch may be smaller than 100', { minBatch: 99 }],
    ['its smallest batch is above its largest', { minBatch: 3001 }],
    ['it adds no noise', { noiseMultiplier: 0 }],
    ['its delta is above a thousandth', { delta: 1.1e-3 }],
    ['it closes when it opens', { closesAtMs: NOW_MS }],
    ['its rank is above 16', { rank: 20 }],
    ['a party has a path in its origin', { leader: { ...party, origin: 'https://leader.example/x' } }],
    ['a party is not on the web', { helper: { ...party, origin: 'file://helper' } }],
    ['a party names a key by more than a byte', { leader: { ...party, hpkeKeyId: 256 } }],
    ['a party has no key', { leader: { origin: party.origin, hpkeKeyId: 3 } }],
    ['its factor is no base64url', { factor: 'a+b=' }],
    ['its factor is longer than any', { factor: 'A'.repeat(4097) }],
  ])('when %s', async (_, overrides) => {
    await expect(open(await agreeOnAny({ ...sampleTask(), ...overrides }))).rejects.toMatchObject({
      code: 'task-invalid',
    });
  });
});

test.each<[string, Partial<Task>]>([
  ['the smallest batch there may be', { minBatch: 100 }],
  ['the most noise that its largest batch leaves room for', { maxBatch: MAX_BATCH, noiseMultiplier: 489 }],
  ['the most parameters that one report carries', { numParams: MAX_PARAMS }],
  ['a scale that floating point rounded', { scale: 65_536 * (1 + 1e-9) }],
])('a task is taken with %s', async (_, overrides) => {
  expect((await open(await agree(sampleTask(overrides)))).task).toEqual(sampleTask(overrides));
});
