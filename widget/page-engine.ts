import { fromHex } from '#protocol/bytes.ts';
import type { EngineWorker } from './engine-client.ts';
import type { WorkerPort } from './serve-engine.ts';
import type { Chunk } from './start-worker.ts';
import { trustScriptUrl } from './trusted-script-url.ts';
import { WidgetError } from './widget-error.ts';

/** What a Worker's script dispatches on its own element when it runs in a page: how to serve a port there. */
export const PAGE_ENGINE = 'vitrine-page-engine';
export type ServePort = (port: WorkerPort) => void;

/**
 * Runs a Worker's script in the page itself, for pages whose policy or browser forbids Workers.
 *
 * @returns What stands in for the Worker.
 * @throws {WidgetError} `worker-forbidden` if the page does not run the script either, or it is not the one that
 *   was built.
 */
export function startPageEngine(edge: string, { path, digest }: Chunk): Promise<EngineWorker> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.integrity = `sha256-${btoa(String.fromCharCode(...fromHex(digest)))}`;
    script.crossOrigin = 'anonymous';
    script.referrerPolicy = 'no-referrer';
    script.addEventListener(PAGE_ENGINE, ({ detail }: CustomEventInit<ServePort>) => {
      const { port1, port2 } = new MessageChannel();
      detail?.(port1);
      port1.start();
      resolve({
        postMessage: (message) => port2.postMessage(message),
        terminate: () => port2.close(),
        set onmessage(listener: EngineWorker['onmessage']) {
          port2.onmessage = listener;
        },
        onerror: null,
      });
    });
    // One that has run has answered by then, and a promise is settled once.
    script.onload = script.onerror = () =>
      reject(new WidgetError('worker-forbidden', 'expected this page to run a script'));
    script.src = trustScriptUrl(`${edge}/${path}`);
    document.head.append(script);
  });
}
