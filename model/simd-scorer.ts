import { RELAXED_SIMD_KERNEL_HEX, SIMD_KERNEL_HEX } from '#generated/top-kernel.ts';
import { createJsScorer } from './js-scorer.ts';
import { checkTopQuery, type Pause, type ScoredRows, type Scorer, type TopQuery } from './scorer.ts';
import { ROW_BLOCK, SCRATCH_BYTES, type ScoringTable } from './scoring-table.ts';

const MAX_DIM = 256;
/** Rows between two pauses, times D: a tenth of a millisecond on a fast machine, one on a slow phone. */
const VALUES_A_PART = 2 ** 21;

/** Where things lie in a table's scratch: the coarse query, the query in float64, the rows found. */
const QUERY_AT = 2 * MAX_DIM;
const HEAP_AT = QUERY_AT + 8 * MAX_DIM;
const MAX_FOUND = (SCRATCH_BYTES - HEAP_AT) / 8 - 1;

/** The kernel's key of −Infinity: less than any row's. */
const NO_ROW = BigInt.asIntN(64, 0x807fffffn << 32n);
/** Stands after the heap, so that its last key's neighbor need not be looked for. */
const ABOVE_ALL = 2n ** 63n - 1n;

/** Some roundings of float32, relative. */
const ROUNDING = 2 ** -21;

/**
 * The coarse query's entries. The second factor of relaxed SIMD has seven bits and no sign that all processors
 * agree on, so that 64 stands for 0.
 */
const KERNELS = {
  'relaxed-simd': { hex: RELAXED_SIMD_KERNEL_HEX, Entries: Int8Array, largest: 63, zero: 64 },
  simd: { hex: SIMD_KERNEL_HEX, Entries: Int16Array, largest: 32767, zero: 0 },
} as const;

type SimdKind = keyof typeof KERNELS;

/** What `model/assembly/top-kernel.ts` exports; its parameters are explained there. */
interface Kernel {
  place(...addressesAndDim: number[]): void;
  sumRows(from: number, to: number): void;
  begin(count: number, weight: number, step: number, margin: number): void;
  scan(from: number, to: number): void;
}

/**
 * The WebAssembly scorer, exact: a kernel that goes through the table's own memory with a coarse query and
 * scores in float64 what that does not rule out. For more than 7,800 rows it takes the plain JavaScript way.
 *
 * One scorer of a table at a time: they share its scratch.
 *
 * @param pause Called about every millisecond, also while this works out what it needs of a table's rows.
 * @param kind The fastest that the browser has, if absent.
 * @throws {RangeError} If D is not a multiple of 8 or above 256.
 * @throws {Error} Where WebAssembly or its SIMD is missing or a Content-Security-Policy forbids it; use the
 *   plain JavaScript scorer then.
 */
export async function createSimdScorer(table: ScoringTable, pause?: Pause, kind = bestKind()): Promise<Scorer> {
  const { numItems, dim, layout, memory } = table;
  if (dim % 8 !== 0 || dim > MAX_DIM) {
    throw new RangeError(`expected dim to be a multiple of 8 up to ${MAX_DIM}, got ${dim}`);
  }
  if (!memory) throw new Error('expected WebAssembly, got a browser without');
  const { instance } = await WebAssembly.instantiate(codeOf(kind), { env: { memory } });
  const kernel = instance.exports as unknown as Kernel;
  const { scratch } = layout;
  const { Entries, largest, zero } = KERNELS[kind];
  const coarse = new Entries(memory.buffer, scratch, MAX_DIM);
  const exact = new Float64Array(memory.buffer, scratch + QUERY_AT, dim);
  const heap = new BigInt64Array(memory.buffer, scratch + HEAP_AT, MAX_FOUND + 1);
  const halves = new Int32Array(heap.buffer, heap.byteOffset, 2 * heap.length);
  const paddedRows = Math.ceil(numItems / ROW_BLOCK) * ROW_BLOCK;
  const rowsAPart = Math.ceil(VALUES_A_PART / dim / ROW_BLOCK) * ROW_BLOCK;
  /** Searches wait for each other: a table's scratch has room for one. */
  let turn: Promise<unknown> = Promise.resolve();

  kernel.place(
    layout.values,
    layout.scales,
    layout.popularity,
    layout.lifts,
    layout.rowSums,
    scratch,
    scratch + QUERY_AT,
    scratch + HEAP_AT,
    dim,
  );
  const inParts = async (visit: (from: number, to: number) => void): Promise<void> => {
    for (let row = 0; row < paddedRows; row += rowsAPart) {
      visit(row, Math.min(row + rowsAPart, paddedRows));
      if (pause) await pause();
    }
  };
  await inParts(kernel.sumRows);

  function begin({ query, popularityWeight, count }: TopQuery): void {
    const numKept = Math.min(count, numItems);
    heap.fill(NO_ROW, 0, numKept)[numKept] = ABOVE_ALL;
    coarse.fill(0);
    let highest = 0;
    let squares = 0;
    for (let d = 0; d < dim; d++) {
      const value = query[d] as number;
      exact[d] = value;
      highest = Math.max(highest, Math.abs(value));
      squares += value * value;
    }
    const step = Math.fround(highest / largest);
    let lostSquares = 0;
    for (let d = 0; d < dim; d++) {
      const value = query[d] as number;
      const steps = step > 0 ? Math.round(value / step) : 0;
      lostSquares += (value - step * steps) ** 2;
      coarse[d] = steps + zero;
    }
    // Cauchy and Schwarz: no row's values are longer than this, and their product with what rounding took
    // from the query no larger than both lengths'.
    const longestRow = 128 * Math.sqrt(dim);
    const margin = longestRow * (Math.sqrt(lostSquares) + ROUNDING * Math.sqrt(squares));
    kernel.begin(numKept, popularityWeight, step, margin);
  }

  async function search(asked: TopQuery): Promise<ScoredRows> {
    begin(asked);
    await inParts(kernel.scan);
    const kept = heap.subarray(0, Math.min(asked.count, numItems)).sort();
    const numFound = kept.length - (kept.lastIndexOf(NO_ROW) + 1);
    const rows = new Uint32Array(numFound);
    const scores = new Float32Array(numFound);
    const scoreBits = new Int32Array(scores.buffer);
    for (let i = 0, at = 2 * kept.length; i < numFound; i++) {
      const bits = halves[--at] as number;
      scoreBits[i] = bits < 0 ? bits ^ 0x7fffffff : bits;
      rows[i] = ~(halves[--at] as number);
    }
    return { rows, scores };
  }

  return {
    kind,
    async top(asked) {
      checkTopQuery(table, asked);
      if (Math.min(asked.count, numItems) > MAX_FOUND) return createJsScorer(table, pause).top(asked);
      if (asked.count < 1) return { rows: new Uint32Array(), scores: new Float32Array() };
      const answer = turn.then(() => search(asked));
      turn = answer.catch(() => {});
      return answer;
    },
    refresh(changed) {
      if (changed !== 'lifts') kernel.sumRows(changed.firstRow, changed.firstRow + changed.numRows);
    },
    dispose() {},
  };
}

function bestKind(): SimdKind {
  return WebAssembly.validate(codeOf('relaxed-simd')) ? 'relaxed-simd' : 'simd';
}

function codeOf(kind: SimdKind): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(KERNELS[kind].hex.match(/../g) as string[], (byte) => Number.parseInt(byte, 16));
}
