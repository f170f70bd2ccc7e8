import type { BrowserContext, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { writeFactor } from '#model/factor.ts';
import { bucketOf } from '#model/item-buckets.ts';
import { generateHpkeKeyPair, importHpkeKeyPair, type StoredHpkeKeyPair } from '#privacy/hpke.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import { utf8 } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import { itemFeatureDigest } from '#protocol/item-feature-digest.ts';
import { reportBytes } from '#protocol/report.ts';
import { CLIP_NORM_UNITS, cosignTask, NUM_SHADOW_CELLS, openTask, signTask, type Task } from '#protocol/task.ts';
import { measurementIn } from '../privacy/measure-report.ts';
import { sampleTask } from '../protocol/sample-task.ts';
import { DIM, NUM_ITEMS, publish, SHOP, shopItem } from './published-shop.ts';
import { awaitCode, awaitFirst, seenOn } from './shop-page.ts';
import { onFreshDevices, type TestShop } from './test-shop.ts';

let shop: TestShop;
let device: BrowserContext;

onFreshDevices((fresh) => {
  ({ shop, device } = fresh);
});

/** Looks at products, one after the other, on one device. */
async function look(...rows: number[]): Promise<void> {
  const page = await device.newPage();
  for (const row of rows) {
    await page.goto(shop.url(`/p/${row}`));
    await page.locator("#similar [part='title']", { hasText: shopItem(row + 1).title }).waitFor();
  }
  await page.close();
}

function events(page: Page) {
  return page.locator("vitrine-privacy [part='event']");
}

function cornersOf(element: Element): string {
  return getComputedStyle(element).borderTopLeftRadius;
}

describe('the privacy panel', () => {
  test('lists what is known, the latest first', async () => {
    await look(4, 20);
    const page = await shop.visit(device, '/privacy');
    await page.getByText(`Looked at ${shopItem(4).title}`).waitFor();
    const labels = await page.locator("vitrine-privacy [part='event'] b").allTextContents();
    expect(labels).toEqual([shopItem(20).title, shopItem(4).title]);
  });

  test('removes one thing, and the shelves follow', async () => {
    await look(4, 20);
    const page = await shop.visit(device, '/privacy');
    await page
      .locator('#for-you')
      .getByText(`Often bought with ${shopItem(20).title}`)
      .waitFor();
    await page.getByRole('button', { name: `Remove ${shopItem(20).title}` }).click();
    await page
      .locator('#for-you')
      .getByText(`Often bought with ${shopItem(20).title}`)
      .waitFor({ state: 'detached' });
    await expect.poll(() => events(page).count()).toBe(1);
  });

  test('forgets the shopper: the next page knows only what is popular', async () => {
    await look(20);
    const page = await shop.visit(device, '/privacy');
    await events(page).waitFor();
    await page.getByRole('button', { name: 'Forget me' }).click();
    await page.getByText('Nothing.').waitFor();
    await page.goto(shop.url('/'));
    await page.locator("#for-you [part='reason']").first().waitFor();
    const reasons = await page.locator("#for-you [part='reason']").allTextContents();
    expect(new Set(reasons)).toEqual(new Set(['Popular right now']));
  });

  test('pauses: nothing is remembered and nothing personal is shown, until the shopper goes on', async () => {
    await look(20);
    const page = await shop.visit(device, '/privacy');
    const pause = page.getByRole('checkbox', { name: /Pause personalization/ });
    await pause.check();
    await page.locator('#for-you').getByText('Often bought with').waitFor({ state: 'detached' });
    await look(9);
    await page.reload();
    await page.getByText(`Looked at ${shopItem(20).title}`).waitFor();
    expect(await pause.isChecked()).toBe(true);
    expect(await page.locator("vitrine-privacy [part='event'] b").allTextContents()).toEqual([shopItem(20).title]);
    await pause.uncheck();
    await page
      .locator('#for-you')
      .getByText(`Often bought with ${shopItem(20).title}`)
      .waitFor();
  });

  test('pauses in every tab at once', async () => {
    await look(20);
    const other = await shop.visit(device, '/');
    await other
      .locator('#for-you')
      .getByText(`Often bought with ${shopItem(20).title}`)
      .waitFor();
    const page = await shop.visit(device, '/privacy');
    await page.getByRole('checkbox', { name: /Pause personalization/ }).check();
    await other.locator('#for-you').getByText('Often bought with').waitFor({ state: 'detached' });
    await other.evaluate(`vitrine.track({ kind: 'add', itemId: '${shopItem(6).id}' })`);
    await page.reload();
    await page.getByText(`Looked at ${shopItem(20).title}`).waitFor();
    expect(await events(page).count()).toBe(1);
  });

  test('forgets the shopper where the engine has stopped, too', async () => {
    await look(20);
    const worker = new URL(shop.scriptUrl('worker')).pathname.slice(1);
    shop.replacedScripts.set(worker, 'post');
    const page = await shop.visit(device, '/privacy');
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await events(page).waitFor();
    await page.getByRole('button', { name: 'Forget me' }).click();
    await page.getByText('Nothing.').waitFor();
    expect(errors).toEqual([]);
  });

  test('does not offer learning where nothing may be stored', async () => {
    shop.consent = 'memory';
    const page = await shop.visit(device, '/privacy');
    await page.getByText('Nothing.').waitFor();
    expect(await page.getByText('take part in learning').count()).toBe(0);
  });
});

describe('the panel’s script', () => {
  const isPanelScript = (url: string) => url === shop.scriptUrl('privacy');

  /** What of it a page asks for, for as long as the page lives. */
  function fetchesOf(page: Page): string[] {
    const fetched: string[] = [];
    page.on('request', (request) => void (isPanelScript(request.url()) && fetched.push(request.url())));
    return fetched;
  }

  async function addPanel(page: Page, parent: 'body' | 'shadow tree'): Promise<void> {
    await page.evaluate((where) => {
      const host = document.body.appendChild(document.createElement('div'));
      const root = where === 'body' ? host : host.attachShadow({ mode: 'open' });
      root.append(document.createElement('vitrine-privacy'));
    }, parent);
  }

  test('is not fetched by a page without a panel', async () => {
    const page = await device.newPage();
    const fetched = fetchesOf(page);
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    await page.waitForLoadState('networkidle');
    expect(fetched).toEqual([]);
  });

  test('is fetched once, by the first of the panels that are added later, in shadow trees too', async () => {
    const page = await device.newPage();
    const fetched = fetchesOf(page);
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    for (const [before, parent] of (['shadow tree', 'body'] as const).entries()) {
      expect(await events(page).count()).toBe(before);
      await addPanel(page, parent);
      await page
        .getByText(`Looked at ${shopItem(20).title}`)
        .nth(before)
        .waitFor();
    }
    expect(await page.locator('vitrine-privacy button').last().evaluate(cornersOf)).toBe('4px'); // its styles have come
    expect(fetched).toEqual([shop.scriptUrl('privacy')]);
  });

  test('runs where a page demands trusted types', async () => {
    shop.policy += "; require-trusted-types-for 'script'; trusted-types vitrine lit-html 'allow-duplicates'";
    const page = await shop.visit(device, '/privacy');
    await page.getByText('Nothing.').waitFor();
    expect((await seenOn(page)).errors).toEqual([]);
  });

  test('is refused if it is not the one that was built: panels stay empty, and one event says why', async () => {
    const path = new URL(shop.scriptUrl('privacy')).pathname.slice(1);
    shop.replacedScripts.set(path, `${shop.scriptText('widget/privacy.')}\nglobalThis.otherHasRun = true;`);
    const page = await device.newPage();
    const thrown: string[] = [];
    page.on('pageerror', (error) => thrown.push(String(error)));
    await page.goto(shop.url('/privacy'));
    await awaitCode(page, 'edge-unreachable');
    await addPanel(page, 'body');
    await awaitFirst(page, 0);
    expect((await seenOn(page)).errors).toEqual(['edge-unreachable']);
    expect(await page.locator('vitrine-privacy').allInnerTexts()).toEqual(['', '']);
    expect(await page.evaluate('typeof otherHasRun')).toBe('undefined');
    expect(thrown).toEqual([]);
  });
});

describe('learning', () => {
  let leaderKey: StoredHpkeKeyPair;
  let helperKey: StoredHpkeKeyPair;
  let task: Task;

  beforeEach(async () => {
    leaderKey = await generateHpkeKeyPair();
    helperKey = await generateHpkeKeyPair();
    const nowMs = Date.now();
    const version = await publish({ key: shop.key, sequence: 3, nowMs });
    shop.edge.publish(version);
    task = sampleTask('model-update', {
      shop: SHOP,
      modelDigest: await digestOf(utf8(JSON.stringify(version.manifest))),
      itemFeatureDigest: await itemFeatureDigest(version.manifest),
      vdaf: { type: 'UnverifiedVectorSum', length: 2 * NUM_ITEMS },
      rank: 2,
      factor: writeFactor(Float32Array.from({ length: 2 * DIM }, (_, i) => Math.sin(i + 1) / 2)),
      minSeparationMs: 1,
      maxParticipations: 3,
      leader: { origin: 'https://leader.example', hpkeKeyId: 3, hpkePublicKey: leaderKey.publicKey },
      helper: { origin: 'https://helper.example', hpkeKeyId: 4, hpkePublicKey: helperKey.publicKey },
      opensAtMs: nowMs - 60_000,
      closesAtMs: nowMs + 600_000,
    });
  });

  async function putTask(): Promise<Awaited<ReturnType<typeof openTask>>> {
    const envelope = await cosignTask(await signTask(task, shop.key), shop.helperKey);
    shop.edge.put('open-tasks', [envelope]);
    const trusted = [shop.key.fingerprint, shop.helperKey.fingerprint];
    const opened = await openTask(envelope, { shop: SHOP, trusted });
    shop.edge.put(`tasks/${opened.id}/reports`, { kind: 'accepted' });
    return opened;
  }

  /** Switches learning on and waits for the attempt that follows. */
  async function optIn(page: Page): Promise<void> {
    await page.getByRole('checkbox', { name: /take part in learning/ }).check();
    await awaitParticipation(page, 2);
  }

  async function awaitParticipation(page: Page, attempts: number): Promise<string[]> {
    return page.evaluate(`new Promise((done) => {
      const check = () => { if (seen.participations.length >= ${attempts}) done(seen.participations); };
      document.addEventListener('vitrine-participation', check);
      check();
    })`);
  }

  test('is off until the shopper switches it on: neither task nor learner is fetched', async () => {
    await putTask();
    const page = await device.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(shop.url('/'));
    expect(await awaitParticipation(page, 1)).toEqual(['not-opted-in']);
    expect(asked.filter((path) => /task|learner/.test(path))).toEqual([]);
  });

  test('sends one report, sealed to both parties, whose sum is within the norm bound', async () => {
    await look(4, 20);
    const opened = await putTask();
    const page = await shop.visit(device, '/privacy');
    await awaitParticipation(page, 1);
    await optIn(page);
    expect((await awaitParticipation(page, 2))[1]).toBe('sent');

    expect(shop.edge.posted.map((body) => body.length)).toEqual([reportBytes(vdafShape(task.vdaf).sizes)]);
    const units = await measurementIn(shop.edge.posted[0] as Uint8Array, opened, {
      leader: await importHpkeKeyPair(leaderKey),
      helper: await importHpkeKeyPair(helperKey),
    });
    const normUnits = Math.hypot(...units);
    expect(normUnits).toBeGreaterThan(0);
    expect(normUnits).toBeLessThanOrEqual(CLIP_NORM_UNITS);
    await page.getByText('This device has taken part once.').waitFor();
  });

  /** What a device that looked at two products tells a task of another kind. */
  async function toldTo(other: Task): Promise<number[]> {
    task = other;
    await look(4, 20);
    const opened = await putTask();
    const page = await shop.visit(device, '/privacy');
    await awaitParticipation(page, 1);
    await optIn(page);
    expect((await awaitParticipation(page, 2))[1]).toBe('sent');
    const [report] = shop.edge.posted as [Uint8Array];
    expect(report).toHaveLength(reportBytes(vdafShape(task.vdaf).sizes));
    const keys = { leader: await importHpkeKeyPair(leaderKey), helper: await importHpkeKeyPair(helperKey) };
    return measurementIn(report, opened, keys);
  }

  /** What tasks of all kinds say. */
  function timely() {
    const { modelDigest, minSeparationMs, maxParticipations, leader, helper, opensAtMs, closesAtMs } = task;
    return { shop: SHOP, modelDigest, minSeparationMs, maxParticipations, leader, helper, opensAtMs, closesAtMs };
  }

  test('tells how often which kind of event came, with a proof made in a Worker of its own', async () => {
    const [views, , , adds, purchases] = await toldTo(sampleTask('metrics', timely()));
    expect([views, adds, purchases]).toEqual([2, 0, 0]);
  });

  test('tells which items it had to do with by their buckets', async () => {
    const popularity = sampleTask('popularity', timely());
    const bucketing = { bucketSeed: popularity.bucketSeed, numBuckets: popularity.vdaf.length };
    const expected = await Promise.all([4, 20].map((row) => bucketOf(shopItem(row).id, bucketing)));
    const told = await toldTo(popularity);
    expect(told.flatMap((count, bucket) => (count === 1 ? [bucket] : []))).toEqual(expected.sort((a, b) => a - b));
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(2);
  });

  test('tells where the current and a candidate model have the item that was chosen next', async () => {
    const candidate = await publish({ key: shop.key, sequence: 4, nowMs: Date.now(), lastShardSeed: 41 });
    for (const [digest, bytes] of candidate.files) shop.edge.put(`files/${digest}`, bytes);
    const manifest = utf8(JSON.stringify(candidate.envelope));
    const digest = await digestOf(manifest);
    shop.edge.put(`files/${digest}`, manifest);
    const told = await toldTo(
      sampleTask('shadow-eval', { ...timely(), candidate: { digest, bytes: manifest.length } }),
    );
    // Below the first twenty now, second to fifth under the candidate.
    expect(told).toEqual(Array.from({ length: NUM_SHADOW_CELLS }, (_, cell) => Number(cell === 5 * 4 + 1)));
  });

  test('remembers its participation through "forget me"', async () => {
    await putTask();
    const page = await shop.visit(device, '/privacy');
    await awaitParticipation(page, 1);
    await optIn(page);
    await page.getByText('This device has taken part once.').waitFor();
    await page.getByRole('button', { name: 'Forget me' }).click();
    const checkbox = page.getByRole('checkbox', { name: /take part in learning/ });
    await page.getByText('This device has taken part once.').waitFor({ state: 'detached' });
    expect(await checkbox.isChecked()).toBe(false);
    await checkbox.check();
    expect((await awaitParticipation(page, 3))[2]).toBe('not-yet');
    expect(shop.edge.posted.length).toBe(1);
  });

  test('waits one separation after it was switched on', async () => {
    task = { ...task, minSeparationMs: 3_600_000 };
    await putTask();
    const page = await shop.visit(device, '/privacy');
    await awaitParticipation(page, 1);
    await optIn(page);
    expect((await awaitParticipation(page, 2))[1]).toBe('not-yet');
    expect(shop.edge.posted).toEqual([]);
  });
});
