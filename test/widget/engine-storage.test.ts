import { expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import type { Digest } from '#protocol/ids.ts';
import { openEngineStorage } from '#widget/engine-storage.ts';
import { createMemoryFiles } from './memory-files.ts';

const DIGEST = 'a1'.repeat(32) as Digest;

function openPersistent() {
  const files = createMemoryFiles();
  const opening = openEngineStorage({ level: 'persistent', openStore: async () => undefined, files });
  return opening.then((storage) => ({ files, storage }));
}

test('a page that withdraws still knows which sequence numbers it has seen, and the live facts', async () => {
  const { storage } = await openPersistent();
  await storage.current().meta.set('manifest-sequence', 7);
  await storage.current().meta.set('live-sequence', 5);
  await storage.current().meta.set('live', 'signed facts');
  await storage.setLevel('memory');
  expect(await storage.current().meta.get('manifest-sequence')).toBe(7);
  expect(await storage.current().meta.get('live-sequence')).toBe(5);
  expect(await storage.current().meta.get('live')).toBe('signed facts');
});

test('after a withdrawal nothing more is written to the device, and nothing read from it', async () => {
  const { files, storage } = await openPersistent();
  await storage.current().files.write(DIGEST, utf8('a shard'));
  await storage.setLevel('memory');
  expect(await storage.current().files.read(DIGEST)).toBeUndefined();
  await storage.current().files.write('b2'.repeat(32) as Digest, utf8('another'));
  expect(await files.digests()).toEqual([DIGEST]);
});
