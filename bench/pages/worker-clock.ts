import type { Worker } from 'playwright-core';

/** How long a page's Worker works on the page's questions. */
export interface WorkerClock {
  /**
   * Milliseconds, since asked last, with at least one question open: from its message's arrival in the
   * Worker to the end of the sending of its answer. What the page does between an answer and the next
   * question is not in it.
   */
  takeBusyMs(): Promise<number>;
}

/** When each question came and was answered, in ms; a question and its answer carry the same `id`. */
interface Times {
  readonly cameMs: Map<number, number>;
  readonly answeredMs: Map<number, number>;
}

/** Starts to take a Worker's times. */
export async function clockWorker(worker: Worker): Promise<WorkerClock> {
  await worker.evaluate(() => {
    const times: Times = { cameMs: new Map(), answeredMs: new Map() };
    Object.assign(globalThis, { benchTimes: times });
    // Called after the engine's own listener, often after its answer: the time stamp is that of the arrival.
    globalThis.addEventListener('message', ({ data, timeStamp }) => {
      if (typeof data?.id === 'number') times.cameMs.set(data.id, timeStamp);
    });
    const post = globalThis.postMessage.bind(globalThis) as (message: unknown) => void;
    Object.assign(globalThis, {
      postMessage(message: { readonly id?: number }) {
        post(message);
        if (message.id !== undefined) times.answeredMs.set(message.id, performance.now());
      },
    });
  });
  return {
    async takeBusyMs() {
      const spans = await worker.evaluate(() => {
        const { cameMs, answeredMs } = (globalThis as unknown as { benchTimes: Times }).benchTimes;
        const taken = [...cameMs].map(([id, from]) => ({ from, to: answeredMs.get(id) ?? from }));
        cameMs.clear();
        answeredMs.clear();
        return taken;
      });
      return unionMs(spans);
    },
  };
}

/** Length of the union of spans of time. */
function unionMs(spans: readonly { readonly from: number; readonly to: number }[]): number {
  let sum = 0;
  let coveredTo = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    sum += Math.max(0, to - Math.max(from, coveredTo));
    coveredTo = Math.max(coveredTo, to);
  }
  return sum;
}
