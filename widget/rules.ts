import { topRows } from '#model/top-rows.ts';
import type { BundleItem } from '#protocol/catalog.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { Rule } from '#protocol/live.ts';

/** A merchant's rule with its target looked up in one catalog. */
export type ResolvedRule = Rule & { readonly rows: ReadonlySet<number> };

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
 * two rows pinned to one rank, the later rule's takes the next free one.
 *
 * @param scores `[N]`. Not modified.
 * @param hidden Rows that this shelf must not show: out of stock, already in the cart, the page's own.
 */
export function arrangeShelf({
  scores,
  rules,
  hidden,
  count,
}: {
  readonly scores: Float32Array;
  readonly rules: readonly ResolvedRule[];
  readonly hidden: ReadonlySet<number>;
  readonly count: number;
}): number[] {
  const adjusted = scores.slice();
  for (const rule of rules) {
    if (rule.kind !== 'boost') continue;
    for (const row of rule.rows) adjusted[row] = (adjusted[row] as number) + Math.log(rule.factor);
  }
  for (const row of hidden) adjusted[row] = Number.NEGATIVE_INFINITY;
  for (const rule of rules) {
    if (rule.kind !== 'hide') continue;
    for (const row of rule.rows) adjusted[row] = Number.NEGATIVE_INFINITY;
  }
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
  for (const row of rowsInOrder(adjusted, rules)) {
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

function* rowsInOrder(adjusted: Float32Array, rules: readonly ResolvedRule[]): Generator<number> {
  const buried = new Set(rules.flatMap((rule) => (rule.kind === 'bury' ? [...rule.rows] : [])));
  if (buried.size === 0) return yield* bestFirst(adjusted);
  const unburied = adjusted.slice();
  for (const row of buried) unburied[row] = Number.NEGATIVE_INFINITY;
  yield* bestFirst(unburied);
  yield* bestFirst(only(adjusted, buried));
}

/** All rows above −Infinity; sorts only as many as are asked for. */
function* bestFirst(scores: Float32Array): Generator<number> {
  let given = 0;
  for (let size = 64; ; size *= 4) {
    const rows = topRows(scores, Math.min(size, scores.length));
    for (; given < rows.length; given++) yield rows[given] as number;
    if (rows.length < size) return;
  }
}

function only(scores: Float32Array, rows: ReadonlySet<number>): Float32Array {
  const kept = new Float32Array(scores.length).fill(Number.NEGATIVE_INFINITY);
  for (const row of rows) kept[row] = scores[row] as number;
  return kept;
}

/** Pinned rows at their ranks, or at the end of a shelf that stays shorter. */
function weave(pinned: ReadonlyMap<number, number>, others: readonly number[]): number[] {
  const shelf: number[] = [];
  const waiting = [...others];
  const pins = [...pinned].sort(([a], [b]) => a - b);
  while (waiting.length > 0 || pins.length > 0) {
    const [next] = pins;
    if (next && (next[0] <= shelf.length || waiting.length === 0)) {
      shelf.push(next[1]);
      pins.shift();
    } else {
      shelf.push(waiting.shift() as number);
    }
  }
  return shelf;
}
