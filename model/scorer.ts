import { dotRow } from './item-table.ts';
import type { ScoringTable } from './scoring-table.ts';

/** `relaxed-simd` and `simd` are WebAssembly kernels, the former with relaxed dot products. */
export type ScorerKind = 'relaxed-simd' | 'simd' | 'webgpu' | 'js';

/** Asks for the rows with the highest `query · item + popularityWeight · popularity + lift`. */
export interface TopQuery {
  /** `[D]`, finite. */
  readonly query: Float32Array;
  /** Finite. */
  readonly popularityWeight: number;
  /** How many rows, at least 0. */
  readonly count: number;
}

/** Rows with their exact scores, best first; of equal scores the lower row first. */
export interface ScoredRows {
  readonly rows: Uint32Array;
  readonly scores: Float32Array;
}

/**
 * Finds the best rows of a {@link ScoringTable}.
 *
 * Guarantees, shared by all implementations:
 * - Scores are exact: {@link exactScore}, rounded to float32; summed in another order they may be the number beside it.
 * - The `min(count, rows above −Infinity)` rows with the highest scores: however coarsely one searches, none is overlooked.
 */
export interface Scorer {
  readonly kind: ScorerKind;
  top(asked: TopQuery): Promise<ScoredRows>;
  /** Tells that `lifts`, or rows `firstRow … firstRow + numRows − 1`, have changed in the table. */
  refresh(changed: 'lifts' | { readonly firstRow: number; readonly numRows: number }): void;
  /** Frees what it holds; it must not be used afterwards. */
  dispose(): void;
}

/**
 * Called between parts of a long computation, each of a millisecond or so: what it returns is awaited, so
 * that a page's thread can be given back. A Worker has no need of it.
 */
export type Pause = () => Promise<void> | undefined;

/** One row's score, in float64. */
export function exactScore(
  table: ScoringTable,
  row: number,
  { query, popularityWeight }: Omit<TopQuery, 'count'>,
): number {
  return (
    dotRow(table, row, query) + popularityWeight * (table.popularity[row] as number) + (table.lifts[row] as number)
  );
}

/** A row on its way into a ranking. */
export interface ScoredRow {
  readonly row: number;
  readonly score: number;
}

/**
 * The best of some rows by their exact scores.
 *
 * @param candidates Rows, each once, in any order.
 */
export function rescore(table: ScoringTable, candidates: Iterable<number>, asked: TopQuery): ScoredRows {
  const scored = Array.from(candidates, (row) => ({ row, score: Math.fround(exactScore(table, row, asked)) }));
  return bestOf(scored, asked.count);
}

/** The best `count` rows above −Infinity. */
export function bestOf(scored: readonly ScoredRow[], count: number): ScoredRows {
  const best = scored
    .filter(({ score }) => score > Number.NEGATIVE_INFINITY)
    .sort((a, b) => b.score - a.score || a.row - b.row)
    .slice(0, count);
  return { rows: Uint32Array.from(best, ({ row }) => row), scores: Float32Array.from(best, ({ score }) => score) };
}

/** @throws {RangeError} If `query` is not `[D]` or `count` is negative. */
export function checkTopQuery({ dim }: ScoringTable, { query, count }: TopQuery): void {
  if (query.length !== dim) throw new RangeError(`expected query to have ${dim} values, got ${query.length}`);
  if (!(count >= 0)) throw new RangeError(`expected count to be at least 0, got ${count}`);
}
