import { expect, test } from 'vitest';
import { createStoredMeta } from '#widget/meta.ts';

/** A transaction that nobody commits but the test. */
function openTransaction() {
  const put: unknown[] = [];
  const transaction = {
    oncomplete: () => {},
    objectStore: () => ({ put: (value: unknown, key: string) => put.push([key, value]) }),
    commit: () => {},
  };
  return { put, transaction };
}

test.each([
  ['participation', 'strict'],
  ['manifest', 'relaxed'],
] as const)('%s is kept with %s durability, and counts as kept only once it is', async (key, durability) => {
  const { put, transaction } = openTransaction();
  const scopes: unknown[][] = [];
  const meta = createStoredMeta({
    facts: new Map(),
    transaction: async (...scope) => {
      scopes.push(scope);
      return transaction as unknown as IDBTransaction;
    },
  });
  let isKept = false;
  const kept = meta.set(key, 'a value').then(() => {
    isKept = true;
  });
  await new Promise((resolve) => setTimeout(resolve));
  expect(scopes).toEqual([['meta', 'readwrite', { durability }]]);
  expect(put).toEqual([[key, 'a value']]);
  expect(isKept).toBe(false);
  transaction.oncomplete();
  await kept;
});
