import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ModelVersion } from '#protocol/ids.ts';
import { itemFeatureDigest } from '#protocol/item-feature-digest.ts';
import type { FileKind, Manifest } from '#protocol/manifest.ts';
import { fakeDigest, sampleManifest } from './manifest-fixture.ts';

/** The same manifest with another digest for the `nth` file of a kind. */
function withChanged(kind: FileKind, nth = 0): Manifest {
  const manifest = sampleManifest();
  const changed = manifest.files.filter((file) => file.kind === kind)[nth];
  return {
    ...manifest,
    files: manifest.files.map((file) => (file === changed ? { ...file, digest: fakeDigest(99) } : file)),
  };
}

describe('the digest of the item features', () => {
  test('is the SHA-256 of the digests of encoder, groups and item shards, one a line', async () => {
    const lines = [fakeDigest(7), fakeDigest(10), fakeDigest(2), fakeDigest(3)];
    const expected = createHash('sha256').update(lines.join('\n')).digest('hex');
    expect(await itemFeatureDigest(sampleManifest())).toBe(expected);
  });

  test.each<[FileKind, number]>([
    ['items', 0],
    ['items', 1],
    ['encoder', 0],
    ['groups', 0],
  ])('changes with a file of kind %s (number %d)', async (kind, nth) => {
    expect(await itemFeatureDigest(withChanged(kind, nth))).not.toBe(await itemFeatureDigest(sampleManifest()));
  });

  test.each<[FileKind]>([['neighbors'], ['popularity'], ['first-shelf'], ['words'], ['catalog']])(
    'stays with another file of kind %s',
    async (kind) => {
      expect(await itemFeatureDigest(withChanged(kind))).toBe(await itemFeatureDigest(sampleManifest()));
    },
  );

  test('counts codebooks in, between groups and item shards', async () => {
    const manifest = sampleManifest();
    const codebooks = { kind: 'codebooks', digest: fakeDigest(21), bytes: 16_388 } as const;
    const lines = [fakeDigest(7), fakeDigest(10), fakeDigest(21), fakeDigest(2), fakeDigest(3)];
    const expected = createHash('sha256').update(lines.join('\n')).digest('hex');
    expect(await itemFeatureDigest({ ...manifest, files: [codebooks, ...manifest.files] })).toBe(expected);
  });

  test('stays when the same files are published again under a later version', async () => {
    const later = sampleManifest({ version: 'v13-4b5a6978' as ModelVersion, sequence: 13, createdAtMs: 17 });
    expect(await itemFeatureDigest(later)).toBe(await itemFeatureDigest(sampleManifest()));
  });
});
