import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { toBase64Url, utf8 } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import { signEnvelope } from '#protocol/envelope.ts';
import type { ShopId } from '#protocol/ids.ts';
import type { SigningKey } from '#protocol/keys.ts';
import {
  type BlendWeights,
  codebooksFile,
  type Manifest,
  type ManifestFile,
  type ManifestTrust,
  openManifest,
  ROW_KINDS,
  rowFiles,
  SHARD_MAX_BYTES,
  signManifest,
  wholeFile,
} from '#protocol/manifest.ts';
import { fixedKey } from './fixed-key.ts';
import { fakeDigest, NOW_MS, SHOP, sampleManifest } from './manifest-fixture.ts';

let key: SigningKey;
let otherKey: SigningKey;
let trust: ManifestTrust;

beforeAll(async () => {
  [key, otherKey] = await Promise.all([fixedKey(7), fixedKey(8)]);
  trust = { publishingKeys: [key.fingerprint], shop: SHOP, lastSequence: 12, nowMs: NOW_MS };
});

const CODEBOOKS: ManifestFile = { kind: 'codebooks', digest: fakeDigest(21), bytes: 16_388 };

/** Signs any value as a manifest, also one that no trainer would write. */
const signAny = (value: unknown) =>
  signEnvelope('application/vnd.vitrine.manifest+json', utf8(JSON.stringify(value)), key);

const withRecall = (manifest: Manifest, recall: object) => ({
  ...manifest,
  config: { ...manifest.config, recall: { ...manifest.config.recall, ...recall } },
});
const withBlend = (manifest: Manifest, alter: (weights: BlendWeights) => object) => ({
  ...manifest,
  config: { ...manifest.config, blend: manifest.config.blend.map(alter) },
});

describe('a manifest', () => {
  test('opens as it was signed, with the bytes whose SHA-256 is the model digest', async () => {
    const manifest = sampleManifest();
    const opened = await openManifest(await signManifest(manifest, key), trust);
    expect(opened.manifest).toEqual(manifest);
    expect(await digestOf(opened.payload)).toBe(createHash('sha256').update(JSON.stringify(manifest)).digest('hex'));
  });

  test('of the sequence number last seen, and of a higher one, opens', async () => {
    for (const sequence of [12, 13]) {
      const { manifest } = await openManifest(await signManifest(sampleManifest({ sequence }), key), trust);
      expect(manifest.sequence).toBe(sequence);
    }
  });

  test('opens with fields that a later release added: they are skipped', async () => {
    const manifest = sampleManifest();
    const later = {
      ...manifest,
      region: 'eu',
      config: { ...manifest.config, warmth: 0.3 },
      files: manifest.files.map((file) => ({ ...file, codec: 'zstd' })),
    };
    expect((await openManifest(await signAny(later), trust)).manifest).toEqual(manifest);
  });

  test.each([0, 0.35, 1])('says a diversity of %s', async (diversity) => {
    const manifest = sampleManifest();
    const varied = { ...manifest, config: { ...manifest.config, diversity } };
    expect((await openManifest(await signManifest(varied, key), trust)).manifest).toEqual(varied);
  });

  test('names the codebooks of its item shards, or says that there are none', async () => {
    const manifest = sampleManifest();
    const coded = { ...manifest, files: [...manifest.files, CODEBOOKS] };
    expect(codebooksFile((await openManifest(await signManifest(coded, key), trust)).manifest)).toEqual(CODEBOOKS);
    expect(codebooksFile(manifest)).toBeUndefined();
  });

  test('names the shards of a kind in row order and every other file by kind', () => {
    const manifest = sampleManifest();
    expect(rowFiles(manifest, 'items').map(({ firstRow, rows }) => [firstRow, rows])).toEqual([
      [0, 600],
      [600, 300],
    ]);
    expect(rowFiles(manifest, 'neighbors').map(({ digest }) => digest)).toEqual([fakeDigest(4), fakeDigest(11)]);
    expect(wholeFile(manifest, 'words').digest).toBe(fakeDigest(8));
    expect(() => wholeFile({ ...manifest, files: [] }, 'words')).toThrow(
      expect.objectContaining({ code: 'manifest-invalid' }),
    );
  });
});

