import { beforeAll, describe, expect, test } from 'vitest';
import type { Digest, KeyFingerprint } from '#protocol/ids.ts';
import { generateSigningKey } from '#protocol/keys.ts';
import type { FileKind, ManifestFile } from '#protocol/manifest.ts';
import { createBundle } from '#widget/bundle.ts';
import type { OpenedManifest } from '#widget/manifest-source.ts';
import { itemId, NUM_ITEMS, type Published, publish, SHARD_ROWS } from './published-shop.ts';
import { wholeBundle } from './whole-bundle.ts';

let published: Published;
let opened: OpenedManifest;
beforeAll(async () => {
  const { key } = await generateSigningKey();
  published = await publish({ key, sequence: 5, nowMs: 1_790_000_000_000 });
  const { manifest, envelope } = published;
  opened = { manifest, modelDigest: 'a1'.repeat(32) as Digest, envelope, signedBy: 'k'.repeat(43) as KeyFingerprint };
});

const noPause = () => undefined;
const bytesOf = ({ digest }: ManifestFile) => published.files.get(digest)?.slice().buffer as ArrayBuffer;
const filesOf = (...kinds: FileKind[]) => published.manifest.files.filter(({ kind }) => kinds.includes(kind));
const rowsThere = (hasRow: (row: number) => boolean) =>
  Array.from({ length: NUM_ITEMS }, (_, row) => row).filter(hasRow);

describe('a bundle that comes file by file', () => {
  test('is there with the encoder, and has the rows of which everything has come', async () => {
    const builder = await createBundle(opened, noPause);
    const [firstItems, lastItems] = filesOf('items');
    for (const file of filesOf('popularity', 'neighbors', 'groups', 'catalog')) await builder.take(file, bytesOf(file));
    await builder.take(lastItems as ManifestFile, bytesOf(lastItems as ManifestFile));
    expect(builder.bundle).toBeUndefined();
    for (const file of filesOf('encoder')) await builder.take(file, bytesOf(file));
    expect(rowsThere((row) => builder.bundle?.hasRow(row) ?? false)).toEqual([
      18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
    ]);
    await builder.take(firstItems as ManifestFile, bytesOf(firstItems as ManifestFile));
    expect(rowsThere((row) => builder.bundle?.hasRow(row) ?? false)).toHaveLength(NUM_ITEMS);
    expect(builder.bundle?.isComplete).toBe(false); // words are missing
  });

  test('is the same in the end, whatever the order', async () => {
    const whole = await wholeBundle(opened, new Map(opened.manifest.files.map((file) => [file.digest, bytesOf(file)])));
    const builder = await createBundle(opened, noPause);
    await Promise.all(opened.manifest.files.toReversed().map((file) => builder.take(file, bytesOf(file))));
    const { bundle } = builder;
    expect(bundle?.isComplete).toBe(true);
    expect(bundle?.model).toEqual(whole.model);
    expect(bundle?.catalog.rowOf(itemId(23))).toBe(23);
  });

  test('leaves what rows add to scores as it is: rules may have been written there', async () => {
    const builder = await createBundle(opened, noPause);
    for (const file of opened.manifest.files) await builder.take(file, bytesOf(file));
    expect(builder.bundle?.model.items.lifts.every((lift) => lift === Number.NEGATIVE_INFINITY)).toBe(true);
  });

  test('pauses again and again while it reads a catalog', async () => {
    let numPauses = 0;
    const builder = await createBundle(opened, () => {
      numPauses++;
      return Promise.resolve();
    });
    for (const file of filesOf('catalog')) await builder.take(file, bytesOf(file));
    expect(numPauses).toBe(Math.ceil(SHARD_ROWS / 8) + Math.ceil((NUM_ITEMS - SHARD_ROWS) / 8));
  });

  test.each<[FileKind, string]>([
    ['items', 'items-invalid'],
    ['neighbors', 'neighbors-invalid'],
    ['popularity', 'popularity-invalid'],
    ['groups', 'groups-invalid'],
    ['catalog', 'catalog-invalid'],
    ['encoder', 'encoder-invalid'],
    ['words', 'words-invalid'],
  ])('is refused where its %s file is cut short', async (kind, code) => {
    const builder = await createBundle(opened, noPause);
    const [file] = filesOf(kind) as [ManifestFile];
    await expect(builder.take(file, bytesOf(file).slice(0, -12))).rejects.toMatchObject({ code });
  });
});

test('a bundle with a file missing is not taken for a whole one', async () => {
  const files = opened.manifest.files.slice(1);
  const some = { ...opened, manifest: { ...opened.manifest, files } };
  const bytes = new Map(files.map((file) => [file.digest, bytesOf(file)]));
  expect((await wholeBundle(some, bytes)).isComplete).toBe(false);
});
