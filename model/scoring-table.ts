import type { ItemTable } from './item-table.ts';

/**
 * All that scorers read of a catalog, in one block of memory that a WebAssembly kernel can address, so that
 * nothing is held twice.
 *
 *     score(row) = query · item(row) + popularityWeight · popularity[row] + lifts[row]
 *
 * A row at −Infinity in `lifts` is never found: it is hidden, or its vector is not there yet.
 */
export interface ScoringTable extends ItemTable {
  /** `[N]`, 0…1. */
  readonly popularity: Float32Array;
  /** `[N]`, what merchants' rules add to a row's score. */
  readonly lifts: Float32Array;
  /** Holds the four arrays at {@link TableLayout}; `undefined` where a browser has no WebAssembly. */
  readonly memory: WebAssembly.Memory | undefined;
  readonly layout: TableLayout;
}

/** Where things lie in a table's memory, in bytes, each at a multiple of 16. */
export interface TableLayout {
  /** {@link SCRATCH_BYTES} for a kernel's query and answers, at 0. */
  readonly scratch: number;
  /** Follows at {@link SCRATCH_BYTES}: a kernel need not be told. */
  readonly values: number;
  readonly scales: number;
  readonly popularity: number;
  readonly lifts: number;
  /** Four bytes a row for what a kernel works out of its values. */
  readonly rowSums: number;
  /** 16 bytes a block of {@link ROW_BLOCK} rows for what a kernel knows of all of them. */
  readonly caps: number;
}

/** Rows are counted up to a multiple of this, so that a kernel may read several at once. */
export const ROW_BLOCK = 32;

/** Room for a kernel's query and answers. */
export const SCRATCH_BYTES = 64 * 1024;

const PAGE_BYTES = 64 * 1024;

/**
 * A table without vectors: every row at −Infinity in `lifts`, everything else 0.
 *
 * @param numItems N. @param dim D.
 */
export function createScoringTable(numItems: number, dim: number): ScoringTable {
  const paddedRows = Math.ceil(numItems / ROW_BLOCK) * ROW_BLOCK;
  let end = 0;
  const place = (bytes: number): number => {
    const at = end;
    end += Math.ceil(bytes / 16) * 16;
    return at;
  };
  const layout = {
    scratch: place(SCRATCH_BYTES),
    values: place(paddedRows * dim),
    scales: place(4 * paddedRows),
    popularity: place(4 * paddedRows),
    lifts: place(4 * paddedRows),
    rowSums: place(4 * paddedRows),
    caps: place((16 * paddedRows) / ROW_BLOCK),
  };
  const memory =
    typeof WebAssembly === 'object'
      ? new WebAssembly.Memory({ initial: Math.ceil(end / PAGE_BYTES), maximum: Math.ceil(end / PAGE_BYTES) })
      : undefined;
  const buffer = memory?.buffer ?? new ArrayBuffer(end);
  new Float32Array(buffer, layout.lifts, paddedRows).fill(Number.NEGATIVE_INFINITY);
  return {
    numItems,
    dim,
    values: new Int8Array(buffer, layout.values, numItems * dim),
    scales: new Float32Array(buffer, layout.scales, numItems),
    popularity: new Float32Array(buffer, layout.popularity, numItems),
    lifts: new Float32Array(buffer, layout.lifts, numItems),
    memory,
    layout,
  };
}
