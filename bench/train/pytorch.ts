import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { CONFIG } from '#trainer/config.ts';
import { paddedLength, type Window } from '#trainer/sequences.ts';
import type { TrainingJob } from './training-job.ts';

const SCRIPT = fileURLToPath(new URL('sasrec.py', import.meta.url));
/** How the script ends where torch cannot be imported. */
const NO_TORCH = 3;

const ROUND = v.object({
  stepsPerSecond: v.pipe(v.number(), v.gtValue(0)),
  device: v.string(),
  torch: v.string(),
  threads: v.number(),
  /** Of the round's last step. */
  loss: v.pipe(v.number(), v.finite()),
});
export type PyTorchRound = v.InferOutput<typeof ROUND>;

/** PyTorch at work on a job, or why it is not. */
export type PyTorch = { readonly kind: 'missing'; readonly reason: string } | RunningPyTorch;

/** A Python process that rests between rounds. */
export interface RunningPyTorch {
  readonly kind: 'running';
  takeRound(index: number): Promise<PyTorchRound>;
  stop(): Promise<void>;
}

/**
 * Starts `sasrec.py` on a job and waits until it is warm.
 *
 * @param python The interpreter. @param minSeconds Least length of a round.
 * @throws {Error} With what it said, if it fails for another reason than a missing PyTorch.
 */
export async function startPyTorch(
  job: TrainingJob,
  { python, minSeconds }: { readonly python: string; readonly minSeconds: number },
): Promise<PyTorch> {
  const child = spawn(python, [SCRIPT]);
  try {
    await once(child, 'spawn');
  } catch (error) {
    return { kind: 'missing', reason: `${python} does not start: ${(error as Error).message}` };
  }
  child.stdin.on('error', () => {}); // it ended early: its exit code says why
  const complaint = collect(child);
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (line: string): Promise<string | undefined> => {
    child.stdin.write(`${line}\n`);
    const answer = await lines.next();
    return answer.done ? undefined : answer.value;
  };
  const failure = async (): Promise<Error> => {
    const [code] = await ended;
    return new Error(`expected ${python} to run ${SCRIPT}, but it ended with ${code}: ${complaint()}`);
  };

  child.stdin.write(`${JSON.stringify(describe(job, minSeconds))}\n`);
  if ((await ask('0')) === undefined) {
    const [code] = await ended;
    if (code === NO_TORCH) return { kind: 'missing', reason: `${python} has ${complaint()}` };
    throw await failure();
  }
  return {
    kind: 'running',
    async takeRound(index) {
      const answer = await ask(String(index));
      if (answer === undefined) throw await failure();
      return v.parse(ROUND, JSON.parse(answer));
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/** The job as the script reads it. */
function describe(job: TrainingJob, minSeconds: number): object {
  const { numItems, dim, numHeads, hiddenDim, maxEvents } = job.shape;
  const { learningRate, dropout, negativePower } = CONFIG;
  return {
    ...{ numItems, dim, numHeads, hiddenDim, maxEvents, learningRate, dropout, minSeconds },
    numNegatives: job.numNegatives,
    negativeWeights: Array.from(job.counts, (count) => (count + 1) ** negativePower),
    threads: availableParallelism(),
    rounds: job.rounds.map((batches) =>
      batches.map((windows) => ({
        numEvents: Math.max(...windows.map(paddedLength)),
        rows: windows.map(({ rows }: Window) => rows),
      })),
    ),
  };
}

/** The end of what it says on standard error. */
function collect(child: ChildProcessWithoutNullStreams): () => string {
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-2000);
  });
  return () => text.trim();
}
