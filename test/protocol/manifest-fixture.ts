import type { Digest, ModelVersion, ShopId } from '#protocol/ids.ts';
import type { Manifest, ManifestFile } from '#protocol/manifest.ts';

export const SHOP = 'lamp-shop' as ShopId;
export const NOW_MS = 1_790_000_000_000;

/** A digest that looks like no other of another `label`. */
export function fakeDigest(label: number): Digest {
  return label.toString(16).padStart(4, '3').repeat(16) as Digest;
}

/** A manifest of 900 items, vectors and neighbors in two shards each, valid for an hour from {@link NOW_MS}. */
export function sampleManifest(overrides: Partial<Manifest> = {}): Manifest {
  const files: ManifestFile[] = [
    { kind: 'items', digest: fakeDigest(2), bytes: 40_812, firstRow: 0, rows: 600 },
    { kind: 'items', digest: fakeDigest(3), bytes: 20_412, firstRow: 600, rows: 300 },
    { kind: 'neighbors', digest: fakeDigest(4), bytes: 61_000, firstRow: 0, rows: 500 },
    { kind: 'neighbors', digest: fakeDigest(11), bytes: 53_000, firstRow: 500, rows: 400 },
    { kind: 'popularity', digest: fakeDigest(5), bytes: 1800, firstRow: 0, rows: 900 },
    { kind: 'first-shelf', digest: fakeDigest(6), bytes: 7900 },
    { kind: 'encoder', digest: fakeDigest(7), bytes: 33_000 },
    { kind: 'words', digest: fakeDigest(8), bytes: 410_000 },
    { kind: 'catalog', digest: fakeDigest(9), bytes: 88_000, firstRow: 0, rows: 900 },
    { kind: 'groups', digest: fakeDigest(10), bytes: 1800, firstRow: 0, rows: 900 },
  ];
  return {
    format: 2,
    shop: SHOP,
    version: 'v12-0f1e2d3c' as ModelVersion,
    sequence: 12,
    createdAtMs: NOW_MS - 5000,
    expiresAtMs: NOW_MS + 3_600_000,
    config: {
      numItems: 900,
      dim: 64,
      numHeads: 2,
      hiddenDim: 128,
      maxEvents: 32,
      numGroups: 900,
      blend: [
        { maxEvents: 3, sequence: 0.25, neighbors: 4, text: 2, popularity: 0.5, seen: -3, again: 1.5, fresh: 0.75 },
        {
          maxEvents: null,
          sequence: 0.75,
          neighbors: 2,
          text: -0.5,
          popularity: 0.25,
          seen: -60,
          again: 2.5,
          fresh: 1.25,
        },
      ],
      recall: { eventDecay: 0.7, visitDecay: 0.9, earlier: 0.3, likeness: 3 },
    },
    files,
    ...overrides,
  };
}
