import { SOFTMAX_KERNEL_BASE64 } from '#generated/softmax-kernel.ts';

/** What `assembly/softmax-kernel.ts` exports. */
interface SoftmaxKernel {
  addBlock(...numbers: number[]): void;
}

/**
 * Words of the job that the threads read, int32 each, at {@link JOB_ADDRESS}: sizes, then the byte
 * addresses of the arrays that the kernel names.
 */
export const JOB_WORDS = [
  'generation',
  'nextChunk',
  'chunksDone',
  'numRows',
  'dim',
  'numNegatives',
  'sessions',
  'sessionGradients',
  'table',
  'targets',
  'targetGradients',
  'negatives',
  'transposed',
  'negativeGradients',
  'negativeLogQ',
  'targetLogQ',
  'weights',
  'sameAs',
  'nextSame',
  'losses',
  'scratch',
] as const;
export type JobWord = (typeof JOB_WORDS)[number];

/** The kernel's own data lies below. */
export const JOB_ADDRESS = 65_536;
export const FIRST_FREE_ADDRESS = JOB_ADDRESS + 4096;

/**
 * Parts that a step's positions are cut into. Each adds up negatives' gradients of its own, so that the
 * sums do not depend on which thread took which part; more threads than parts would idle.
 */
export const NUM_CHUNKS = 8;

/** As in the kernel. */
const BLOCK_ROWS = 32;

/** The kernel's matrices are multiples of this in every direction. */
export const TILE = 8;

/** One thread's view of the shared memory. */
export class SoftmaxThread {
  readonly words: Int32Array;
  readonly #kernel: SoftmaxKernel;
  readonly #index: number;

  /** @param index Which thread: each has logits of its own. */
  constructor(memory: WebAssembly.Memory, index: number) {
    const code = new WebAssembly.Module(Buffer.from(SOFTMAX_KERNEL_BASE64, 'base64'));
    const { exports } = new WebAssembly.Instance(code, { env: { memory } });
    this.#kernel = exports as unknown as SoftmaxKernel;
    this.#index = index;
    this.words = new Int32Array(memory.buffer, JOB_ADDRESS, JOB_WORDS.length);
  }

  get(word: JobWord): number {
    return Atomics.load(this.words, JOB_WORDS.indexOf(word));
  }

  /** Works on the job's chunks until none is left. */
  takeChunks(): void {
    const nextChunk = JOB_WORDS.indexOf('nextChunk');
    const chunksDone = JOB_WORDS.indexOf('chunksDone');
    for (let chunk = Atomics.add(this.words, nextChunk, 1); chunk < NUM_CHUNKS; ) {
      this.#addChunk(chunk);
      Atomics.add(this.words, chunksDone, 1);
      Atomics.notify(this.words, chunksDone);
      chunk = Atomics.add(this.words, nextChunk, 1);
    }
  }

  #addChunk(chunk: number): void {
    const [numRows, dim, numNegatives] = [this.get('numRows'), this.get('dim'), this.get('numNegatives')];
    const { first, end } = chunkRows(chunk, numRows);
    const atRow = (word: JobWord, row: number, width: number): number => this.get(word) + 4 * row * width;
    for (let row = first; row < end; row += BLOCK_ROWS) {
      this.#kernel.addBlock(
        Math.min(BLOCK_ROWS, end - row),
        dim,
        numNegatives,
        atRow('sessions', row, dim),
        atRow('sessionGradients', row, dim),
        this.get('table'),
        atRow('targets', row, 1),
        atRow('targetGradients', row, dim),
        this.get('negatives'),
        this.get('transposed'),
        atRow('negativeGradients', chunk * numNegatives, dim),
        this.get('negativeLogQ'),
        atRow('targetLogQ', row, 1),
        atRow('weights', row, 1),
        atRow('sameAs', row, 1),
        this.get('nextSame'),
        atRow('losses', row, 1),
        atRow('scratch', this.#index * BLOCK_ROWS, numNegatives),
      );
    }
  }
}

/** Floats of one thread's logits. */
export function scratchLength(numNegatives: number): number {
  return BLOCK_ROWS * numNegatives;
}

/** Rows of a chunk: multiples of {@link TILE}. */
function chunkRows(chunk: number, numRows: number): { readonly first: number; readonly end: number } {
  const rowsPerChunk = Math.ceil(numRows / NUM_CHUNKS / TILE) * TILE;
  const first = Math.min(numRows, chunk * rowsPerChunk);
  return { first, end: Math.min(numRows, first + rowsPerChunk) };
}
