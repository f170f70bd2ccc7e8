import type { Rule } from '#protocol/live.ts';
import type { Catalog } from './catalog.ts';

/** A merchant's rule with its target looked up in one catalog. */
export type ResolvedRule = Rule & { readonly rows: ReadonlySet<number> };

/** So far down that no score comes back up. */
const BURIED_LIFT = -1e4;

/** Looks up each rule's target: a category stands for itself and all below it. */
export function resolveRules(
  rules: readonly Rule[],
  catalog: Pick<Catalog, 'rowOf' | 'forEachInCategory'>,
): ResolvedRule[] {
  return rules.map((rule) => {
    const { target } = rule;
    const rows = new Set<number>();
    if (target.by === 'item') {
      const row = catalog.rowOf(target.itemId);
      if (row !== undefined) rows.add(row);
    } else {
      catalog.forEachInCategory(target.path, (row) => rows.add(row));
    }
    return { ...rule, rows };
  });
}

/**
 * Writes what rules add to each row's score. `boost` multiplies the odds: scores are log-odds up to a
 * constant, so its logarithm is added. Hidden rows get −Infinity, buried ones fall below all others.
 *
 * @param isShown False for rows that no shelf may show, such as those out of stock.
 * @param out `[N]`, overwritten.
 */
export function writeLifts(rules: readonly ResolvedRule[], isShown: (row: number) => boolean, out: Float32Array): void {
  for (let row = 0; row < out.length; row++) out[row] = isShown(row) ? 0 : Number.NEGATIVE_INFINITY;
  for (const rule of rules) {
    const lift = liftOf(rule);
    if (lift !== 0) for (const row of rule.rows) out[row] = (out[row] as number) + lift;
  }
  for (const row of buriedRows(rules)) out[row] = (out[row] as number) + BURIED_LIFT;
}

/** Rows that stand after all others. */
export function buriedRows(rules: readonly ResolvedRule[]): Set<number> {
  return new Set(rules.flatMap((rule) => (rule.kind === 'bury' ? [...rule.rows] : [])));
}

function liftOf(rule: Rule): number {
  switch (rule.kind) {
    case 'boost':
      return Math.log(rule.factor);
    case 'hide':
      return Number.NEGATIVE_INFINITY;
    case 'pin':
    case 'limit':
    case 'bury': // once, however many rules bury a row
      return 0;
    default:
      return rule satisfies never;
  }
}
