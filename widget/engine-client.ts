import type { EngineAnswer, EngineQuestion, FromEngine, ToEngine } from './engine-messages.ts';
import { WidgetError, type WidgetErrorCode } from './widget-error.ts';

/** The page's end of the engine's Worker. */
export interface EngineClient {
  /** @throws {WidgetError} With the engine's code if it cannot answer. */
  ask<Kind extends EngineQuestion['kind']>(question: Extract<EngineQuestion, { kind: Kind }>): Promise<AnswerTo<Kind>>;
  send(message: Exclude<ToEngine, { kind: 'question' }>): void;
  /** Ends the Worker; what is still being asked is rejected. */
  stop(): void;
}

type AnswerKinds = { rank: 'ranked'; resolve: 'resolved'; describe: 'described'; 'set-level': 'level-set' };
type AnswerTo<Kind extends EngineQuestion['kind']> = Extract<EngineAnswer, { kind: AnswerKinds[Kind] }>;

/** What the engine says unasked. */
export type EngineNews = Exclude<FromEngine, { kind: 'answer' | 'unanswered' }>;

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
  let hasSpoken = false;
  let stoppedBy: WidgetErrorCode | undefined;

  const stop = (code: WidgetErrorCode): void => {
    stoppedBy = code;
    for (const { reject } of waiting.values()) reject(new WidgetError(code, 'expected an answer of the engine'));
    waiting.clear();
  };

  worker.onmessage = ({ data }) => {
    hasSpoken = true;
    if (data.kind === 'answer') {
      waiting.get(data.id)?.resolve(data.answer);
      waiting.delete(data.id);
    } else if (data.kind === 'unanswered') {
      waiting.get(data.id)?.reject(new WidgetError(data.code, 'expected an answer of the engine'));
      waiting.delete(data.id);
    } else {
      onNews(data);
    }
  };
  worker.onerror = (event) => {
    event.preventDefault?.(); // the page's console stays clean
    const code = hasSpoken ? 'engine-stopped' : 'worker-forbidden';
    stop(code);
    onNews({ kind: 'failed', code, isUsable: false });
  };

  return {
    ask(question) {
      if (stoppedBy) return Promise.reject(new WidgetError(stoppedBy, 'expected an engine that runs'));
      const id = ++lastId;
      const { promise, resolve, reject } = Promise.withResolvers<EngineAnswer>();
      waiting.set(id, { resolve, reject });
      worker.postMessage({ kind: 'question', id, question });
      return promise as Promise<never>; // the engine answers each kind of question with its kind of answer
    },
    send: (message) => worker.postMessage(message),
    stop() {
      worker.terminate();
      stop('engine-stopped');
    },
  };
}
