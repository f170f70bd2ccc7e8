import { HEAD_SIZE } from '#model/diversify.ts';
import { topRows } from '#model/top-rows.ts';
import type { BundleItem } from '#protocol/catalog.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { Rule } from '#protocol/live.ts';

/** A merchant's rule with its target looked up in one catalog. */
export type ResolvedRule = Rule & { readonly rows: ReadonlySet<number> };

/** Gives the same rows in another order. `head` is best first, `scores` `[N]` with boosts added. */
export type Reorder = (head: Uint32Array, scores: Float32Array) => Iterable<number>;

/** Looks up each rule's target: a category stands for itself and all below it. */
export function resolveRules(
  rules: readonly Rule[],
  {
    catalog,
    rowOf,
  }: { readonly catalog: readonly BundleItem[]; readonly rowOf: (itemId: ItemId) => number | undefined },
): ResolvedRule[] {
  return rules.map((rule) => {
    const { target } = rule;
    if (target.by === 'item') {
      const row = rowOf(target.itemId);
      return { ...rule, rows: new Set(row === undefined ? [] : [row]) };
    }
    const isInside = (path: string) => path === target.path || path.startsWith(`${target.path}/`);
    const rows = new Set<number>();
    catalog.forEach(({ categories }, row) => {
      if (categories.some(isInside)) rows.add(row);
    });
    return { ...rule, rows };
  });
}

/**
 * Picks a shelf's rows from all scores, best first, as the merchant's rules demand.
 *
 * Guarantees:
 * - No row of `hidden` or of a `hide` rule is returned, whatever else applies to it.
 * - No more rows of a `limit` rule's target than its `max`, pinned ones included.
 * - `count` rows, unless fewer may be shown.
 * - A buried row stands after every row that is neither buried nor pinned.
 *
 * `boost` multiplies the odds: scores are log-odds up to a constant, so its logarithm is added. Of
 * two rows pinned to one rank, the later rule's takes the next free one. What `reorder` does, it does
 * to rows that are not buried, boosts counted in; pins stay at their ranks.
 *
 * @param scores `[N]`. Not modified.
 * @param hidden Rows that this shelf must not show: out of stock, already in the cart, the page's own.
 * @param reorder Gives the rows of the ranking's head in the order to show them, each once.
 */
export function arrangeShelf({
  scores,
  rules,
  hidden,
  count,
  reorder,
}: {
  readonly scores: Float32Array;
  readonly rules: readonly ResolvedRule[];
  readonly hidden: ReadonlySet<number>;
  readonly count: number;
  readonly reorder: Reorder;
}): number[] {
  const adjusted = scores.slice();
  for (const rule of rules) {
    const lift = rule.kind === 'boost' ? Math.log(rule.factor) : rule.kind === 'hide' ? Number.NEGATIVE_INFINITY : 0;
    for (const row of rule.rows) adjusted[row] = (adjusted[row] as number) + lift;
  }
  for (const row of hidden) adjusted[row] = Number.NEGATIVE_INFINITY;
  const limits = rules.filter((rule) => rule.kind === 'limit').map(({ rows, max }) => ({ rows, left: max }));
  const taken = new Set<number>();
  const take = (row: number): boolean => {
    const touched = limits.filter(({ rows }) => rows.has(row));
    if (taken.has(row) || touched.some(({ left }) => left === 0)) return false;
    for (const limit of touched) limit.left--;
    taken.add(row);
    return true;
  };

  const pinned = takePinned({ adjusted, rules, count, take });
  const others: number[] = [];
  const numOthers = count - pinned.size;
  for (const row of rowsInOrder(adjusted, rules, reorder)) {
    if (others.length >= numOthers) break;
    if (take(row)) others.push(row);
  }
  return weave(pinned, others);
}

/** Rows by the rank they are pinned to. */
function takePinned({
  adjusted,
  rules,
  count,
  take,
}: {
  readonly adjusted: Float32Array;
  readonly rules: readonly ResolvedRule[];
  readonly count: number;
  readonly take: (row: number) => boolean;
}): Map<number, number> {
  const pinned = new Map<number, number>();
  for (const rule of rules) {
    if (rule.kind !== 'pin') continue;
    let { rank } = rule;
    while (pinned.has(rank)) rank++;
    if (rank >= count) continue;
    // A pinned category means its best item; the next best one where that may not be shown.
    const candidates = only(adjusted, rule.rows);
    for (const row of bestFirst(candidates)) {
      if (take(row)) {
        pinned.set(rank, row);
        break;
      }
    }
  }
  return pinned;
}

function* rowsInOrder(
  adjusted: Float32Array,
  rules: readonly ResolvedRule[],
  reorder: Reorder,
): Generator<number, void> {
  const buried = new Set(rules.flatMap((rule) => (rule.kind === 'bury' ? [...rule.rows] : [])));
  const unburied = adjusted.slice();
  for (const row of buried) unburied[row] = Number.NEGATIVE_INFINITY;
  yield* bestFirst(unburied, reorder);
  yield* bestFirst(only(adjusted, buried));
}

/** All rows above −Infinity, the first {@link HEAD_SIZE} reordered; sorts only as many as are asked for. */
function* bestFirst(scores: Float32Array, reorder: Reorder = (head) => head): Generator<number, void> {
  let given = 0;
  for (let size = HEAD_SIZE; ; size *= 4) {
    const rows = topRows(scores, size);
    yield* given === 0 ? reorder(rows, scores) : rows.subarray(given);
    given = rows.length;
    if (given < size) return;
  }
}

function only(scores: Float32Array, rows: ReadonlySet<number>): Float32Array {
  const kept = new Float32Array(scores.length).fill(Number.NEGATIVE_INFINITY);
  for (const row of rows) kept[row] = scores[row] as number;
  return kept;
}

/** Pinned rows at their ranks, or at the end of a shelf that stays shorter. */
function weave(pinned: ReadonlyMap<number, number>, others: readonly number[]): number[] {
  const shelf = [...others];
  for (const [rank, row] of [...pinned].sort(([a], [b]) => a - b)) shelf.splice(rank, 0, row);
  return shelf;
}
