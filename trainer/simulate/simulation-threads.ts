import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createSum } from '#privacy/aggregate.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { CaseRanks, Question } from '#trainer/rank-cases.ts';
import type { DeviceJob, DeviceJobResult, OfferedRound, QuestionSet, ThreadData } from './device-job.ts';
import type { RankJob, RankJobResult } from './rank-job.ts';

export type ThreadJob = DeviceJob | RankJob;

/** What a thread says. */
export type ThreadMessage =
  | { readonly kind: 'progress'; readonly count: number }
  | { readonly kind: 'done'; readonly result: DeviceJobResult | RankJobResult };

/**
 * Threads that play devices and ask models.
 *
 * Guarantee: the same work has the same results whatever the number of threads.
 */
export class SimulationThreads {
  readonly #workers: readonly Worker[];
  readonly #numQuestions: Readonly<Record<QuestionSet, number>>;

  /** @param histories Of devices, oldest event first. */
  constructor(
    {
      histories,
      items,
      questions: { test, judging },
    }: Pick<ThreadData, 'items'> & {
      readonly histories: readonly (readonly ShopEvent[])[];
      readonly questions: Readonly<Record<QuestionSet, readonly Question[]>>;
    },
    numThreads: number = availableParallelism(),
  ) {
    const script = new URL('simulation-worker.ts', import.meta.url);
    const written = (questions: readonly Question[]): string[] =>
      questions.map(({ events, targets }) => JSON.stringify({ events, targets } satisfies Question));
    const workerData: ThreadData = {
      items,
      histories: histories.map((events) => JSON.stringify(events)),
      questions: { test: written(test), judging: written(judging) },
    };
    this.#numQuestions = { test: test.length, judging: judging.length };
    this.#workers = Array.from({ length: numThreads }, () => new Worker(script, { workerData }));
  }

  /**
   * Lets devices take part in a round.
   *
   * @param devices Their numbers among the histories.
   * @param onDevices Told how many more are done.
   * @returns Both parties' sums without noise and the devices' processor time.
   * @throws What a thread threw, which ends it: the threads are to be closed.
   */
  async play(
    round: OfferedRound,
    { devices, onDevices }: Pick<DeviceJob, 'devices'> & { readonly onDevices: (count: number) => void },
  ): Promise<DeviceJobResult> {
    const results = await Promise.all(
      this.#workers.map((worker, index) =>
        runJob<DeviceJobResult>(worker, { devices: this.#shareOf(devices, index), round }, onDevices),
      ),
    );
    const shape = vdafShape(round.offer.task.vdaf);
    const ring = elementRing(shape.elementBytes);
    const sums = { leader: createSum(shape), helper: createSum(shape) };
    for (const result of results) {
      ring.add(sums.leader, result.sums.leader);
      ring.add(sums.helper, result.sums.helper);
    }
    return { sums, cpuMs: results.reduce((sum, { cpuMs }) => sum + cpuMs, 0) };
  }

  /**
   * Asks a model all questions of a set.
   *
   * @param onCases Told how many more are answered.
   * @returns By blend, then by case.
   * @throws What a thread threw, as {@link play} does.
   */
  async rank(
    asked: Omit<RankJob, 'cases'>,
    onCases: (count: number) => void = () => {},
  ): Promise<readonly (readonly CaseRanks[])[]> {
    const all = Array.from({ length: this.#numQuestions[asked.set] }, (_, place) => place);
    const results = await Promise.all(
      this.#workers.map((worker, index) =>
        runJob<RankJobResult>(worker, { ...asked, cases: this.#shareOf(all, index) }, onCases),
      ),
    );
    const numThreads = this.#workers.length;
    return asked.blends.map((_, blend) =>
      all.map((place) => results[place % numThreads]?.[blend]?.[Math.floor(place / numThreads)] as CaseRanks),
    );
  }

  /** One thread's of some work: every so manieth piece. */
  #shareOf(work: readonly number[], index: number): number[] {
    return work.filter((_, i) => i % this.#workers.length === index);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function runJob<Result extends DeviceJobResult | RankJobResult>(
  worker: Worker,
  job: ThreadJob,
  onProgress: (count: number) => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const hear = (message: ThreadMessage): void => {
      if (message.kind === 'progress') {
        onProgress(message.count);
        return;
      }
      worker.off('message', hear).off('error', reject);
      resolve(message.result as Result);
    };
    worker.on('message', hear).once('error', reject);
    worker.postMessage(job);
  });
}
