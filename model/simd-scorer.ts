import { RELAXED_SIMD_KERNEL_HEX, SIMD_KERNEL_HEX } from '#generated/top-kernel.ts';
import { createJsScorer } from './js-scorer.ts';
import { checkTopQuery, type Pause, type ScoredRows, type Scorer, type TopQuery } from './scorer.ts';
import { ROW_BLOCK, SCRATCH_BYTES, type ScoringTable } from './scoring-table.ts';

const MAX_DIM = 256;
/** Rows between two pauses, times D: a tenth of a millisecond on a fast machine, one on a slow phone. */
const VALUES_A_PART = 2 ** 21;

/** Where things lie in a table's scratch: the coarse query, the query in float64, what is found. */
const QUERY_AT = 2 * MAX_DIM;
const FOUND_AT = QUERY_AT + 8 * MAX_DIM;
const MAX_FOUND = (SCRATCH_BYTES - FOUND_AT) / 8;

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
  scan(from: number, to: number): number;
}

/**
 * The WebAssembly scorer, exact: a kernel that goes through the table's own memory with a coarse query and
 * scores in float64 what that does not rule out.
 *
 * A table's scratch has room for one such scorer.
 *
 * @param pause Called about every millisecond; searches then wait for each other.
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
  const { Entries, largest, zero } = KERNELS[kind];
  const { instance } = await WebAssembly.instantiate(codeOf(kind), { env: { memory } });
  const kernel = instance.exports as unknown as Kernel;
  const { scratch } = layout;
  const coarse = new Entries(memory.buffer, scratch, dim);
  const exact = new Float64Array(memory.buffer, scratch + QUERY_AT, dim);
  const foundScores = new Float32Array(memory.buffer, scratch + FOUND_AT, 2 * MAX_FOUND);
  const foundRows = new Uint32Array(foundScores.buffer, foundScores.byteOffset, foundScores.length);
  const paddedRows = Math.ceil(numItems / ROW_BLOCK) * ROW_BLOCK;
  const rowsAPart = Math.ceil(VALUES_A_PART / dim / ROW_BLOCK) * ROW_BLOCK;
  let turn: Promise<unknown> = Promise.resolve();

  new Uint8Array(memory.buffer, scratch, QUERY_AT).fill(0);
  kernel.place(
    layout.values,
    layout.scales,
    layout.popularity,
    layout.lifts,
    layout.rowSums,
    scratch,
    scratch + QUERY_AT,
    scratch + FOUND_AT,
    dim,
  );
  kernel.sumRows(0, numItems);

  function begin({ query, popularityWeight, count }: TopQuery): void {
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
    kernel.begin(
      Math.min(count, numItems),
      popularityWeight,
      step,
      longestRow * (Math.sqrt(lostSquares) + ROUNDING * Math.sqrt(squares)),
    );
  }

  async function search(asked: TopQuery): Promise<ScoredRows> {
    begin(asked);
    let numFound = 0;
    for (let row = 0; row < paddedRows; row += rowsAPart) {
      numFound = kernel.scan(row, Math.min(row + rowsAPart, paddedRows));
      if (pause) await pause();
    }
    const rows = new Uint32Array(numFound);
    const scores = new Float32Array(numFound);
    for (let i = 0; i < numFound; i++) {
      scores[i] = foundScores[2 * i] as number;
      rows[i] = foundRows[2 * i + 1] as number;
    }
    return { rows, scores };
  }

  return {
    kind,
    async top(asked) {
      checkTopQuery(table, asked);
      if (Math.min(asked.count, numItems) > MAX_FOUND) return createJsScorer(table, pause).top(asked);
      if (asked.count < 1) return { rows: new Uint32Array(), scores: new Float32Array() };
      if (!pause) return search(asked);
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
