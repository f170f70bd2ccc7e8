import type { EngineWorker } from '#widget/engine-client.ts';
import type { FromEngine, ToEngine } from '#widget/engine-messages.ts';

/** The engine's side of a Worker, played by a test. */
export class FakeWorker implements EngineWorker {
  readonly received: ToEngine[] = [];
  isTerminated = false;
  onmessage: EngineWorker['onmessage'] = null;
  onerror: EngineWorker['onerror'] = null;

  postMessage(message: ToEngine): void {
    this.received.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  say(message: FromEngine): void {
    this.onmessage?.({ data: message } as MessageEvent<FromEngine>);
  }

  crash(): void {
    this.onerror?.({ preventDefault() {} } as ErrorEvent);
  }
}
