import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import {
  FIRST_FREE_ADDRESS,
  JOB_WORDS,
  type JobWord,
  NUM_CHUNKS,
  SoftmaxThread,
  scratchLength,
  TILE,
} from './softmax-job.ts';

/** Everything that a sampled softmax reads. */
export interface SoftmaxInput {
  /** D, a multiple of 8. */
  readonly dim: number;
  /** `[P, D]`. */
  readonly sessions: Float32Array;
  /** `[U, D]`. */
  readonly table: Float32Array;
  /** `[P]`, rows of the table. */
  readonly targets: Int32Array;
  /** `[P]`, each position's factor in the loss; a position of weight 0 costs nothing. */
  readonly weights: Float32Array;
  /** `[P]`, subtracted from the target's logit. */
  readonly targetLogQ: Float32Array;
  /** `[K]`, rows of the table. */
  readonly negatives: Int32Array;
  /** `[K]`, subtracted from the negatives' logits. */
  readonly negativeLogQ: Float32Array;
}

export interface SoftmaxResult {
  readonly loss: number;
  /** `[P, D]`. */
  readonly sessionGradients: Float32Array;
  /** `[U, D]`. */
  readonly tableGradients: Float32Array;
}

const PAGE_BYTES = 65_536;
const MAX_PAGES = 65_536;
/** Alignment of every array: a cache line. */
const LINE_BYTES = 64;
/** A part takes milliseconds; a machine that swaps or sleeps takes its time. */
const STALL_MS = 60_000;
/** Takes a padding column out of the softmax: as if it were drawn almost surely. */
const CLOSED_LOG_Q = 1e30;

/**
 * The sampled softmax's loss and gradients, by all cores at once: the calling thread works too and waits
 * for the others.
 *
 * Guarantee: the same input gives the same result whatever the number of threads.
 */
export class SoftmaxThreads {
  readonly #memory = new WebAssembly.Memory({ initial: 64, maximum: MAX_PAGES, shared: true });
  readonly #own = new SoftmaxThread(this.#memory, 0);
  readonly #workers: readonly Worker[];

  readonly #stallMs: number;
  #failure: Error | undefined;

