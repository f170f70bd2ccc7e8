import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createSum } from '#privacy/aggregate.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { DeviceJob, DeviceJobResult, OfferedRound, PoolData } from './device-job.ts';

/** What a thread says. */
export type PoolMessage =
  | { readonly kind: 'devices'; readonly count: number }
  | { readonly kind: 'done'; readonly result: DeviceJobResult };

/**
 * Threads that play devices.
 *
 * Guarantee: the same round and devices give the same sums whatever the number of threads.
 */
export class DevicePool {
  readonly #workers: readonly Worker[];

  /** @param histories Of devices, oldest event first. */
  constructor(
    { histories, items }: Pick<PoolData, 'items'> & { readonly histories: readonly (readonly ShopEvent[])[] },
    numThreads: number = availableParallelism(),
  ) {
    const script = new URL('device-worker.ts', import.meta.url);
    const workerData: PoolData = { items, histories: histories.map((events) => JSON.stringify(events)) };
    this.#workers = Array.from({ length: numThreads }, () => new Worker(script, { workerData }));
  }

  /**
   * Lets devices take part in a round.
   *
   * @param devices Their numbers among the histories.
   * @param onDevices Told how many more are done.
   * @returns Both parties' sums without noise and the devices' processor time.
   * @throws What a thread threw, which ends it: the pool is to be closed.
   */
  async play(
    round: OfferedRound,
    { devices, onDevices }: Pick<DeviceJob, 'devices'> & { readonly onDevices: (count: number) => void },
  ): Promise<DeviceJobResult> {
    const results = await Promise.all(
      this.#workers.map((worker, index) => {
        const own = devices.filter((_, i) => i % this.#workers.length === index);
        return runJob(worker, { devices: own, round }, onDevices);
      }),
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

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function runJob(worker: Worker, job: DeviceJob, onDevices: (count: number) => void): Promise<DeviceJobResult> {
  return new Promise((resolve, reject) => {
    const hear = (message: PoolMessage): void => {
      if (message.kind === 'devices') {
        onDevices(message.count);
        return;
      }
      worker.off('message', hear).off('error', reject);
      resolve(message.result);
    };
    worker.on('message', hear).once('error', reject);
    worker.postMessage(job);
  });
}
