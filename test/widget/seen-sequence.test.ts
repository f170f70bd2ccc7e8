import { describe, expect, test } from 'vitest';
import { createMemoryMeta, type MetaKey, type MetaStore } from '#widget/meta.ts';
import { copySeen, readSequence } from '#widget/seen-sequence.ts';

type Facts = Partial<Record<MetaKey, unknown>>;

async function metaOf(facts: Facts): Promise<MetaStore> {
  const meta = createMemoryMeta();
  for (const [key, value] of Object.entries(facts)) await meta.set(key as MetaKey, value);
  return meta;
}

async function factsOf(meta: MetaStore): Promise<Facts> {
  const keys: MetaKey[] = ['manifest', 'manifest-sequence', 'live', 'live-sequence', 'learning'];
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await meta.get(key)])));
}

describe('what is brought along to another store', () => {
  const NEWER = { 'manifest-sequence': 9, 'live-sequence': 7, live: 'facts 7', manifest: 'version 9', learning: true };
  const OLDER = { 'manifest-sequence': 4, 'live-sequence': 3, live: 'facts 3', manifest: 'version 4' };

  test('is the higher numbers with the live facts that belong to them, and nothing else', async () => {
    const meta = await metaOf(OLDER);
    await copySeen(await metaOf(NEWER), meta);
    expect(await factsOf(meta)).toEqual({ ...NEWER, manifest: 'version 4', learning: undefined });
  });

  test('is nothing older than what is there', async () => {
    const meta = await metaOf(NEWER);
    await copySeen(await metaOf(OLDER), meta);
    expect(await factsOf(meta)).toEqual(NEWER);
  });

  test('is taken of manifest and live facts one by one', async () => {
    const meta = await metaOf({ ...OLDER, 'live-sequence': 8, live: 'facts 8' });
    await copySeen(await metaOf(NEWER), meta);
    expect(await factsOf(meta)).toMatchObject({ 'manifest-sequence': 9, 'live-sequence': 8, live: 'facts 8' });
  });
});

test.each([[undefined], ['nine'], [-4], [2.5], [Number.NaN]])('a number seen of %s counts as none', async (stored) => {
  expect(await readSequence(await metaOf({ 'live-sequence': stored }), 'live-sequence')).toBe(0);
});

test('where storage is denied no number has been seen', async () => {
  const denied = { ...createMemoryMeta(), get: () => Promise.reject(new DOMException('denied', 'SecurityError')) };
  expect(await readSequence(denied, 'manifest-sequence')).toBe(0);
});