  /**
   * @param numThreads The calling one included.
   * @param helpers What the others run, and how long one part of the work may take.
   */
  constructor(
    numThreads: number = Math.min(availableParallelism(), NUM_CHUNKS),
    {
      script = new URL('softmax-worker.ts', import.meta.url),
      stallMs = STALL_MS,
    }: { readonly script?: URL; readonly stallMs?: number } = {},
  ) {
    this.#stallMs = stallMs;
    this.#workers = Array.from({ length: numThreads - 1 }, (_, helper) => {
      const workerData = { memory: this.#memory, index: helper + 1 };
      const worker = new Worker(script, { workerData });
      worker.on('error', (error) => {
        this.#failure = error;
      });
      worker.unref();
      return worker;
    });
  }

  get numThreads(): number {
    return this.#workers.length + 1;
  }

  /**
   * @throws {RangeError} If D is not a multiple of 8. @throws {Error} If a helper thread took a part of the work
   *   and does not end it.
   */
  run(input: SoftmaxInput): SoftmaxResult {
    const { dim, table } = input;
    if (this.#failure) throw new Error('expected the helper threads to run, one has failed', { cause: this.#failure });
    if (dim % TILE !== 0) throw new RangeError(`expected dim to be a multiple of ${TILE}, got ${dim}`);
    const positions = indexesOf(input.weights, (weight) => weight !== 0);
    const numRows = roundUp(positions.length, TILE);
    const numNegatives = roundUp(input.negatives.length, TILE);
    const place = this.#layOut({
      sessions: numRows * dim,
      sessionGradients: numRows * dim,
      table: table.length,
      targets: numRows,
      targetGradients: numRows * dim,
      negatives: numNegatives * dim,
      transposed: numNegatives * dim,
      negativeGradients: NUM_CHUNKS * numNegatives * dim,
      negativeLogQ: numNegatives,
      targetLogQ: numRows,
      weights: numRows,
      sameAs: numRows,
      nextSame: numNegatives,
      losses: numRows,
      scratch: this.numThreads * scratchLength(numNegatives),
    });
    this.#set('numRows', numRows);
    this.#set('dim', dim);
    this.#set('numNegatives', numNegatives);
    place.floats('table').set(table);
    this.#placePositions(input, positions, place);
    this.#placeNegatives(input, numNegatives, place);
    this.#runJob();
    return collect(input, positions, { numNegatives, place });
  }

  /** Gives each array its place in the shared memory, growing it as needed; contents are undefined. */
  #layOut(lengths: Readonly<Record<ArrayWord, number>>): Places {
    let end = FIRST_FREE_ADDRESS;
    const starts = {} as Record<ArrayWord, number>;
    for (const [word, length] of Object.entries(lengths) as [ArrayWord, number][]) {
      starts[word] = end;
      this.#set(word, end);
      end += roundUp(4 * length, LINE_BYTES);
    }
    const missing = end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    const { buffer } = this.#memory;
    return {
      floats: (word) => new Float32Array(buffer, starts[word], lengths[word]),
      integers: (word) => new Int32Array(buffer, starts[word], lengths[word]),
    };
  }

  #placePositions(input: SoftmaxInput, positions: Int32Array, place: Places): void {
    const { dim } = input;
    const sessions = place.floats('sessions');
    const [targets, sameAs] = [place.integers('targets'), place.integers('sameAs')];
    const [weights, logQ] = [place.floats('weights'), place.floats('targetLogQ')];
    weights.fill(0, positions.length); // padding rows
    targets.fill(0, positions.length);
    sameAs.fill(-1, positions.length);
    logQ.fill(0, positions.length);
    sessions.fill(0, positions.length * dim);
    const nextSame = place.integers('nextSame').fill(-1);
    const columnOf = new Int32Array(input.table.length / dim).fill(-1);
    input.negatives.forEach((row, column) => {
      nextSame[column] = columnOf[row] as number;
      columnOf[row] = column;
    });
    positions.forEach((position, at) => {
      const target = input.targets[position] as number;
      sessions.set(input.sessions.subarray(position * dim, (position + 1) * dim), at * dim);
      targets[at] = target;
      sameAs[at] = columnOf[target] as number;
      weights[at] = input.weights[position] as number;
      logQ[at] = input.targetLogQ[position] as number;
    });
  }

  #placeNegatives({ dim, table, negatives, negativeLogQ }: SoftmaxInput, numNegatives: number, place: Places): void {
    const [rows, transposed] = [place.floats('negatives'), place.floats('transposed')];
    rows.fill(0, negatives.length * dim);
    negatives.forEach((row, column) => {
      rows.set(table.subarray(row * dim, (row + 1) * dim), column * dim);
    });
    for (let column = 0; column < numNegatives; column++) {
      for (let d = 0; d < dim; d++) transposed[d * numNegatives + column] = rows[column * dim + d] as number;
    }
    const logQ = place.floats('negativeLogQ');
    logQ.set(negativeLogQ);
    logQ.fill(CLOSED_LOG_Q, negatives.length);
    place.floats('negativeGradients').fill(0);
  }

  #runJob(): void {
    // In this order: a helper still on its way out of the last job may take a chunk as soon as there is one.
    this.#set('chunksDone', 0);
    this.#set('nextChunk', 0);
    const { words } = this.#own;
    const generation = JOB_WORDS.indexOf('generation');
    Atomics.add(words, generation, 1);
    Atomics.notify(words, generation);
    this.#own.takeChunks();
    const chunksDone = JOB_WORDS.indexOf('chunksDone');
    for (let done = this.#own.get('chunksDone'); done < NUM_CHUNKS; done = this.#own.get('chunksDone')) {
      // While this thread waits it hears of no helper that failed.
      if (Atomics.wait(words, chunksDone, done, this.#stallMs) === 'timed-out') {
        throw new Error(
          `expected ${NUM_CHUNKS} parts of a softmax to be done, got ${done} and none for ${this.#stallMs} ms: a helper thread has failed; start again`,
        );
      }
    }
  }

  #set(word: JobWord, value: number): void {
    Atomics.store(this.#own.words, JOB_WORDS.indexOf(word), value);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

let shared: SoftmaxThreads | undefined;

/** The threads that all of a process's work on softmaxes is done by; started when first asked for. */
export function sharedSoftmaxThreads(): SoftmaxThreads {
  shared ??= new SoftmaxThreads();
  return shared;
}

/** Ends the shared threads and gives their memory back; the next work starts them again. */
export async function closeSoftmaxThreads(): Promise<void> {
  const pool = shared;
  shared = undefined;
  await pool?.close();
}

type ArrayWord = Exclude<JobWord, 'generation' | 'nextChunk' | 'chunksDone' | 'numRows' | 'dim' | 'numNegatives'>;

/** Views of the arrays in the shared memory. */
interface Places {
  floats(word: ArrayWord): Float32Array;
  integers(word: ArrayWord): Int32Array;
}

/** Copies of the results, each row's gradient added up over its roles as target and negative. */
function collect(
  { dim, sessions, table, targets, negatives }: SoftmaxInput,
  positions: Int32Array,
  { numNegatives, place }: { readonly numNegatives: number; readonly place: Places },
): SoftmaxResult {
  const sessionGradients = new Float32Array(sessions.length);
  const tableGradients = new Float32Array(table.length);
  const [ofSessions, ofTargets] = [place.floats('sessionGradients'), place.floats('targetGradients')];
  const losses = place.floats('losses');
  let loss = 0; // float64
  positions.forEach((position, at) => {
    loss += losses[at] as number;
    sessionGradients.set(ofSessions.subarray(at * dim, (at + 1) * dim), position * dim);
    addRow(tableGradients, targets[position] as number, ofTargets.subarray(at * dim, (at + 1) * dim));
  });
  const ofNegatives = place.floats('negativeGradients');
  for (let chunk = 0; chunk < NUM_CHUNKS; chunk++) {
    negatives.forEach((row, column) => {
      const start = (chunk * numNegatives + column) * dim;
      addRow(tableGradients, row, ofNegatives.subarray(start, start + dim));
    });
  }
  return { loss, sessionGradients, tableGradients };
}

function addRow(sums: Float32Array, row: number, values: Float32Array): void {
  const start = row * values.length;
  for (let d = 0; d < values.length; d++) sums[start + d] = (sums[start + d] as number) + (values[d] as number);
}

function indexesOf(values: Float32Array, matches: (value: number) => boolean): Int32Array {
  const indexes = new Int32Array(values.length);
  let count = 0;
  values.forEach((value, index) => {
    if (matches(value)) indexes[count++] = index;
  });
  return indexes.subarray(0, count);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
