import type { BrowserContext, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { generateHpkeKeyPair } from '#privacy/hpke.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import { toHex, utf8 } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import type { Digest, TaskId } from '#protocol/ids.ts';
import { reportBytes } from '#protocol/report.ts';
import { cosignTask, openTask, signTask, type Task } from '#protocol/task.ts';
import type { ParticipationRecord } from '#widget/participation-record.ts';
import { sampleTask } from '../protocol/sample-task.ts';
import { publish, SHOP } from './published-shop.ts';
import { awaitFirst, seenOn, storedOn } from './shop-page.ts';
import { onFreshDevices, type TestShop } from './test-shop.ts';

const HOUR_MS = 3_600_000;

let shop: TestShop;
let device: BrowserContext;
/** What tasks of all kinds say. */
let common: Pick<Task, 'shop' | 'modelDigest' | 'minSeparationMs' | 'leader' | 'helper' | 'opensAtMs' | 'closesAtMs'>;

onFreshDevices((fresh) => {
  ({ shop, device } = fresh);
});

beforeEach(async () => {
  const nowMs = Date.now();
  const version = await publish({ key: shop.key, sequence: 3, nowMs });
  shop.edge.publish(version);
  const [leader, helper] = [await generateHpkeKeyPair(), await generateHpkeKeyPair()];
  common = {
    shop: SHOP,
    modelDigest: await digestOf(utf8(JSON.stringify(version.manifest))),
    minSeparationMs: HOUR_MS,
    leader: { origin: 'https://leader.example', hpkeKeyId: 3, hpkePublicKey: leader.publicKey },
    helper: { origin: 'https://helper.example', hpkeKeyId: 4, hpkePublicKey: helper.publicKey },
    opensAtMs: nowMs - 60_000,
    closesAtMs: nowMs + HOUR_MS,
  };
});

/** Makes this the one open task. */
async function offer(task: Task): Promise<TaskId> {
  const envelope = await cosignTask(await signTask(task, shop.key), shop.helperKey);
  const { id } = await openTask(envelope, { shop: SHOP, trusted: [shop.key.fingerprint, shop.helperKey.fingerprint] });
  shop.edge.put('open-tasks', [envelope]);
  shop.edge.put(`tasks/${id}/reports`, { kind: 'accepted' });
  return id;
}

/** A device whose shopper opted in two hours ago, and that has not taken part yet. */
async function optedInLongAgo(): Promise<void> {
  const page = await shop.visit(device, '/p/4');
  expect(await participationsOn(page, 1)).toEqual(['not-opted-in']);
  await page.evaluate(
    async (startedAtMs) => {
      const request = indexedDB.open('vitrine-corner-shop');
      await new Promise((done) => request.addEventListener('success', done));
      const transaction = request.result.transaction('meta', 'readwrite');
      const spent = { numParticipations: 0, epsilon: 0, delta: 0 };
      const record = { format: 2, startedAtMs, participations: [], inverseVariances: 0, spent };
      transaction.objectStore('meta').put(record, 'participation');
      transaction.objectStore('meta').put(true, 'learning');
      await new Promise((done) => transaction.addEventListener('complete', done));
      request.result.close();
    },
    Date.now() - 2 * HOUR_MS,
  );
  await page.close();
}

/** What became of the first attempts on a page. */
async function participationsOn(page: Page, attempts: number): Promise<string[]> {
  await expect.poll(async () => (await seenOn(page)).participations.length).toBeGreaterThanOrEqual(attempts);
  return (await seenOn(page)).participations;
}

/** What a page that begins with nobody else at it comes to. */
async function attemptAnew(): Promise<string[]> {
  const page = await shop.visit(device, '/empty');
  // The browser takes the lock from a tab that was closed some time after it says that the tab is.
  await expect.poll(() => page.evaluate('navigator.locks.query().then(({ held }) => held)')).toEqual([]);
  await page.goto(shop.url('/'));
  const outcomes = await participationsOn(page, 1);
  await page.close();
  return outcomes;
}

async function record(): Promise<ParticipationRecord> {
  const page = await shop.visit(device, '/empty');
  const { meta } = await storedOn(page);
  await page.close();
  return meta.find((fact): fact is ParticipationRecord =>
    Object.hasOwn(Object(fact), 'participations'),
  ) as ParticipationRecord;
}

/** Closes a tab in the middle: when one of its requests, whose address ends so, is being waited for. */
async function closeDuring(end: string): Promise<void> {
  const { promise: isAsked, resolve } = Promise.withResolvers<void>();
  await device.route(
    ({ href }) => href.endsWith(end),
    () => resolve(),
  );
  const page = await shop.visit(device, '/');
  await isAsked;
  await page.close();
  await device.unrouteAll();
}

describe('a tab that is closed before its report is recorded', () => {
  const candidate = { digest: 'c4'.repeat(32) as Digest, bytes: 4321 };
  test.each<[string, () => Task, () => string]>([
    ['while it asks for tasks', () => sampleTask('metrics', common), () => '/open-tasks'],
    ['while it ranks', () => sampleTask('shadow-eval', { ...common, candidate }), () => `/files/${candidate.digest}`],
    ['while it proves', () => sampleTask('metrics', common), () => new URL(shop.scriptUrl('prover')).pathname],
  ])('%s leaves nothing behind, and a later one starts anew', async (_, taskOfKind, end) => {
    await optedInLongAgo();
    await offer(taskOfKind());
    await closeDuring(end());
    expect(shop.edge.posted).toEqual([]);
    expect(await record()).toMatchObject({ participations: [], spent: { numParticipations: 0 } });

    const task = sampleTask('popularity', common);
    const taskId = await offer(task);
    expect(await attemptAnew()).toEqual(['sent']);
    expect(shop.edge.posted.map(({ length }) => length)).toEqual([reportBytes(vdafShape(task.vdaf).sizes)]);
    expect(await record()).toMatchObject({ participations: [{ taskId }], spent: { numParticipations: 1 } });
  });
});

describe('a device that has recorded its participation sends no other report', () => {
  let taskId: TaskId;

  beforeEach(async () => {
    await optedInLongAgo();
    taskId = await offer(sampleTask('metrics', common));
  });

  /** It counts as taken part: neither this task nor another of its kind gets another report within the separation. */
  async function expectSpent(reports: 'no report' | 'one report'): Promise<void> {
    expect(await record()).toMatchObject({ participations: [{ taskId }], spent: { numParticipations: 1 } });
    expect(await attemptAnew()).toEqual(['not-yet']);
    await offer(sampleTask('metrics', { ...common, maxBatch: 2999 }));
    expect(await attemptAnew()).toEqual(['not-yet']);
    // A browser repeats by itself what it has sent over a connection that breaks: the same bytes, which the leader knows.
    expect(new Set(shop.edge.posted.map(toHex)).size).toBe(reports === 'one report' ? 1 : 0);
    expect((await record()).participations).toHaveLength(1);
  }

  test('where its tab was closed before the report was sent', async () => {
    await device.addInitScript(() => {
      const fetchFrom = globalThis.fetch;
      globalThis.fetch = (address, init) => {
        if (init?.method !== 'POST') return fetchFrom(address, init);
        document.documentElement.dataset.posts = 'now';
        return new Promise(() => {});
      };
    });
    const page = await shop.visit(device, '/');
    await page.locator('[data-posts]').waitFor({ state: 'attached' });
    await page.close();
    await expectSpent('no report');
  });

  test('where its tab was closed while the report was on its way', async () => {
    const { promise: isPosted, resolve: notePost } = Promise.withResolvers<void>();
    const { promise: isClosed, resolve: noteClose } = Promise.withResolvers<void>();
    shop.edge.gate = async (path) => {
      if (!path.endsWith('/reports')) return;
      notePost();
      await isClosed;
    };
    const page = await shop.visit(device, '/');
    await isPosted;
    await page.close();
    noteClose();
    await expectSpent('one report');
  });

  test('where its line was cut before the receipt', async () => {
    shop.edge.gate = async (path) => {
      if (path.endsWith('/reports')) throw new TypeError('network error');
    };
    const page = await shop.visit(device, '/');
    expect(await participationsOn(page, 1)).toEqual(['unanswered']);
    await page.close();
    shop.edge.gate = undefined;
    await expectSpent('one report');
  });
});

test('of two tabs at once one takes part, once', async () => {
  await optedInLongAgo();
  const taskId = await offer(sampleTask('metrics', common));
  const { promise: isOtherBusy, resolve: goOn } = Promise.withResolvers<void>();
  // Whoever has the lock asks for tasks, and keeps it until the other one has found it taken.
  shop.edge.gate = (path) => (path === 'open-tasks' ? isOtherBusy : Promise.resolve());
  const pages = await Promise.all([shop.visit(device, '/'), shop.visit(device, '/p/20')]);
  const outcomes = pages.map((page) => participationsOn(page, 1));
  expect(await Promise.race(outcomes)).toEqual(['busy']);
  goOn();
  expect((await Promise.all(outcomes)).flat().sort()).toEqual(['busy', 'sent']);
  expect(shop.edge.requests.filter((path) => path === 'open-tasks')).toHaveLength(1);
  expect(shop.edge.posted).toHaveLength(1);
  expect(await record()).toMatchObject({ participations: [{ taskId }], spent: { numParticipations: 1 } });
});

describe('learning begins', () => {
  beforeEach(async () => {
    await optedInLongAgo();
    await offer(sampleTask('metrics', common));
  });

  test('in idle time, and not before', async () => {
    await device.addInitScript(() => {
      const waiting: IdleRequestCallback[] = [];
      globalThis.requestIdleCallback = (run) => waiting.push(run);
      Object.assign(globalThis, { beIdle: () => waiting.splice(0).forEach((run) => void run({} as IdleDeadline)) });
    });
    const page = await device.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    await page.waitForLoadState('networkidle');
    expect((await seenOn(page)).participations).toEqual([]);
    expect(asked.filter((path) => /open-tasks|learner/.test(path))).toEqual([]);
    await page.evaluate('beIdle()');
    expect(await participationsOn(page, 1)).toEqual(['sent']);
  });

  test.each<[string, () => void]>([
    [
      'where a device runs on its battery',
      () => Object.assign(navigator, { getBattery: async () => ({ charging: false }) }),
    ],
    [
      'where the line is metered',
      () => Object.defineProperty(navigator, 'connection', { value: { type: 'cellular', saveData: false } }),
    ],
    [
      'where the shopper saves data',
      () => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }),
    ],
  ])('not %s', async (_, spare) => {
    await device.addInitScript(spare);
    expect(await attemptAnew()).toEqual(['sparing']);
    expect(shop.edge.requests).not.toContain('open-tasks');
  });

  test('in a task of its own where a browser knows no idle time', async () => {
    await device.addInitScript(() => {
      Object.assign(globalThis, { requestIdleCallback: undefined });
    });
    expect(await attemptAnew()).toEqual(['sent']);
  });
});
