import type { EngineAnswer, EngineQuestion, FromEngine, ToEngine } from './engine-messages.ts';
import { WidgetError } from './widget-error.ts';

/** The page's end of the engine's Worker. */
export interface EngineClient {
  /** @throws {WidgetError} With the engine's code if it cannot answer. */
  ask<Kind extends EngineQuestion['kind']>(question: Extract<EngineQuestion, { kind: Kind }>): Promise<AnswerTo<Kind>>;
  send(message: Exclude<ToEngine, { kind: 'question' }>): void;
  /** Ends the Worker; what is still being asked is rejected. */
  stop(): void;
}

interface AnswerKinds {
  use: 'used';
  'set-live': 'live-set';
  rank: 'ranked';
  resolve: 'resolved';
  describe: 'described';
  'set-level': 'level-set';
}
type AnswerTo<Kind extends EngineQuestion['kind']> = Extract<EngineAnswer, { kind: AnswerKinds[Kind] }>;

/** What the engine says unasked. */
export type EngineNews =
  | Exclude<FromEngine, { kind: 'started' | 'answer' | 'unanswered' }>
  /** It has ended; nothing is answered any more. */
  | { readonly kind: 'stopped' };

/** The part of `Worker` that is used. */
export interface EngineWorker {
  postMessage(message: ToEngine): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromEngine>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** Wraps a Worker that has just been started. */
export function createEngineClient(worker: EngineWorker, onNews: (news: EngineNews) => void): EngineClient {
  const waiting = new Map<number, { resolve: (answer: EngineAnswer) => void; reject: (error: WidgetError) => void }>();
  let lastId = 0;
  let hasStopped = false;

  const stop = (): void => {
    hasStopped = true;
    for (const { reject } of waiting.values()) reject(stopped());
    waiting.clear();
  };

  worker.onmessage = ({ data }) => {
    if (data.kind === 'answer') {
      waiting.get(data.id)?.resolve(data.answer);
      waiting.delete(data.id);
    } else if (data.kind === 'unanswered') {
      waiting.get(data.id)?.reject(new WidgetError(data.code, 'expected an answer of the engine'));
      waiting.delete(data.id);
    } else if (data.kind !== 'started') {
      onNews(data);
    }
  };
  worker.onerror = (event) => {
    event.preventDefault?.(); // the page's console stays clean
    stop();
    onNews({ kind: 'stopped' });
  };

  return {
    ask(question) {
      if (hasStopped) return Promise.reject(stopped());
      const id = ++lastId;
      const { promise, resolve, reject } = Promise.withResolvers<EngineAnswer>();
      waiting.set(id, { resolve, reject });
      worker.postMessage({ kind: 'question', id, question });
      return promise as Promise<never>; // the engine answers each kind of question with its kind of answer
    },
    send: (message) => worker.postMessage(message),
    stop() {
      worker.terminate();
      stop();
    },
  };
}

function stopped(): WidgetError {
  return new WidgetError('engine-stopped', 'expected an engine that runs');
}
