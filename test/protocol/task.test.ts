import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { toBase64Url, utf8 } from '#protocol/bytes.ts';
import { signEnvelope } from '#protocol/envelope.ts';
import type { ShopId } from '#protocol/ids.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { cosignTask, MAX_BATCH, openTask, signTask, type Task, type TaskKind, type TaskOf } from '#protocol/task.ts';
import { MAX_SUM_LENGTH } from '#protocol/vdaf-parameters.ts';
import { fixedKey } from './fixed-key.ts';
import { fakeDigest, NOW_MS, SHOP } from './manifest-fixture.ts';
import { sampleTask } from './sample-task.ts';

const HOUR_MS = 3_600_000;

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
    expect((await open(await agree(sampleTask('model-update')))).task).toEqual(sampleTask('model-update'));
  });

  test('is named by the SHA-256 of the very bytes that were signed', async () => {
    const { id } = await open(await agree(sampleTask('model-update')));
    expect(id).toBe(
      createHash('sha256')
        .update(JSON.stringify(sampleTask('model-update')))
        .digest('hex'),
    );
  });

  test('has one name, whoever signed it', async () => {
    const signed = await signTask(sampleTask('model-update'), trainer);
    const [before, after] = [await open(signed, [trainer]), await open(await cosignTask(signed, helper))];
    expect(after.id).toBe(before.id);
  });

  const changes: Partial<TaskOf<'model-update'>>[] = [
    { modelDigest: fakeDigest(30) },
    { itemFeatureDigest: fakeDigest(31) },
    { vdaf: { type: 'UnverifiedVectorSum', length: 6004 } },
    { rank: 3 },
    { factor: 'BwD-gEIy' },
    { clipNorm: 0.25, scale: 131_072 },
    { minBatch: 401 },
    { maxBatch: 3001 },
    { noiseMultiplier: 2.49 },
    { delta: 2e-6 },
    { minSeparationMs: 25 * HOUR_MS },
    { maxParticipations: 9 },
    { privacyWindowMs: 721 * HOUR_MS },
    { leader: { ...sampleTask('model-update').leader, hpkePublicKey: 'M'.repeat(43) } },
    { helper: { ...sampleTask('model-update').helper, hpkeKeyId: 251 } },
    { opensAtMs: NOW_MS + 3 },
    { closesAtMs: NOW_MS + 5 * HOUR_MS },
  ];
  test.each(changes.map((change) => [Object.keys(change).join(' and '), change] as const))(
    'has another name when its %s is another',
    async (_, change) => {
      const [before, after] = [
        await open(await agree(sampleTask('model-update'))),
        await open(await agree(sampleTask('model-update', change))),
      ];
      expect(after.task).toEqual(sampleTask('model-update', change));
      expect(after.id).not.toBe(before.id);
    },
  );
});

