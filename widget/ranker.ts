import type { Scorer } from '#model/scorer.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { Live } from '#protocol/live.ts';
import type { Bundle } from './bundle.ts';
import { type ResolvedRule, resolveRules, writeLifts } from './rules.ts';

/** What ranking reads: one model version, its scorer and the merchant's wishes. */
export interface Ranker {
  readonly bundle: Bundle;
  readonly scorer: Scorer;
  readonly live: Live | undefined;
  /** `live.rules`, looked up in the bundle's catalog. */
  readonly rules: readonly ResolvedRule[];
  /** As the catalog's; a history asks for the same items again and again. */
  rowOf(id: ItemId): number | undefined;
}

/**
 * Puts a ranker together and writes stock and rules into the lifts that its scorer reads.
 *
 * @param scorer Reads the bundle's items.
 */
export function createRanker(bundle: Bundle, scorer: Scorer, live: Live | undefined): Ranker {
  const { catalog, model } = bundle;
  const rules = resolveRules(live?.rules ?? [], catalog);
  const liveStock = new Map(
    Object.entries(live?.stock ?? {}).map(([id, stock]) => [catalog.rowOf(id as ItemId), stock] as const),
  );
  const isShown = (row: number): boolean =>
    bundle.hasRow(row) && (liveStock.get(row) ?? catalog.stockOf(row)) !== 'out';
  writeLifts(rules, isShown, model.items.lifts);
  scorer.refresh('lifts');
  const known = new Map<ItemId, number>();
  const rowOf = (id: ItemId): number | undefined => {
    const row = known.get(id) ?? catalog.rowOf(id);
    if (row !== undefined) known.set(id, row);
    return row;
  };
  return { bundle, scorer, live, rules, rowOf };
}
