import type { Prio3Parameters } from '#privacy/task-circuit.ts';
import type { Sharder } from '#privacy/vdaf.ts';
import type { FromProver, ProvedMeasurement, ToProver } from './prover-messages.ts';
import { WidgetError } from './widget-error.ts';

/** The part of `Worker` that is used. */
export interface ProverWorker {
  postMessage(message: ToProver): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromProver>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/**
 * A task's function as devices use it, in a Worker of its own: a script that most devices never need.
 *
 * @param startProver Fetches, checks and starts the Worker; asked anew for each measurement.
 */
export function provingSharder(
  vdaf: Prio3Parameters,
  startProver: () => Promise<ProverWorker>,
): Sharder<ProvedMeasurement> {
  return {
    async shard(measurement, { ctx, nonce }) {
      const worker = await startProver();
      try {
        const { promise, resolve, reject } = Promise.withResolvers<FromProver>();
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => {
          event.preventDefault?.();
          reject(new WidgetError('worker-forbidden', 'expected the learner to be allowed a Worker'));
        };
        worker.postMessage({ vdaf, measurement, ctx, nonce });
        const answer = await promise;
        if (answer.kind === 'shares') return answer.shares;
        throw new WidgetError('proof-failed', 'expected a measurement of the task and a page that allows WebAssembly');
      } finally {
        worker.terminate();
      }
    },
  };
}
