import type { EngineWorker } from './engine-client.ts';
import { startPageEngine } from './page-engine.ts';
import { type Chunk, startWorker } from './start-worker.ts';
import { codeOf, WidgetError } from './widget-error.ts';

/**
 * Starts the engine in a Worker; where the page's policy or the browser forbids Workers, in the page itself.
 *
 * @throws {WidgetError} What {@link startWorker} and {@link startPageEngine} throw.
 */
export async function openEngine(edge: string, chunk: Chunk, fetchFrom: typeof fetch): Promise<EngineWorker> {
  try {
    return await untilItSpeaks(await startWorker(edge, chunk, fetchFrom));
  } catch (error) {
    if (codeOf(error) !== 'worker-forbidden') throw error;
    return startPageEngine(edge, chunk);
  }
}

/** A policy against Workers shows as an error of one that has begun. */
function untilItSpeaks(worker: Worker): Promise<Worker> {
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve(worker);
    worker.onerror = (event) => {
      event.preventDefault(); // the page's console stays clean
      reject(new WidgetError('worker-forbidden', 'expected a Worker to run'));
    };
  });
}
