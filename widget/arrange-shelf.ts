import { HEAD_SIZE } from '#model/diversify.ts';
import type { ItemScores } from '#model/score-items.ts';
import type { ScoredRows } from '#model/scorer.ts';
import { buriedRows, type ResolvedRule } from './rules.ts';

/** Gives the same rows in another order. */
export type Reorder = (head: ScoredRows) => Iterable<number>;

/**
 * Picks a shelf's rows, best first, as the merchant's rules demand.
 *
 * Guarantees:
 * - No row of `hidden`, or at −Infinity in the scores, is returned, whatever else applies to it.
 * - No more rows of a `limit` rule's target than its `max`, pinned ones included.
 * - `count` rows, unless fewer may be shown.
 * - A buried row stands after every row that is neither buried nor pinned.
 *
 * Of two rows pinned to one rank, the later rule's takes the next free one. What `reorder` does, it does
 * to rows that are not buried, boosts counted in; pins stay at their ranks.
 *
 * @param scores With the lifts of these rules, see {@link writeLifts}.
 * @param hidden Rows that this shelf must not show: already in the cart, the page's own.
 * @param reorder Gives the rows of the ranking's head in the order to show them, each once.
 */
export async function arrangeShelf({
  scores,
  rules,
  hidden,
  count,
  reorder,
}: {
  readonly scores: Pick<ItemScores, 'best' | 'scoreOf'>;
  readonly rules: readonly ResolvedRule[];
  readonly hidden: ReadonlySet<number>;
  readonly count: number;
  readonly reorder: Reorder;
}): Promise<number[]> {
  const limits = rules.filter((rule) => rule.kind === 'limit').map(({ rows, max }) => ({ rows, left: max }));
  const taken = new Set(hidden);
  const take = (row: number): boolean => {
    const touched = limits.filter(({ rows }) => rows.has(row));
    if (taken.has(row) || touched.some(({ left }) => left === 0)) return false;
    for (const limit of touched) limit.left--;
    taken.add(row);
    return true;
  };

  const pinned = takePinned({ scores, rules, count, take });
  const others: number[] = [];
  const numOthers = count - pinned.size;
  for await (const row of rowsInOrder(scores, { rules, hidden, reorder })) {
    if (others.length >= numOthers) break;
    if (take(row)) others.push(row);
  }
  return weave(pinned, others);
}

/** Rows by the rank they are pinned to. */
function takePinned({
  scores,
  rules,
  count,
  take,
}: {
  readonly scores: Pick<ItemScores, 'scoreOf'>;
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
    const candidates = Array.from(rule.rows, (row) => ({ row, score: scores.scoreOf(row) }))
      .filter(({ score }) => score > Number.NEGATIVE_INFINITY)
      .sort((a, b) => b.score - a.score || a.row - b.row);
    const best = candidates.find(({ row }) => take(row));
    if (best) pinned.set(rank, best.row);
  }
  return pinned;
}

/** All rows that may be shown, the first {@link HEAD_SIZE} reordered; finds only as many as are asked for. */
async function* rowsInOrder(
  scores: Pick<ItemScores, 'best'>,
  {
    rules,
    hidden,
    reorder,
  }: { readonly rules: readonly ResolvedRule[]; readonly hidden: ReadonlySet<number>; readonly reorder: Reorder },
): AsyncGenerator<number, void> {
  const buried = buriedRows(rules);
  const given = new Set<number>();
  for (let size = HEAD_SIZE; ; size *= 4) {
    const found = await scores.best(size + hidden.size);
    const isLeft = (row: number) => !hidden.has(row) && !given.has(row);
    const unburied = pick(found, (row) => isLeft(row) && !buried.has(row));
    const rows = given.size === 0 ? withHead(unburied, reorder) : unburied.rows;
    for (const row of rows) {
      given.add(row);
      yield row;
    }
    if (found.rows.length < size + hidden.size) {
      yield* pick(found, (row) => isLeft(row) && buried.has(row)).rows;
      return;
    }
  }
}

function* withHead({ rows, scores }: ScoredRows, reorder: Reorder): Generator<number, void> {
  yield* reorder({ rows: rows.subarray(0, HEAD_SIZE), scores: scores.subarray(0, HEAD_SIZE) });
  yield* rows.subarray(HEAD_SIZE);
}

function pick({ rows, scores }: ScoredRows, isWanted: (row: number) => boolean): ScoredRows {
  return { rows: rows.filter(isWanted), scores: scores.filter((_, place) => isWanted(rows[place] as number)) };
}

/** Pinned rows at their ranks, or at the end of a shelf that stays shorter. */
function weave(pinned: ReadonlyMap<number, number>, others: readonly number[]): number[] {
  const shelf = [...others];
  for (const [rank, row] of [...pinned].sort(([a], [b]) => a - b)) shelf.splice(rank, 0, row);
  return shelf;
}