describe('a manifest is refused', () => {
  test('when another key signed it', async () => {
    const envelope = await signManifest(sampleManifest(), otherKey);
    await expect(openManifest(envelope, trust)).rejects.toMatchObject({ code: 'unknown-key' });
  });

  test('when it was changed after signing', async () => {
    const envelope = await signManifest(sampleManifest(), key);
    const payload = toBase64Url(utf8(JSON.stringify(sampleManifest({ sequence: 99 }))));
    await expect(openManifest({ ...envelope, payload }, trust)).rejects.toMatchObject({ code: 'signature-invalid' });
  });

  test('when it was signed as another kind of message', async () => {
    const envelope = await signEnvelope(
      'application/vnd.vitrine.live+json',
      utf8(JSON.stringify(sampleManifest())),
      key,
    );
    await expect(openManifest(envelope, trust)).rejects.toMatchObject({ code: 'envelope-invalid' });
  });

  test.each<[string, Partial<Manifest>, string]>([
    ['its time is over', { expiresAtMs: NOW_MS }, 'manifest-expired'],
    ['its sequence number is lower than one seen', { sequence: 11 }, 'manifest-older-than-seen'],
    ['it is of another shop', { shop: 'sofa-shop' as ShopId }, 'manifest-invalid'],
  ])('when %s', async (_, overrides, code) => {
    const envelope = await signManifest(sampleManifest(overrides), key);
    await expect(openManifest(envelope, trust)).rejects.toMatchObject({ code });
  });

  const alterations: readonly (readonly [string, (manifest: Manifest) => unknown])[] = [
    ['it is of the format before', (m) => ({ ...m, format: 1 })],
    ['it is of a later format', (m) => ({ ...m, format: 3 })],
    ['its version is no version', (m) => ({ ...m, version: 'latest' })],
    ['a shard is missing', (m) => ({ ...m, files: m.files.slice(1) })],
    ['two shards overlap', (m) => ({ ...m, files: m.files.map((f) => ('rows' in f ? { ...f, rows: 601 } : f)) })],
    ['its shards hold more rows than there are items', (m) => ({ ...m, config: { ...m.config, numItems: 899 } })],
    ...ROW_KINDS.map(
      (kind) =>
        [
          `its last ${kind} shard is one row short`,
          (m: Manifest) => ({
            ...m,
            files: m.files.map((file) =>
              file === rowFiles(m, kind).at(-1)
                ? { ...file, rows: (rowFiles(m, kind).at(-1)?.rows as number) - 1 }
                : file,
            ),
          }),
        ] as const,
    ),
    ['its shards are out of order', (m) => ({ ...m, files: [m.files[1], m.files[0], ...m.files.slice(2)] })],
    [
      'a shard says no place',
      (m) => ({ ...m, files: m.files.map(({ digest, bytes, kind }) => ({ digest, bytes, kind })) }),
    ],
    [
      'a shard is longer than a shard may be',
      (m) => ({ ...m, files: m.files.map((f, i) => (i === 3 ? { ...f, bytes: SHARD_MAX_BYTES + 1 } : f)) }),
    ],
    ['a file is listed twice', (m) => ({ ...m, files: [...m.files, m.files[4]] })],
    ['it has codebooks twice', (m) => ({ ...m, files: [...m.files, CODEBOOKS, CODEBOOKS] })],
    ['a file has an unknown kind', (m) => ({ ...m, files: [...m.files, { ...m.files[4], kind: 'secrets' }] })],
    ['a digest is none', (m) => ({ ...m, files: m.files.map((f) => ({ ...f, digest: 'abc' })) })],
    ['its heads do not divide its width', (m) => ({ ...m, config: { ...m.config, numHeads: 3 } })],
    ['its width is above 256', (m) => ({ ...m, config: { ...m.config, dim: 258 } })],
    ['its encoder reads more than 200 events', (m) => ({ ...m, config: { ...m.config, maxEvents: 201 } })],
    ['its diversity is below 0', (m) => ({ ...m, config: { ...m.config, diversity: -0.01 } })],
    ['its diversity is above 1', (m) => ({ ...m, config: { ...m.config, diversity: 1.01 } })],
    ['its diversity is no number', (m) => ({ ...m, config: { ...m.config, diversity: '0.3' } })],
    ...(['eventDecay', 'visitDecay', 'earlier'] as const).flatMap((share) =>
      [-0.01, 1.01].map(
        (value) => [`its ${share} is ${value}`, (m: Manifest) => withRecall(m, { [share]: value })] as const,
      ),
    ),
    ['its likeness is below 0', (m) => withRecall(m, { likeness: -0.01 })],
    ...(['sequence', 'neighbors', 'text', 'popularity', 'seen', 'again', 'fresh'] as const).map(
      (term) =>
        [
          `its blend does not weigh ${term}`,
          (m: Manifest) => withBlend(m, (weights) => ({ ...weights, [term]: undefined })),
        ] as const,
    ),
    [
      'it says nothing of how far back a profile reaches',
      (m) => ({ ...m, config: { ...m.config, recall: undefined } }),
    ],
    ['it has no blend', (m) => ({ ...m, config: { ...m.config, blend: [] } })],
    ['it is a list', () => [3, 5]],
    ...(['neighbors', 'popularity', 'first-shelf', 'encoder', 'words', 'catalog', 'groups'] as const).map(
      (kind) =>
        [
          `its ${kind} file is missing`,
          (m: Manifest) => ({ ...m, files: m.files.filter((file) => file.kind !== kind) }),
        ] as const,
    ),
  ];
  test.each(alterations)('when %s', async (_, alter) => {
    const envelope = await signAny(alter(sampleManifest()));
    await expect(openManifest(envelope, trust)).rejects.toMatchObject({ code: 'manifest-invalid' });
  });

  test('when its payload is no JSON', async () => {
    const envelope = await signEnvelope('application/vnd.vitrine.manifest+json', utf8('{"format":'), key);
    await expect(openManifest(envelope, trust)).rejects.toMatchObject({ code: 'manifest-invalid' });
  });
});

test('a shard of exactly the longest length is taken', async () => {
  const manifest = sampleManifest();
  const files = manifest.files.map((file, i) => (i === 1 ? { ...file, bytes: 262_144 } : file));
  await expect(openManifest(await signAny({ ...manifest, files }), trust)).resolves.toBeDefined();
});
