import { createHash } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Bytes } from '#protocol/bytes.ts';
import { signManifest } from '#protocol/manifest.ts';
import type { FakeAnswer } from './fake-edge.ts';
import { digestOfKind, type Published, publish, storedOf } from './published-shop.ts';
import { awaitCode, awaitFirst, cardsOf, lookAgain, noisesOf, seenOn } from './shop-page.ts';
import { onFreshDevices, type TestShop } from './test-shop.ts';

let shop: TestShop;
let device: BrowserContext;
let page: Page;
let noises: string[];

onFreshDevices((fresh) => {
  ({ shop, device } = fresh);
});

beforeEach(async () => {
  page = await device.newPage();
  noises = noisesOf(page);
});

/** Puts up a version in which every shard is another one than in the version before. */
async function publishThird(changes: { readonly scale?: number } = {}): Promise<Published> {
  const seeds = { firstShardSeed: 3, lastShardSeed: 4 };
  const version = await publish({ key: shop.key, sequence: 3, nowMs: Date.now(), ...seeds, ...changes });
  shop.edge.publish(version);
  return version;
}

/** Puts up a version whose last shard is not what its manifest says. */
async function publishWithShard(spoil: (bytes: Bytes) => Bytes | Promise<Bytes>): Promise<void> {
  const version = await publishThird();
  const digest = digestOfKind(version, 'items', 1);
  shop.edge.put(`files/${digest}`, await spoil(version.files.get(digest) as Bytes));
}

/** Everything that the edge says of the shop, by path. */
function answerAll(answer: FakeAnswer): void {
  for (const path of shop.edge.answers.keys()) shop.edge.answers.set(path, answer);
}

const FAULTS: [name: string, code: string, breakIt: () => Promise<void>][] = [
  ['a shard cut short', 'digest-mismatch', () => publishWithShard((bytes) => bytes.slice(0, -7))],
  [
    'a shard with a flipped bit',
    'digest-mismatch',
    () => publishWithShard((bytes) => bytes.with(40, (bytes[40] as number) ^ 4) as Bytes),
  ],
  [
    'a shard of another version',
    'digest-mismatch',
    () =>
      publishWithShard(async () => {
        const other = await publish({ key: shop.key, sequence: 5, nowMs: Date.now(), lastShardSeed: 9 });
        return other.files.get(digestOfKind(other, 'items', 1)) as Bytes;
      }),
  ],
  ['a shard of zero length', 'digest-mismatch', () => publishWithShard(() => new Uint8Array())],
  [
    'a manifest whose rows don’t add up',
    'manifest-invalid',
    async () => {
      const { manifest } = await publishThird();
      const files = manifest.files.filter((file) => file.kind !== 'items' || file.firstRow === 0);
      shop.edge.put('manifest', await signManifest({ ...manifest, files }, shop.key));
    },
  ],
  ['scales that are no numbers', 'shard-invalid', async () => void (await publishThird({ scale: Number.NaN }))],
  [
    '"unchanged" to a browser that has nothing',
    'edge-refused',
    async () => {
      const version = await publishThird();
      shop.edge.answers.set(`files/${digestOfKind(version, 'items', 1)}`, 304);
    },
  ],
  [
    'an edge that answers 500',
    'edge-refused',
    async () => {
      await publishThird();
      answerAll(500);
    },
  ],
  [
    'a connection that drops midway, each time',
    'edge-unreachable',
    async () => {
      const version = await publishThird();
      shop.edge.faults.set(`files/${digestOfKind(version, 'items', 1)}`, Array(99).fill('cut-off'));
    },
  ],
];

describe('on a first visit the shop’s own list stays, and one event says why', () => {
  test.each(FAULTS)('%s', async (_name, code, breakIt) => {
    await breakIt();
    await page.goto(shop.url('/'));
    await awaitCode(page, code);
    expect(await page.locator('#for-you').getByText('Own 21').isVisible()).toBe(true);
    expect(await page.locator("#for-you [part='item']").count()).toBe(0);
    expect((await seenOn(page)).errors).toEqual([code]);
    expect(noises).toEqual([]);
  });
});

describe('on a later visit the version before goes on, and one event says why', () => {
  test.each(FAULTS)('%s', async (_name, code, breakIt) => {
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    const before = await cardsOf(page, '#similar');
    await breakIt();
    await page.goto(shop.url('/p/20'));
    await awaitCode(page, code);
    expect(await cardsOf(page, '#similar')).toEqual(before);
    expect((await seenOn(page)).errors).toEqual([code]);
    expect(noises).toEqual([]);
  });
});

