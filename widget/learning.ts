import type { DeviceMemory } from './device-memory.ts';
import type { EdgePoster } from './edge-client.ts';
import { MAX_EVENTS } from './history.ts';
import type { FromLearner, ToLearner } from './learner-messages.ts';
import type { OpenedManifest } from './manifest-source.ts';
import type { ParticipationOutcome } from './participation.ts';
import { readPrivacySpent } from './privacy-spent.ts';
import type { LearningState } from './privacy-state.ts';
import type { PublisherKeys } from './publisher-keys.ts';
import { hasSparePower, type SparingNavigator } from './spare-power.ts';
import type { Tag } from './tag.ts';
import { codeOf } from './widget-error.ts';

/** The part of `Worker` that is used. */
export interface LearnerWorker {
  postMessage(message: ToLearner): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromLearner>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** The page's side of learning: consent to it, and the Worker that does it. */
export interface Learning {
  state(): Promise<LearningState>;
  /** The first attempt after it begins the participation record, so the first time comes one separation later. */
  setOptedIn(isOptedIn: boolean): Promise<void>;
  /**
   * One attempt; fetches the learner only if the shopper has opted in. Never rejects.
   *
   * @param opened The version in use.
   *
   * Guarantee: a shopper who opts out, pauses or withdraws consent meanwhile, in whichever tab, sends
   * no report.
   */
  attempt(opened: OpenedManifest): Promise<ParticipationOutcome>;
}

/** @param startLearner Fetches, checks and starts the learner's Worker. */
export function createLearning({
  tag,
  keys,
  memory,
  edge,
  device,
  startLearner,
}: {
  readonly tag: Tag;
  readonly keys: Pick<PublisherKeys, 'trusted'>;
  readonly memory: DeviceMemory;
  readonly edge: EdgePoster;
  readonly device: SparingNavigator;
  readonly startLearner: () => Promise<LearnerWorker>;
}): Learning {
  const isOptedIn = async () => (await memory.meta.get('learning')) === true;
  const mayLearn = async () => memory.isStored && !memory.isPaused && (await isOptedIn());
  return {
    async state() {
      if (!tag.helperKey || !memory.isStored) return { kind: 'not-offered' };
      if (!(await isOptedIn())) return { kind: 'off' };
      return { kind: 'on', spent: await readPrivacySpent(memory.meta) };
    },

    async setOptedIn(wanted) {
      if (!tag.helperKey || !memory.isStored) return;
      await memory.meta.set('learning', wanted);
    },

    async attempt(opened) {
      try {
        if (!tag.helperKey) return { kind: 'not-offered' };
        if (!memory.isStored) return { kind: 'not-stored' };
        if (!(await mayLearn())) return { kind: 'not-opted-in' };
        if (!(await hasSparePower(device))) return { kind: 'sparing' };
        const events = (await memory.history.last(MAX_EVENTS)).map(({ event }) => event);
        const worker = await startLearner();
        return await converse(worker, {
          start: { kind: 'start', tag: { ...tag, publishingKeys: await keys.trusted() }, opened, events },
          edge,
          mayLearn,
        });
      } catch (error) {
        return { kind: 'failed', code: codeOf(error) };
      }
    },
  };
}

function converse(
  worker: LearnerWorker,
  {
    start,
    edge,
    mayLearn,
  }: { readonly start: ToLearner; readonly edge: EdgePoster; readonly mayLearn: () => Promise<boolean> },
): Promise<ParticipationOutcome> {
  const { promise, resolve } = Promise.withResolvers<ParticipationOutcome>();
  worker.onmessage = async ({ data }) => {
    if (data.kind === 'outcome') return resolve(data.outcome);
    try {
      if (!(await mayLearn())) return resolve({ kind: 'not-opted-in' });
      const answer = await edge.post(`tasks/${data.taskId}/reports`, data.report);
      worker.postMessage({ kind: 'posted', answer });
    } catch (error) {
      resolve({ kind: 'failed', code: codeOf(error) });
    }
  };
  worker.onerror = (event) => {
    event.preventDefault?.();
    resolve({ kind: 'failed', code: 'worker-forbidden' });
  };
  worker.postMessage(start);
  return promise.finally(() => worker.terminate());
}
