export type ScorerKind = 'simd' | 'webgpu' | 'js';

/**
 * Dot products of one query with every item vector.
 *
 * Guarantee, shared by all implementations: `out[r]` differs from the exact product with the
 * dequantized row by at most 1e-3 of the query's norm times the row's norm.
 */
export interface Scorer {
  readonly kind: ScorerKind;
  /**
   * @param query `[D]`, finite. Not modified.
   * @param out `[N]`, overwritten.
   */
  score(query: Float32Array, out: Float32Array): Promise<void>;
  /** Frees what it holds; it must not be used afterwards. */
  dispose(): void;
}

/** @throws {RangeError} If `query` is not `[D]` or `out` not `[N]`. */
export function checkScoreArguments(
  { dim, numItems }: { readonly dim: number; readonly numItems: number },
  query: Float32Array,
  out: Float32Array,
): void {
  if (query.length !== dim) throw new RangeError(`expected query to have ${dim} values, got ${query.length}`);
  if (out.length !== numItems) throw new RangeError(`expected out to have ${numItems} values, got ${out.length}`);
}
