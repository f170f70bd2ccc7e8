import type { Pause, Scorer } from '#model/scorer.ts';
import type { ScoringTable } from '#model/scoring-table.ts';
import type { ConsentLevel } from './consent.ts';
import { createEdgeReader } from './edge-client.ts';
import { createEngine, type Engine, type EngineParts } from './engine.ts';
import type { FromEngine, StartMessage, ToEngine } from './engine-messages.ts';
import { createCachedFiles, NO_FILES } from './file-store.ts';
import { createModelCache } from './model-cache.ts';
import { createModelEdge } from './model-edge.ts';
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
  let engine: Engine | undefined;
  const { promise: pageLoaded, resolve: notePageLoaded } = Promise.withResolvers<void>();
  const send = (message: FromEngine) => port.postMessage(message);
  port.addEventListener('message', ({ data }) => {
    switch (data.kind) {
      case 'start':
        engine = assemble(data, { ...computing, send, pageLoaded });
        return;
      case 'page-loaded':
        return notePageLoaded();
      case 'question':
        return void engine?.ask(data.id, data.question);
      default:
        data satisfies never;
    }
  });
  send({ kind: 'started' });
}

function assemble(
  start: StartMessage,
  {
    createScorer,
    pause,
    maxAwaitedItems = Number.POSITIVE_INFINITY,
    pageLoaded,
    send,
  }: Computing & Pick<EngineParts, 'pageLoaded' | 'send'>,
): Engine {
  const { settings, level, quotaBytes } = start;
  const { shop } = settings;
  const cached = createCachedFiles(globalThis.caches, { shop, locks: navigator.locks, quotaBytes });
  const filesAt = (allowed: ConsentLevel) => (allowed === 'persistent' ? cached : NO_FILES);
  let files = filesAt(level);
  return createEngine({
    cache: createModelCache({
      edge: createModelEdge(createEdgeReader(settings, fetch.bind(globalThis))),
      files: () => files,
      onNotStored: (error) => send({ kind: 'warning', code: codeOf(error) }),
    }),
    createScorer: (items) => createScorer(items, pause, start),
    pause: pause ?? (() => undefined),
    pageLoaded,
    maxAwaitedItems,
    setLevel: (allowed) => {
      files = filesAt(allowed);
    },
    now: Date.now,
    send,
  });
}
