/** Unit vectors to search, and how many there are. */
export interface Vectors {
  /** `[N, D]`. */
  readonly values: Float32Array<ArrayBuffer>;
  readonly numItems: number;
  readonly dim: number;
}

/** Rows of the 20 nearest by inner product, best first. */
export type Search = (query: Float32Array<ArrayBuffer>) => readonly number[] | Promise<readonly number[]>;

export const TOP = 20;

/** A library that finds nearest vectors. */
export interface Contender {
  readonly name: string;
  /** What it keeps its vectors in, and how it reads them back. */
  readonly form: string;
  /**
   * Builds what would be downloaded. Not timed.
   *
   * @returns Makes a searchable index of it; what a page does before its first result. Called several times.
   */
  prepare(vectors: Vectors): Promise<() => Promise<Search>>;
}
