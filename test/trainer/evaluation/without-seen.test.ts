import { expect, test } from 'vitest';
import type { ItemId } from '#protocol/ids.ts';
import { withoutSeen } from '#trainer/evaluation/without-seen.ts';
import { caseAfter } from './baseline-fixture.ts';

const rowOf = (id: ItemId) => (id === 'item-9' ? undefined : Number(id.slice('item-'.length)));

test("items of a case's own events get a score of −Infinity, the others keep theirs", async () => {
  const recommend = withoutSeen(() => Float32Array.of(0.25, 4, 3, 2, 5), rowOf);
  expect([...(await recommend(caseAfter([4, 9], [2, 4])))]).toEqual([0.25, 4, -Infinity, 2, -Infinity]);
});

test('what was seen in one case is back in the next, and the wrapped recommender keeps its array', async () => {
  const scores = Float32Array.of(0.25, 4, 3);
  const recommend = withoutSeen(() => scores, rowOf);
  await recommend(caseAfter([1]));
  expect([...(await recommend(caseAfter([2])))]).toEqual([0.25, 4, -Infinity]);
  expect([...scores]).toEqual([0.25, 4, 3]);
});
