import type { EngineWorker } from './engine-client.ts';
import { runPageScript } from './page-script.ts';
import type { WorkerPort } from './serve-engine.ts';
import type { Chunk } from './start-worker.ts';
import { WidgetError } from './widget-error.ts';

/** What a Worker's script hands over when it runs in a page: how to serve a port there. */
export type ServePort = (port: WorkerPort) => void;

/**
 * Runs a Worker's script in the page itself, for pages whose policy or browser forbids Workers.
 *
 * @returns What stands in for the Worker.
 * @throws {WidgetError} `worker-forbidden` if the page does not run the script either, or it is not the one that
 *   was built.
 */
export async function startPageEngine(edge: string, chunk: Chunk): Promise<EngineWorker> {
  const servePort = await runPageScript<ServePort>(edge, chunk).catch((cause) => {
    throw new WidgetError('worker-forbidden', 'expected this page to run a script', { cause });
  });
  const { port1, port2 } = new MessageChannel();
  servePort(port1);
  port1.start();
  return {
    postMessage: (message) => port2.postMessage(message),
    terminate: () => port2.close(),
    set onmessage(listener: EngineWorker['onmessage']) {
      port2.onmessage = listener;
    },
    onerror: null,
  };
}
