import { digestOf, verifyFile } from '#protocol/digest.ts';
import { itemFeatureDigest } from '#protocol/item-feature-digest.ts';
import { openManifest } from '#protocol/manifest.ts';
import { readJson } from '#protocol/parse.ts';
import type { TaskOf } from '#protocol/task.ts';
import { type Bundle, createBundle } from './bundle.ts';
import { openDatabase } from './device-database.ts';
import { openDeviceStore } from './device-store.ts';
import { createEdgeReader, type EdgeAnswer } from './edge-client.ts';
import { createCachedFiles, type FileStore } from './file-store.ts';
import type { FromLearner, ToLearner } from './learner-messages.ts';
import type { OpenedManifest } from './manifest-source.ts';
import { createStoredMeta } from './meta.ts';
import { createModelCache } from './model-cache.ts';
import { createModelEdge } from './model-edge.ts';
import { type ParticipationOutcome, takePart } from './participation.ts';
import { latestIn } from './participation-record.ts';
import { reportForTask } from './report-for-task.ts';
import { type Chunk, startWorker } from './start-worker.ts';
import { codeOf, WidgetError } from './widget-error.ts';

/** Set by the build. */
declare const VITRINE_PROVER: Chunk;

/** A signed task is a few kilobytes. */
const TASKS_MAX_BYTES = 256 * 1024;

type Start = Extract<ToLearner, { kind: 'start' }>;

/** Reports are posted one at a time: whose turn it is hears the answer. */
let hearAnswer: (answer: EdgeAnswer) => void = () => {};

self.addEventListener('message', ({ data }: MessageEvent<ToLearner>) => {
  switch (data.kind) {
    case 'start':
      learn(data)
        .catch((error): ParticipationOutcome => ({ kind: 'failed', code: codeOf(error) }))
        .then((outcome) => send({ kind: 'outcome', outcome }));
      return;
    case 'posted':
      return hearAnswer(data.answer);
    default:
      return data satisfies never;
  }
});

function send(message: FromLearner): void {
  self.postMessage(message);
}

async function learn({ tag, opened, events }: Start): Promise<ParticipationOutcome> {
  const { shop, publishingKeys, helperKey } = tag;
  if (!helperKey) return { kind: 'not-offered' };
  const store = await openDeviceStore(() => openDatabase(shop));
  if (!store) return { kind: 'not-stored' };
  const edge = createEdgeReader(tag, fetch.bind(globalThis));
  const stored = createCachedFiles(caches, { shop, locks: navigator.locks, quotaBytes: Number.POSITIVE_INFINITY });
  const cache = createModelCache({ edge: createModelEdge(edge), files: () => onlyRead(stored), onNotStored: () => {} });
  const load = async (version: OpenedManifest): Promise<Bundle | undefined> => {
    const builder = await createBundle(version, () => undefined);
    await cache.load(version, builder.take);
    const { bundle } = builder;
    return bundle?.isComplete ? bundle : undefined;
  };
  return takePart({
    shop,
    trusted: [publishingKeys, helperKey],
    model: { modelDigest: opened.modelDigest, itemFeatureDigest: await itemFeatureDigest(opened.manifest) },
    meta: createStoredMeta(store),
    locks: navigator.locks,
    now: Date.now,
    readTasks: () => edge.read('open-tasks', TASKS_MAX_BYTES),
    makeReport: (task, record) =>
      reportForTask(task, {
        events,
        learnedUntilMs: latestIn(record, 'model-update'),
        current: async () => ((await cache.isStored(opened)) ? load(opened) : undefined),
        candidate: async (file) => load(await readCandidate(file)),
        startProver: () => startWorker(tag.edge, VITRINE_PROVER, fetch.bind(globalThis)),
        now: Date.now,
      }),
    sendReport: (taskId, report) => {
      const { promise, resolve } = Promise.withResolvers<EdgeAnswer>();
      hearAnswer = resolve;
      send({ kind: 'post', taskId, report });
      return promise;
    },
  });

  /** A manifest that is not the current one's, signed by the same shop. */
  async function readCandidate(file: TaskOf<'shadow-eval'>['candidate']): Promise<OpenedManifest> {
    const answer = await edge.read(`files/${file.digest}`, file.bytes);
    if (answer.kind !== 'bytes') throw new WidgetError('edge-unreachable', `expected a candidate, got ${answer.kind}`);
    await verifyFile(answer.bytes, file);
    const envelope = readJson(answer.bytes, 'envelope-invalid');
    const trust = { publishingKeys, shop, lastSequence: 0, nowMs: Date.now() };
    const { manifest, payload, signedBy } = await openManifest(envelope, trust);
    return { manifest, modelDigest: await digestOf(payload), signedBy, envelope };
  }
}

/** What was stored within the quota, and nothing more: a candidate's files are fetched past it. */
function onlyRead(files: FileStore): FileStore {
  return { ...files, write: async () => {}, remove: async () => {}, noteKept: async () => {} };
}
