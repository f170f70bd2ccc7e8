import { beforeEach, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import type { Digest, KeyFingerprint, TaskId } from '#protocol/ids.ts';
import type { Manifest } from '#protocol/manifest.ts';
import type { DeviceMemory } from '#widget/device-memory.ts';
import type { EdgePoster } from '#widget/edge-client.ts';
import type { ToLearner } from '#widget/learner-messages.ts';
import { createLearning, type LearnerWorker, type Learning } from '#widget/learning.ts';
import type { OpenedManifest } from '#widget/manifest-source.ts';
import { createMemoryHistory } from '#widget/memory-history.ts';
import { createMemoryMeta } from '#widget/meta.ts';
import type { SparingNavigator } from '#widget/spare-power.ts';
import { SHOP } from './published-shop.ts';

const DIGEST = 'a1'.repeat(32) as Digest;
const KEY = 'K'.repeat(43) as KeyFingerprint;
const OPENED: OpenedManifest = { manifest: {} as Manifest, modelDigest: DIGEST, signedBy: KEY, envelope: 'signed' };

let memory: { -readonly [Key in 'isStored' | 'isPaused']: boolean } & Omit<DeviceMemory, 'isStored' | 'isPaused'>;
let worker: LearnerWorker;
let received: ToLearner[];
let posted: string[];

beforeEach(async () => {
  memory = {
    level: 'persistent',
    isStored: true,
    isPaused: false,
    history: createMemoryHistory(Date.now),
    meta: createMemoryMeta(),
    setPaused: async () => {},
    keepShelf: () => {},
    reload: async () => {},
    setLevel: async () => {},
    forget: async () => {},
  };
  await memory.meta.set('learning', true);
  received = [];
  posted = [];
  worker = { postMessage: (message) => received.push(message), terminate() {}, onmessage: null, onerror: null };
});

function learningWith(startLearner: () => Promise<LearnerWorker>, device: SparingNavigator = {}): Learning {
  const edge: EdgePoster = {
    async post(path) {
      posted.push(path);
      return { kind: 'bytes', bytes: utf8('{"kind":"accepted"}') };
    },
  };
  const tag = {
    edge: 'https://edge.example',
    shop: SHOP,
    publishingKeys: [KEY],
    helperKey: 'H'.repeat(43) as KeyFingerprint,
    consent: 'persistent',
    quotaBytes: Number.POSITIVE_INFINITY,
  } as const;
  return createLearning({ tag, keys: { trusted: async () => [KEY] }, memory, edge, device, startLearner });
}

/** Has the learner hand over its report once `meanwhile` has happened. */
async function attempt(meanwhile: () => unknown) {
  const learning = learningWith(async () => worker);
  const outcome = learning.attempt(OPENED);
  await expect.poll(() => received.length).toBe(1);
  await meanwhile();
  const post = { kind: 'post', taskId: '5e'.repeat(32) as TaskId, report: utf8('a sealed report') };
  worker.onmessage?.({ data: post } as MessageEvent);
  await expect.poll(() => received.length + Number(posted.length === 0)).toBe(2);
  worker.onmessage?.({ data: { kind: 'outcome', outcome: { kind: 'sent' } } } as MessageEvent);
  return outcome;
}

test('the learner is told which version to learn from, and a report is posted by the page', async () => {
  expect(await attempt(() => {})).toEqual({ kind: 'sent' });
  expect(received[0]).toMatchObject({ kind: 'start', opened: OPENED });
  expect(posted).toEqual([`tasks/${'5e'.repeat(32)}/reports`]);
});

test.each<[string, () => unknown]>([
  ['has opted out or wants to be forgotten', () => memory.meta.set('learning', false)],
  [
    'has paused',
    () => {
      memory.isPaused = true;
    },
  ],
  [
    'has withdrawn consent',
    () => {
      memory.isStored = false;
    },
  ],
])('a report is not sent for a shopper who %s while it was made', async (_, meanwhile) => {
  expect(await attempt(meanwhile)).toEqual({ kind: 'not-opted-in' });
  expect(posted).toEqual([]);
});

test('a device on battery or a metered line fetches no learner', async () => {
  const noLearner = async () => {
    throw new Error('expected no learner to be started');
  };
  const learning = learningWith(noLearner, { connection: { type: 'cellular' } });
  expect(await learning.attempt(OPENED)).toEqual({ kind: 'sparing' });
});
