import { plainScores } from '#model/dense-scores.ts';
import { localUpdate } from '#model/local-update.ts';
import { makeReport } from '#privacy/report.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { OpenedTask } from '#protocol/task.ts';
import { createBundle } from './bundle.ts';
import { openDatabase } from './device-database.ts';
import { openDeviceStore } from './device-store.ts';
import { createEdgeReader, type EdgeAnswer } from './edge-client.ts';
import { createCachedFiles } from './file-store.ts';
import type { FromLearner, ToLearner } from './learner-messages.ts';
import type { OpenedManifest } from './manifest-source.ts';
import { createStoredMeta } from './meta.ts';
import { createModelCache, type ModelCache } from './model-cache.ts';
import { createModelEdge } from './model-edge.ts';
import { type ParticipationOutcome, takePart } from './participation.ts';
import { codeOf } from './widget-error.ts';

/** A signed task is a few kilobytes. */
const TASK_MAX_BYTES = 64 * 1024;

type Start = Extract<ToLearner, { kind: 'start' }>;

const posted = Promise.withResolvers<EdgeAnswer>();

self.addEventListener('message', ({ data }: MessageEvent<ToLearner>) => {
  switch (data.kind) {
    case 'start':
      learn(data)
        .catch((error): ParticipationOutcome => ({ kind: 'failed', code: codeOf(error) }))
        .then((outcome) => send({ kind: 'outcome', outcome }));
      return;
    case 'posted':
      return posted.resolve(data.answer);
    default:
      return data satisfies never;
  }
});

function send(message: FromLearner): void {
  self.postMessage(message);
}

async function learn({ settings, helperKey, model, opened, events }: Start): Promise<ParticipationOutcome> {
  const { shop, publishingKey } = settings;
  const store = await openDeviceStore(() => openDatabase(shop));
  if (!store) return { kind: 'not-stored' };
  const edge = createEdgeReader(settings, fetch.bind(globalThis));
  const meta = createStoredMeta(store);
  // What it reads was stored within the quota.
  const files = createCachedFiles(caches, { shop, locks: navigator.locks, quotaBytes: Number.POSITIVE_INFINITY });
  const cache = createModelCache({
    edge: createModelEdge(edge),
    files: () => files,
    onNotStored: () => {}, // it only reads
  });
  return takePart({
    shop,
    trusted: [publishingKey, helperKey],
    model,
    meta,
    locks: navigator.locks,
    now: Date.now,
    readTask: () => edge.read('task', TASK_MAX_BYTES),
    makeReport: (task) => reportFrom(events, { opened, task, cache }),
    sendReport: (taskId, report) => {
      send({ kind: 'post', taskId, report });
      return posted.promise;
    },
  });
}

/** History → local step → sealed report, with the model that the task names. */
async function reportFrom(
  events: Start['events'],
  {
    opened,
    task: { task, id: taskId },
    cache,
  }: { readonly opened: OpenedManifest; readonly task: OpenedTask; readonly cache: ModelCache },
): Promise<Bytes | undefined> {
  if (opened.modelDigest !== task.modelDigest || !(await cache.isStored(opened))) return undefined;
  const builder = await createBundle(opened, () => undefined);
  await cache.load(opened, builder.take);
  const { bundle } = builder;
  if (!bundle?.isComplete) return undefined;
  const { model, catalog } = bundle;
  const update = await localUpdate({ model, scoreAll: plainScores(model.items), events, rowOf: catalog.rowOf, task });
  return makeReport({ task, taskId, update, nowMs: Date.now() });
}
