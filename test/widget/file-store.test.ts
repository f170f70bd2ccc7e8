import { expect, test } from 'vitest';
import type { ShopId } from '#protocol/ids.ts';
import { createCachedFiles, type FileCaches } from '#widget/file-store.ts';

const FULL_CACHES: FileCaches = {
  open: async () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
  delete: async () => false,
};

/** One tab's store; each test has a shop, and so locks, of its own. */
function openTab(shop: string, { locks = navigator.locks, lockWaitMs = 1_000_000 } = {}) {
  return createCachedFiles(FULL_CACHES, { shop: shop as ShopId, locks, quotaBytes: 5e6, lockWaitMs });
}

test('of two tabs that do the same thing, one waits for the other', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const done: string[] = [];
  const first = openTab('two-tabs').alone('a file', async () => {
    begin();
    await released;
    done.push('first');
  });
  await begun;
  const second = openTab('two-tabs').alone('a file', async () => void done.push('second'));
  await openTab('two-tabs').alone('another file', async () => void done.push('another file'));
  await openTab('another-shop').alone('a file', async () => void done.push('another shop'));
  release();
  await Promise.all([first, second]);
  expect(done).toEqual(['another file', 'another shop', 'first', 'second']);
});

test('a tab that hangs is waited for once and no longer than it may take', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const hanging = navigator.locks.request('vitrine-hanging-a file', () => released);
  const alsoHanging = navigator.locks.request('vitrine-hanging-another file', () => released);
  const waiting = openTab('hanging', { lockWaitMs: 1 });
  expect(await waiting.alone('a file', async () => 'done')).toBe('done');
  expect(await waiting.alone('another file', async () => 'done, too')).toBe('done, too');
  release();
  await Promise.all([hanging, alsoHanging]);
});

test('where locks are denied, the step runs all the same', async () => {
  const locks = {
    request: async () => Promise.reject(new DOMException('denied', 'SecurityError')),
  } as unknown as LockManager;
  expect(await openTab('denied', { locks }).alone('a file', async () => 'done')).toBe('done');
});

test('a step that fails has failed, and is not run again', async () => {
  let numRuns = 0;
  const failing = openTab('failing').alone('a file', async () => {
    numRuns++;
    throw new RangeError('expected a file');
  });
  await expect(failing).rejects.toThrow('expected a file');
  expect(numRuns).toBe(1);
});

test('a tab that can store nothing keeps no other tab waiting', async () => {
  const tab = openTab('full');
  await expect(tab.write('a1'.repeat(32) as never, new Uint8Array([7]))).rejects.toThrow('full');
  const held = navigator.locks.request('vitrine-full-a file', () => tab.alone('a file', async () => 'done'));
  expect(await held).toBe('done');
});
