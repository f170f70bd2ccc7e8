import { expect, test } from 'vitest';
import { createJsScorer } from '#model/js-scorer.ts';
import type { Scorer } from '#model/scorer.ts';
import type { Live, Rule } from '#protocol/live.ts';
import type { Bundle } from '#widget/bundle.ts';
import { createRanker } from '#widget/ranker.ts';
import { randomModel } from '../model/random-model.ts';
import { readCatalog } from './catalog-fixture.ts';
import { itemId, shopItem } from './published-shop.ts';

const MODEL = randomModel(691);
const CATALOG = Array.from({ length: MODEL.config.numItems }, (_, row) =>
  row === 4 || row === 7 ? { ...shopItem(row), stock: 'out' as const } : shopItem(row),
);
/** What a ranker is made from: the rest of a bundle, and of live facts, plays no part in it. */
const READ: Partial<Bundle> = { model: MODEL, catalog: readCatalog(CATALOG), hasRow: () => true };
const BUNDLE = READ as Bundle;
const liveOf = (facts: Partial<Live>): Live => ({ stock: {}, priceCents: {}, rules: [], ...facts }) as Live;

/** What the scorer is asked to read anew, with the rows hidden at that time. */
function recordingScorer(refreshed: { readonly changed: unknown; readonly hidden: readonly number[] }[]): Scorer {
  return {
    ...createJsScorer(MODEL.items),
    refresh: (changed) => refreshed.push({ changed, hidden: hiddenRows() }),
  };
}

function hiddenRows(): number[] {
  return [...MODEL.items.lifts.keys()].filter((row) => MODEL.items.lifts[row] === Number.NEGATIVE_INFINITY);
}

test('a ranker hides what is sold out by the catalog, or by the latest word on it', () => {
  createRanker(BUNDLE, createJsScorer(MODEL.items), undefined);
  expect(hiddenRows()).toEqual([4, 7]);
  const stock = { [itemId(4)]: 'low', [itemId(11)]: 'out', [itemId(12)]: 'in' } as const;
  createRanker(BUNDLE, createJsScorer(MODEL.items), liveOf({ stock }));
  expect(hiddenRows()).toEqual([7, 11]);
});

test('a ranker writes its rules over those before, and then has the scorer read them', () => {
  const hide: Rule = { kind: 'hide', target: { by: 'item', itemId: itemId(9) } };
  const boost: Rule = { kind: 'boost', target: { by: 'item', itemId: itemId(3) }, factor: 6 };
  const refreshed: Parameters<typeof recordingScorer>[0] = [];
  const scorer = recordingScorer(refreshed);
  const { rules } = createRanker(BUNDLE, scorer, liveOf({ rules: [hide, boost] }));
  expect(rules.map(({ rows }) => [...rows])).toEqual([[9], [3]]);
  expect(MODEL.items.lifts[3]).toBeCloseTo(Math.log(6), 6);
  createRanker(BUNDLE, scorer, undefined);
  expect(MODEL.items.lifts[3]).toBe(0);
  expect(refreshed).toEqual([
    { changed: 'lifts', hidden: [4, 7, 9] },
    { changed: 'lifts', hidden: [4, 7] },
  ]);
});
