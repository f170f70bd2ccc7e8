import type { Pause, Scorer } from '#model/scorer.ts';
import type { ScoringTable } from '#model/scoring-table.ts';
import { openDeviceStore } from './device-store.ts';
import { createEdgeReader } from './edge-client.ts';
import { createEngine, type Engine, type EngineParts } from './engine.ts';
import type { FromEngine, StartMessage, ToEngine } from './engine-messages.ts';
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

/** How an engine computes where it runs. */
export interface Computing {
  readonly createScorer: (items: ScoringTable, pause: Pause | undefined, start: StartMessage) => Promise<Scorer>;
  /** In a page: gives its thread back between parts of a computation. */
  readonly pause?: Pause;
  /** Absent where the catalog is known to be stored. */
  readonly maxAwaitedItems?: number;
}

/** Runs an engine behind a Worker's port, or one like it, with the browser's storage, network and clock. */
export function serveEngine(port: WorkerPort, computing: Computing): void {
  let engine: Promise<Engine> | undefined;
  const { promise: pageLoaded, resolve: notePageLoaded } = Promise.withResolvers<void>();
  const send = (message: FromEngine) => port.postMessage(message);
  port.addEventListener('message', ({ data }) => {
    handle(data).catch((error) => send({ kind: 'failed', code: codeOf(error), isUsable: false }));
  });

  const handle = async (message: ToEngine): Promise<void> => {
    switch (message.kind) {
      case 'start':
        engine = assemble(message, { ...computing, send, pageLoaded });
        return (await engine).start();
      case 'page-loaded':
        return notePageLoaded();
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
  start: StartMessage,
  {
    createScorer,
    pause,
    maxAwaitedItems = Number.POSITIVE_INFINITY,
    pageLoaded,
    send,
  }: Computing & Pick<EngineParts, 'pageLoaded' | 'send'>,
): Promise<Engine> {
  const { settings, level, quotaBytes } = start;
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
    createScorer: (items) => createScorer(items, pause, start),
    pause: pause ?? (() => undefined),
    pageLoaded,
    maxAwaitedItems,
    setLevel: storage.setLevel,
    now: Date.now,
    send,
  });
}