describe('a fault that passes is not told', () => {
  test('a connection that drops midway is taken up within the visit, for the one file', async () => {
    const version = await publishThird();
    const cut = `files/${digestOfKind(version, 'items', 1)}`;
    shop.edge.faults.set(cut, ['cut-off']);
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    expect(shop.edge.filesAsked.filter((path) => path === cut)).toHaveLength(2);
    expect(shop.edge.filesAsked).toHaveLength(storedOf(version).length + 1);
    expect((await seenOn(page)).errors).toEqual([]);
    expect(noises).toEqual([]);
  });

  test('wrong bytes that the browser’s HTTP cache has kept are asked for anew', async () => {
    const version = await publishThird();
    const path = `files/${digestOfKind(version, 'items', 1)}`;
    shop.edge.faults.set(path, [new Uint8Array(version.files.get(digestOfKind(version, 'items', 1))?.length ?? 0)]);
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    expect(shop.edge.filesAsked.filter((asked) => asked === path)).toHaveLength(2);
    expect((await seenOn(page)).errors).toEqual([]);
  });

  test('an edge that answers late leaves the page to itself until it does', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    shop.edge.gate = () => released;
    await page.goto(shop.url('/p/20'));
    await expect.poll(() => shop.edge.requests).toContain('live');
    expect(await page.locator('#similar').getByText('Own 21').isVisible()).toBe(true);
    expect(await page.evaluate("vitrine.track({ kind: 'search', query: 'lamp' })")).toBeUndefined();
    expect((await seenOn(page)).errors).toEqual([]);
    release();
    await awaitFirst(page, 21, '#similar');
    expect(noises).toEqual([]);
  });

  test('a network that comes back is used at once', async () => {
    shop.edge.gate = async () => {
      throw new TypeError('Failed to fetch');
    };
    await page.goto(shop.url('/'));
    await awaitCode(page, 'edge-unreachable');
    shop.edge.gate = undefined;
    await device.setOffline(true);
    await device.setOffline(false);
    await awaitFirst(page, 0);
    expect((await seenOn(page)).errors).toEqual(['edge-unreachable']);
    expect(noises).toEqual([]);
  });
});

test('an edge that goes on failing is told of once', async () => {
  answerAll(500);
  await page.goto(shop.url('/'));
  await awaitCode(page, 'edge-refused');
  const numAsked = () => shop.edge.requests.filter((path) => path === 'manifest').length;
  const before = numAsked();
  await lookAgain(page);
  await expect.poll(numAsked).toBe(before + 3);
  await lookAgain(page); // begins once the look before it has ended
  await expect.poll(numAsked).toBeGreaterThan(before + 3);
  expect((await seenOn(page)).errors).toEqual(['edge-refused']);
});

describe('a page that has the widget twice', () => {
  test('by the same tag runs it once', async () => {
    shop.head = shop.tag;
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    expect((await seenOn(page)).errors).toEqual(['tag-twice']);
    expect(shop.edge.requests.filter((path) => path === 'manifest')).toHaveLength(1);
    expect(noises).toEqual([]);
  });

  test('by tags of two versions runs the first', async () => {
    const loader = shop.scriptText('vitrine.js');
    const main = shop.scriptText('widget/main.');
    const olderMain = `${main}\nglobalThis.olderHasRun = true;`;
    const integrityOf = (text: string) => createHash('sha256').update(text).digest('base64');
    shop.replacedScripts.set('widget/older.js', olderMain);
    shop.replacedScripts.set(
      'older/vitrine.js',
      loader
        .replaceAll(new URL(shop.scriptUrl('main')).pathname.slice(1), 'widget/older.js')
        .replaceAll(integrityOf(main), integrityOf(olderMain)),
    );
    shop.head = shop.tag.replace('/vitrine.js', '/older/vitrine.js').replace(' async', '');
    await page.goto(shop.url('/p/20'));
    await awaitFirst(page, 21, '#similar');
    expect(await page.evaluate('olderHasRun')).toBe(true);
    expect((await seenOn(page)).errors).toEqual(['tag-twice']);
    expect(noises).toEqual([]);
  });

  test('by a script that has defined its elements already leaves them alone', async () => {
    await device.addInitScript(() => {
      customElements.define('vitrine-shelf', class extends HTMLElement {});
    });
    await page.goto(shop.url('/p/20'));
    await awaitCode(page, 'tag-twice');
    expect(await page.locator('#similar').getByText('Own 21').isVisible()).toBe(true);
    expect((await seenOn(page)).errors).toEqual(['tag-twice']);
    expect(shop.edge.requests.toSorted()).toEqual(['first-shelf', 'live', 'manifest']); // of the loader
    expect(noises).toEqual([]);
  });
});

test('a quota that is no size is named, and the shop’s own list stays', async () => {
  shop.tagAttributes = 'data-vitrine-quota="plenty"';
  await page.goto(shop.url('/'));
  await awaitCode(page, 'bad-quota');
  expect(await page.locator('#for-you').getByText('Own 21').isVisible()).toBe(true);
  expect((await seenOn(page)).errors).toEqual(['bad-quota']);
});
