import { beforeEach, describe, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import type { ShopId } from '#protocol/ids.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { createEdgeClient } from '../../widget/edge-client.ts';
import { createEngine, type Engine } from '../../widget/engine.ts';
import type { FromEngine } from '../../widget/engine-messages.ts';
import { createMemoryFiles, type FileStore } from '../../widget/file-store.ts';
import { createLiveSource } from '../../widget/live.ts';
import { createMemoryMeta, type MetaStore } from '../../widget/meta.ts';
import { createModelCache } from '../../widget/model-cache.ts';
import { createJsScorer } from '#model/js-scorer.ts';
import { FakeEdge } from './fake-edge.ts';
import { digestOfKind, itemId, type Published, publish, publishLive, SHOP } from './published-shop.ts';

const START_MS = 1_900_000_000_000;
const DAY_MS = 86_400_000;

let key: SigningKey;
let edge: FakeEdge;
let files: FileStore;
let meta: MetaStore;
let nowMs: number;
let sent: FromEngine[];

/** A page's engine over the storage that pages share. */
function openPage(): Engine {
  const client = createEdgeClient({ edge: edge.origin, shop: SHOP }, edge.fetch);
  const trust = { shop: SHOP, publishingKey: key.fingerprint };
  const now = () => nowMs;
  sent = [];
  return createEngine({
    cache: createModelCache({ edge: client, storage: () => ({ files, meta }), trust, now }),
    live: createLiveSource({ edge: client, meta: () => meta, trust, now }),
    createScorer: async (items) => createJsScorer(items),
    setLevel: async () => {},
    now,
    send: (message) => sent.push(message),
  });
}

function lastVersion(): string | undefined {
  return sent.findLast((message) => message.kind === 'ready')?.model.version;
}

function failures() {
  return sent.filter((message) => message.kind === 'failed').map(({ code, isUsable }) => ({ code, isUsable }));
}

async function ranked(engine: Engine): Promise<readonly string[]> {
  await engine.ask(1, {
    kind: 'rank',
    request: { query: { kind: 'trending', count: 4 }, pageItemId: undefined, events: [] },
  });
  const reply = sent.findLast((message) => message.kind === 'answer');
  return reply?.answer.kind === 'ranked' ? reply.answer.cards.map(({ id }) => id) : [];
}

beforeEach(async () => {
  ({ key } = await generateSigningKey());
  edge = new FakeEdge();
  files = createMemoryFiles();
  meta = createMemoryMeta();
  nowMs = START_MS;
});

describe('a first visit', () => {
  test('shows the first shelf before any larger file has been asked for', async () => {
    const version = await publish({ key, sequence: 2, nowMs });
    edge.publish(version);
    await openPage().start();
    const asked = edge.requests.filter((path) => path.startsWith('files/'));
    expect(asked[0]).toBe(`files/${digestOfKind(version, 'first-shelf')}`);
    expect(sent.map(({ kind }) => kind)).toEqual(['first-shelf', 'ready']);
  });

  test('asks for whole files only, each once', async () => {
    const version = await publish({ key, sequence: 2, nowMs });
    edge.publish(version);
    await openPage().start();
    const asked = edge.requests.filter((path) => path.startsWith('files/'));
    expect(asked.toSorted()).toEqual([...version.files.keys()].map((digest) => `files/${digest}`).toSorted());
  });

  test('without an edge says so and has nothing to rank with', async () => {
    edge.isReachable = false;
    await openPage().start();
    expect(failures()).toContainEqual({ code: 'edge-unreachable', isUsable: false });
    expect(lastVersion()).toBeUndefined();
  });
});

describe('a later visit', () => {
  let first: Published;
  beforeEach(async () => {
    first = await publish({ key, sequence: 2, nowMs });
    edge.publish(first);
    edge.put('live', await publishLive(key, nowMs));
    await openPage().start();
    edge.requests.length = 0;
  });

  test('fetches no file that is already stored', async () => {
    await openPage().start();
    expect(edge.requests.filter((path) => path.startsWith('files/'))).toEqual([]);
    expect(lastVersion()).toBe('v2-0123abcd');
  });

  test('works from what is stored while the edge is unreachable', async () => {
    edge.isReachable = false;
    const engine = openPage();
    await engine.start();
    expect(failures()).toEqual([]);
    expect(await ranked(engine)).toEqual([0, 1, 2, 3].map(itemId));
  });

  test('falls back once the stored version has expired and the edge is unreachable', async () => {
    edge.isReachable = false;
    nowMs = START_MS + DAY_MS;
    await openPage().start();
    expect(failures()).toContainEqual({ code: 'edge-unreachable', isUsable: false });
    expect(lastVersion()).toBeUndefined();
  });

  test('fetches a stored file again that the disk has damaged', async () => {
    const digest = digestOfKind(first, 'neighbors');
    await files.write(digest, utf8('damaged'));
    await openPage().start();
    expect(edge.requests).toContain(`files/${digest}`);
    expect(lastVersion()).toBe('v2-0123abcd');
  });

  test('fetches only the files that a new version changed, switches, and drops the old ones', async () => {
    const engine = openPage();
    await engine.start();
    const second = await publish({ key, sequence: 3, nowMs, lastShardSeed: 4 });
    edge.publish(second);
    edge.requests.length = 0;
    await engine.refresh();
    const changed = digestOfKind(second, 'items', 1);
    expect(edge.requests.filter((path) => path.startsWith('files/'))).toEqual([`files/${changed}`]);
    expect(lastVersion()).toBe('v3-0123abcd');
    expect((await files.digests()).toSorted()).toEqual([...second.files.keys()].toSorted());
  });

  test('sends no word of a manifest that is already in use', async () => {
    const engine = openPage();
    await engine.start();
    const before = sent.length;
    await engine.refresh();
    expect(sent.length).toBe(before);
  });

  test('turns shelves off as soon as the merchant says so, without another download', async () => {
    const engine = openPage();
    await engine.start();
    edge.put('live', await publishLive(key, nowMs, { sequence: 4, shelvesOff: true }));
    await engine.refresh();
    expect(sent.at(-1)).toEqual({ kind: 'shelves-off' });
  });

  test('refuses live facts older than those it has seen', async () => {
    const engine = openPage();
    await engine.start();
    edge.put('live', await publishLive(key, nowMs, { sequence: 2, shelvesOff: true }));
    await engine.refresh();
    expect(failures()).toEqual([{ code: 'live-invalid', isUsable: true }]);
  });
});

describe('a version that cannot be trusted leaves the one before in use and names why', () => {
  let engine: Engine;
  beforeEach(async () => {
    edge.publish(await publish({ key, sequence: 5, nowMs }));
    engine = openPage();
    await engine.start();
  });

  const bad: [name: string, code: string, put: () => Promise<void>][] = [
    [
      'a file with another digest',
      'digest-mismatch',
      async () => {
        const next = await publish({ key, sequence: 6, nowMs, lastShardSeed: 9 });
        edge.publish(next);
        const digest = digestOfKind(next, 'items', 1);
        const bytes = (next.files.get(digest) as Uint8Array).slice();
        bytes[20] = (bytes[20] as number) ^ 0x11;
        edge.put(`files/${digest}`, bytes);
      },
    ],
    [
      'a file cut short',
      'digest-mismatch',
      async () => {
        const next = await publish({ key, sequence: 6, nowMs, lastShardSeed: 9 });
        edge.publish(next);
        const digest = digestOfKind(next, 'items', 1);
        edge.put(`files/${digest}`, (next.files.get(digest) as Uint8Array).slice(0, -3));
      },
    ],
    [
      'a file longer than stated',
      'edge-refused',
      async () => {
        const next = await publish({ key, sequence: 6, nowMs, lastShardSeed: 9 });
        edge.publish(next);
        edge.put(`files/${digestOfKind(next, 'items', 1)}`, new Uint8Array(300_000));
      },
    ],
    [
      'a file of the version before in its place',
      'digest-mismatch',
      async () => {
        const next = await publish({ key, sequence: 6, nowMs, lastShardSeed: 9 });
        const before = await publish({ key, sequence: 5, nowMs });
        edge.publish(next);
        edge.put(
          `files/${digestOfKind(next, 'items', 1)}`,
          before.files.get(digestOfKind(before, 'items', 1)) as Uint8Array,
        );
      },
    ],
    [
      'a missing file',
      'edge-refused',
      async () => {
        const next = await publish({ key, sequence: 6, nowMs, lastShardSeed: 9 });
        edge.publish(next);
        edge.answers.set(`files/${digestOfKind(next, 'items', 1)}`, 404);
      },
    ],
    [
      'a catalog with fewer items than rows',
      'catalog-invalid',
      async () =>
        edge.publish(await publish({ key, sequence: 6, nowMs, lastShardSeed: 9, alter: (items) => items.slice(2) })),
    ],
    [
      'a link that would run script',
      'catalog-invalid',
      async () =>
        edge.publish(
          await publish({
            key,
            sequence: 6,
            nowMs,
            alter: (items) => items.map((item) => ({ ...item, url: 'javascript:alert(1)' })),
          }),
        ),
    ],
    [
      'a manifest signed by another key',
      'unknown-key',
      async () => {
        const other = (await generateSigningKey()).key;
        edge.publish(await publish({ key: other, sequence: 6, nowMs }));
      },
    ],
    [
      'a manifest changed after it was signed',
      'signature-invalid',
      async () => {
        const { envelope } = await publish({ key, sequence: 6, nowMs });
        const other = await publish({ key, sequence: 7, nowMs });
        edge.put('manifest', { ...envelope, payload: other.envelope.payload });
      },
    ],
    [
      'an expired manifest',
      'manifest-expired',
      async () => edge.publish(await publish({ key, sequence: 6, nowMs: nowMs - 2 * DAY_MS })),
    ],
    [
      'a manifest older than one seen',
      'manifest-older-than-seen',
      async () => edge.publish(await publish({ key, sequence: 4, nowMs })),
    ],
    [
      'a manifest of another shop',
      'manifest-invalid',
      async () => edge.publish(await publish({ key, sequence: 6, nowMs, shop: 'other-shop' as ShopId })),
    ],
    ['something that is no manifest', 'envelope-invalid', async () => edge.put('manifest', { hello: 'world' })],
    ['an answer of status 500', 'edge-refused', async () => void edge.answers.set('manifest', 500)],
  ];

  test.each(bad)('%s', async (_name, code, put) => {
    const storedBefore = (await files.digests()).length;
    await put();
    await engine.refresh();
    expect(failures()).toEqual([{ code, isUsable: true }]);
    expect(lastVersion()).toBe('v5-0123abcd');
    expect(await ranked(engine)).toEqual([0, 1, 2, 3].map(itemId));
    expect((await files.digests()).length).toBeGreaterThanOrEqual(storedBefore);
    await openPage().start();
    expect(lastVersion()).toBe('v5-0123abcd');
  });
});

describe('storage that is denied or full', () => {
  const broken: [name: string, breakIt: () => void][] = [
    [
      'that refuses every write',
      () => {
        files = { ...files, write: async () => Promise.reject(new DOMException('full', 'QuotaExceededError')) };
        meta = { ...meta, set: async () => Promise.reject(new DOMException('full', 'QuotaExceededError')) };
      },
    ],
    [
      'that refuses every call',
      () => {
        const deny = async () => Promise.reject(new DOMException('denied', 'SecurityError'));
        files = { read: deny, write: deny, digests: deny, remove: deny };
        meta = { get: deny, set: deny, clear: deny };
      },
    ],
  ];

  test.each(broken)('leaves a page %s with the model in memory', async (_name, breakIt) => {
    breakIt();
    edge.publish(await publish({ key, sequence: 2, nowMs }));
    edge.put('live', await publishLive(key, nowMs));
    const engine = openPage();
    await engine.start();
    expect(failures()).toEqual([]);
    expect(await ranked(engine)).toEqual([0, 1, 2, 3].map(itemId));
  });
});

test('the model digest that learning tasks name is the SHA-256 of the signed payload', async () => {
  const version = await publish({ key, sequence: 2, nowMs });
  edge.publish(version);
  await openPage().start();
  const ready = sent.find((message) => message.kind === 'ready');
  expect(ready?.model.modelDigest).toBe(await digestOf(utf8(JSON.stringify(version.manifest))));
});
