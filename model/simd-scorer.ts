import { RELAXED_SIMD_KERNEL, SIMD_KERNEL } from '#generated/top-kernel.ts';
import { createJsScorer } from './js-scorer.ts';
import { checkTopQuery, type Pause, type ScoredRows, type Scorer, type TopQuery } from './scorer.ts';
import { ROW_BLOCK, SCRATCH_BYTES, type ScoringTable } from './scoring-table.ts';

const MAX_DIM = 256;
/** Rows between two pauses, times D: a tenth of a millisecond on a fast machine, one on a slow phone. */
const VALUES_A_PART = 2 ** 21;

/** Where things lie in a table's scratch: the coarse query, the query in float64, products, the rows found. */
const QUERY_AT = 2 * MAX_DIM;
const DOTS_AT = QUERY_AT + 8 * MAX_DIM;
const HEAP_AT = DOTS_AT + 4 * ROW_BLOCK;
const MAX_FOUND = (SCRATCH_BYTES - HEAP_AT) / 8 - 1;

/** The kernel's key of −Infinity: less than any row's. */
const NO_ROW = BigInt.asIntN(64, 0x807fffffn << 32n);
/** Stands after the heap, so that its last key's neighbor need not be looked for. */
const ABOVE_ALL = 2n ** 63n - 1n;

/** Some roundings of float32, relative. */
const ROUNDING = 2 ** -21;

/**
 * The coarse query's entries, as each kernel wants them. The second factor of relaxed SIMD has seven bits and no
 * sign that all processors agree on, so that 32 stands for 0. The other kernel reads values in pairs, as
 * 256 · the odd one + 0…255, so it wants the odd dimensions of each 16 first.
 */
const KERNELS = {
  'relaxed-simd': {
    code: RELAXED_SIMD_KERNEL,
    Entries: Int8Array,
    largest: 32,
    zero: 32,
    unit: 1,
    placeOf: (d: number) => d,
  },
  simd: {
    code: SIMD_KERNEL,
    Entries: Int16Array,
    largest: 1023,
    zero: 0,
    unit: 256,
    placeOf: (d: number) => (d & ~15) + (d & 1 ? 0 : 8) + ((d & 15) >> 1),
  },
} as const;

type SimdKind = keyof typeof KERNELS;

/** What `model/assembly/top-kernel.ts` exports; its parameters are explained there. */
interface Kernel {
  place(...addressesAndDim: number[]): void;
  survey(from: number, to: number): number;
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
  const { Entries, largest, zero, unit, placeOf } = KERNELS[kind];
  const coarse = new Entries(memory.buffer, scratch, MAX_DIM);
  const exact = new Float64Array(memory.buffer, scratch + QUERY_AT, dim);
  const heap = new BigInt64Array(memory.buffer, scratch + HEAP_AT, MAX_FOUND + 1);
  const halves = new Int32Array(heap.buffer, heap.byteOffset, 2 * heap.length);
  const paddedRows = Math.ceil(numItems / ROW_BLOCK) * ROW_BLOCK;
  const rowsAPart = Math.ceil(VALUES_A_PART / dim / ROW_BLOCK) * ROW_BLOCK;
  /** Searches wait for each other: a table's scratch has room for one. */
  let turn: Promise<unknown> = Promise.resolve();

  kernel.place(layout.scales, layout.popularity, layout.lifts, layout.rowSums, layout.caps, dim);
  const inParts = async (visit: (from: number, to: number) => void): Promise<void> => {
    for (let row = 0; row < paddedRows; row += rowsAPart) {
      visit(row, Math.min(row + rowsAPart, paddedRows));
      if (pause) await pause();
    }
  };
  /** No row's values are a longer vector. */
  let longest = 0;
  const survey = (from: number, to: number): void => {
    longest = Math.max(longest, Math.sqrt(kernel.survey(from, to)));
  };
  await inParts(survey);

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
    let belowZero = 0;
    for (let d = 0; d < dim; d++) {
      const value = query[d] as number;
      const steps = step > 0 ? Math.round(value / step) : 0;
      lostSquares += (value - step * steps) ** 2;
      coarse[placeOf(d)] = steps + zero;
      if (unit > 1 && d % 2 === 1 && steps < 0) belowZero -= steps;
    }
    // Cauchy and Schwarz: the product of a row with what rounding took from the query is no larger than both
    // lengths'. What stands below an odd value in its pair is less than 1.
    const margin = longest * (Math.sqrt(lostSquares) + ROUNDING * Math.sqrt(squares)) + step * belowZero;
    kernel.begin(numKept, popularityWeight, step / unit, margin);
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
      const { firstRow, numRows } = changed === 'lifts' ? { firstRow: 0, numRows: paddedRows } : changed;
      survey(Math.floor(firstRow / ROW_BLOCK) * ROW_BLOCK, firstRow + numRows);
    },
    dispose() {},
  };
}

function bestKind(): SimdKind {
  return WebAssembly.validate(codeOf('relaxed-simd')) ? 'relaxed-simd' : 'simd';
}

/** Written down by `trainer/build-kernels.mjs`. */
function codeOf(kind: SimdKind): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(KERNELS[kind].code, (character) => character.charCodeAt(0) - 43);
}
