import type { ItemTable } from '#model/item-table.ts';
import type { Scorer } from '#model/scorer.ts';
import { openDeviceStore } from './device-store.ts';
import { createEdgeReader } from './edge-client.ts';
import { createEngine, type Engine } from './engine.ts';
import type { FromEngine, ToEngine } from './engine-messages.ts';
import { openEngineStorage } from './engine-storage.ts';
import { createCachedFiles } from './file-store.ts';
import { createLiveSource } from './live.ts';
import { createModelCache } from './model-cache.ts';
import { codeOf } from './widget-error.ts';

/** The two ends of a Worker's own port. */
export interface WorkerPort {
  postMessage(message: FromEngine): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToEngine>) => void): void;
}

/** Runs an engine behind a Worker's port with the browser's storage, network and clock. */
export function serveEngine(port: WorkerPort, createScorer: (items: ItemTable) => Promise<Scorer>): void {
  let engine: Promise<Engine> | undefined;
  const send = (message: FromEngine) => port.postMessage(message);
  port.addEventListener('message', ({ data }) => {
    handle(data).catch((error) => send({ kind: 'failed', code: codeOf(error), isUsable: false }));
  });

  const handle = async (message: ToEngine): Promise<void> => {
    switch (message.kind) {
      case 'start':
        engine = assemble(message, { send, createScorer });
        return (await engine).start();
      case 'refresh':
        return (await engine)?.refresh();
      case 'question':
        return (await engine)?.ask(message.id, message.question);
      default:
        return message satisfies never;
    }
  };
}

async function assemble(
  { settings, level, quotaBytes }: Extract<ToEngine, { kind: 'start' }>,
  {
    send,
    createScorer,
  }: {
    readonly send: (message: FromEngine) => void;
    readonly createScorer: (items: ItemTable) => Promise<Scorer>;
  },
): Promise<Engine> {
  const { shop, publishingKey } = settings;
  const storage = await openEngineStorage({
    level,
    openStore: () => openDeviceStore(shop),
    files: createCachedFiles(globalThis.caches, { shop, locks: navigator.locks, quotaBytes }),
  });
  const edge = createEdgeReader(settings, fetch.bind(globalThis));
  const trust = { shop, publishingKey };
  return createEngine({
    cache: createModelCache({
      edge,
      storage: storage.current,
      trust,
      now: Date.now,
      onNotStored: (error) => send({ kind: 'failed', code: codeOf(error), isUsable: true }),
    }),
    live: createLiveSource({ edge, meta: () => storage.current().meta, trust, now: Date.now }),
    createScorer,
    setLevel: storage.setLevel,
    now: Date.now,
    send,
  });
}