describe('a task is refused', () => {
  test('without the signature of the helper', async () => {
    await expect(open(await signTask(sampleTask('model-update'), trainer))).rejects.toMatchObject({
      code: 'unknown-key',
    });
  });

  test('without the signature of the trainer', async () => {
    await expect(open(await signTask(sampleTask('model-update'), helper))).rejects.toMatchObject({
      code: 'unknown-key',
    });
  });

  test('when a stranger signed in place of the helper', async () => {
    const envelope = await cosignTask(await signTask(sampleTask('model-update'), trainer), stranger);
    await expect(open(envelope)).rejects.toMatchObject({ code: 'unknown-key' });
  });

  test('when a parameter was changed after signing', async () => {
    const payload = toBase64Url(utf8(JSON.stringify(sampleTask('model-update', { noiseMultiplier: 0.25 }))));
    await expect(open({ ...(await agree(sampleTask('model-update'))), payload })).rejects.toMatchObject({
      code: 'signature-invalid',
    });
  });

  const party = sampleTask('model-update').leader;
  test.each<[string, object]>([
    ['it is of another shop', { shop: 'sofa-shop' as ShopId }],
    ['it is of another format', { format: 1 }],
    ['it is of an unknown kind', { kind: 'browsing-record' }],
    [
      'its sum is longer than one report carries',
      { vdaf: { type: 'UnverifiedVectorSum', length: MAX_SUM_LENGTH + 4 } },
    ],
    ['its rank does not divide its length', { vdaf: { type: 'UnverifiedVectorSum', length: 6001 } }],
    ['it is proved by a function of another kind', { vdaf: sampleTask('metrics').vdaf }],
    ['its clip norm times its scale is twice 2^15', { clipNorm: 1, scale: 65_536 }],
    ['its clip norm times its scale is a little off 2^15', { scale: 65_536 * (1 + 3e-6) }],
    ['a sum of its largest batch could pass 2^31', { maxBatch: MAX_BATCH, noiseMultiplier: 490 }],
    ['its noise alone could pass 2^31', { noiseMultiplier: 5600 }],
    ['its batch may be larger than any batch', { maxBatch: MAX_BATCH + 1 }],
    ['its batch may be smaller than 100', { minBatch: 99 }],
    ['its smallest batch is above its largest', { minBatch: 3001 }],
    ['it adds no noise', { noiseMultiplier: 0 }],
    ['it adds next to no noise', { noiseMultiplier: 0.9e-6 }],
    ['its delta is above a thousandth', { delta: 1.1e-3 }],
    ...(['minSeparationMs', 'maxParticipations', 'privacyWindowMs'] as const).flatMap((field) =>
      [0, -3_600_000, 0.5, 2 ** 53, null, '3600000'].map((value): [string, object] => [
        `its ${field} is ${JSON.stringify(value)}`,
        { [field]: value },
      ]),
    ),
    ['it says nothing of a separation', { minSeparationMs: undefined }],
    ['it closes when it opens', { closesAtMs: NOW_MS }],
    ['its rank is above 16', { rank: 20 }],
    ['a party has a path in its origin', { leader: { ...party, origin: 'https://leader.example/x' } }],
    ['a party is not on the web', { helper: { ...party, origin: 'file://helper' } }],
    ['a party names a key by more than a byte', { leader: { ...party, hpkeKeyId: 256 } }],
    ['a party has no key', { leader: { origin: party.origin, hpkeKeyId: 3 } }],
    ['its factor is no base64url', { factor: 'B w' }],
    ['its factor is longer than any', { factor: 'A'.repeat(4097) }],
  ])('when %s', async (_, overrides) => {
    await expect(open(await agreeOnAny({ ...sampleTask('model-update'), ...overrides }))).rejects.toMatchObject({
      code: 'task-invalid',
    });
  });
});

test.each<[string, Partial<TaskOf<'model-update'>>]>([
  ['the smallest batch there may be', { minBatch: 100 }],
  ['the most noise that its largest batch leaves room for', { maxBatch: MAX_BATCH, noiseMultiplier: 489 }],
  ['the longest sum that one report carries', { vdaf: { type: 'UnverifiedVectorSum', length: MAX_SUM_LENGTH } }],
  ['a scale that floating point rounded', { scale: 65_536 * (1 + 1e-9) }],
])('a task is taken with %s', async (_, overrides) => {
  expect((await open(await agree(sampleTask('model-update', overrides)))).task).toEqual(
    sampleTask('model-update', overrides),
  );
});

describe.each<[TaskKind, readonly (readonly [string, object])[]]>([
  [
    'metrics',
    [
      ['its noise could pass 2^53', { noiseMultiplier: 1.1e4 }],
      ['it counts more kinds than there are', { vdaf: { ...sampleTask('metrics').vdaf, length: 7 } }],
      ['it adds up without a proof', { vdaf: sampleTask('model-update').vdaf }],
      ['its window is empty', { windowMs: 0 }],
      ['its proof takes all counts at once', { vdaf: { ...sampleTask('metrics').vdaf, chunkLength: 1897 } }],
    ],
  ],
  [
    'popularity',
    [
      [
        'a device may name more items than there are buckets',
        { vdaf: { ...sampleTask('popularity').vdaf, maxWeight: 301 } },
      ],
      ['its proof would be longer than a report', { vdaf: { ...sampleTask('popularity').vdaf, length: 3272 } }],
      [
        'the bits of its weight would be too much for a report',
        { vdaf: { ...sampleTask('popularity').vdaf, length: 3270, maxWeight: 1023 } },
      ],
      ['its seed is no digest', { bucketSeed: 'seed' }],
    ],
  ],
  [
    'shadow-eval',
    [
      ['it has other cells than pairs of buckets', { vdaf: { ...sampleTask('shadow-eval').vdaf, length: 25 } }],
      ['its candidate has no length', { candidate: { digest: fakeDigest(24) } }],
    ],
  ],
])('a task of kind %s', (kind, wrongs) => {
  test('opens as trainer and helper signed it', async () => {
    expect((await open(await agree(sampleTask(kind)))).task).toEqual(sampleTask(kind));
  });

  test.each(wrongs)('is refused when %s', async (_, overrides) => {
    await expect(open(await agreeOnAny({ ...sampleTask(kind), ...overrides }))).rejects.toMatchObject({
      code: 'task-invalid',
    });
  });
});
