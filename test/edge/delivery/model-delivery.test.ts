import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bytes, fromBase64Url } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import type { Envelope } from '#protocol/envelope.ts';
import type { ShopId } from '#protocol/ids.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { type Manifest, signManifest } from '#protocol/manifest.ts';
import { registerShop, SHOP_ORIGIN, startTestParty, type TestParty } from '../local-parties.ts';
import {
  problemOf,
  publishTinyModel,
  putLive,
  putManifest,
  sendSigned,
  tinyFiles,
  tinyManifest,
} from '../publishing-fixture.ts';

let leader: TestParty;
let key: SigningKey;
let base: string;
/** The published model, sequence number 3. */
let envelope: Envelope;
let manifest: Manifest;

beforeAll(async () => {
  ({ key } = await generateSigningKey());
  leader = await startTestParty({ role: 'leader', identity: await generateSigningKey(), peerKey: '', shopKey: key });
  base = `${leader.origin}/v1/shops/mug-shop`;
  ({ envelope, manifest } = await publishTinyModel(leader.origin, key));
}, 30_000);

afterAll(() => leader.dispose());

describe('manifest', () => {
  test('is served as it was signed, to be asked for again soon', async () => {
    const response = await fetch(`${base}/manifest`);
    expect(await response.json()).toEqual(envelope);
    expect(response.headers.get('cache-control')).toBe('public, max-age=30, stale-while-revalidate=300');
  });

  test('is not sent again to who has it', async () => {
    const etag = (await fetch(`${base}/manifest`)).headers.get('etag') as string;
    expect(etag).toBe(`"${await digestOf(fromBase64Url(envelope.payload))}"`);
    const again = await fetch(`${base}/manifest`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect((await fetch(`${base}/manifest`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  test('published twice is published once', async () => {
    const response = await putManifest(leader.origin, envelope, key);
    expect([response.status, await response.json()]).toEqual([200, { kind: 'repeated' }]);
  });

  test.each([
    ['an older one', 2],
    ['another one with the same sequence number', 3],
  ])('is not replaced by %s', async (_, sequence) => {
    const other = await signManifest({ ...manifest, sequence, createdAtMs: 1 }, key);
    expect(await problemOf(await putManifest(leader.origin, other, key))).toEqual([409, 'manifest-older-than-seen']);
    expect(await (await fetch(`${base}/manifest`)).json()).toEqual(envelope);
  });

  test('needs every file that it lists, with the length it states', async () => {
    const missing = await tinyFiles('never uploaded');
    const files = manifest.files.map((file, i) => (i < 3 ? (missing[i] as (typeof missing)[0]).entry : file));
    const [last] = files.slice(-1) as [(typeof files)[0]];
    const signed = await signManifest(
      { ...manifest, sequence: 4, files: [...files.slice(0, -1), { ...last, bytes: 9 }] },
      key,
    );
    const response = await putManifest(leader.origin, signed, key);
    expect(response.status).toBe(409);
    const title = expect.stringMatching(/^4 files/);
    expect(await response.json()).toEqual({ code: 'files-missing', title });
    expect(await (await fetch(`${base}/manifest`)).json()).toEqual(envelope);
  });

  test.each<[string, Partial<Manifest>, [number, string]]>([
    ['another shop', { shop: 'other-shop' as ShopId }, [400, 'manifest-invalid']],
    ['a time that is over', { expiresAtMs: 1_700_000_000_000 }, [400, 'manifest-expired']],
  ])('is refused for %s', async (_, overrides, problem) => {
    const signed = await signManifest({ ...manifest, sequence: 5, ...overrides }, key);
    expect(await problemOf(await putManifest(leader.origin, signed, key))).toEqual(problem);
    expect(await (await fetch(`${base}/manifest`)).json()).toEqual(envelope);
  });

  test('is refused when it was changed after it was signed, and the one before stays', async () => {
    const signed = await signManifest({ ...manifest, sequence: 5 }, key);
    const other = await signManifest({ ...manifest, sequence: 6 }, key);
    const forged = { ...signed, payload: other.payload };
    expect(await problemOf(await putManifest(leader.origin, forged, key))).toEqual([403, 'signature-invalid']);
    expect(await (await fetch(`${base}/manifest`)).json()).toEqual(envelope);
  });

  test('is refused when another key signed it, even in a request of the right key', async () => {
    const { key: other } = await generateSigningKey();
    const signed = await signManifest({ ...manifest, sequence: 6 }, other);
    expect(await problemOf(await putManifest(leader.origin, signed, key))).toEqual([403, 'unknown-key']);
    expect(await (await fetch(`${base}/manifest`)).json()).toEqual(envelope);
  });

  test('of two publishers with one sequence number, one wins', async () => {
    const rivals = await Promise.all(
      [11, 12, 13, 14].map((createdAtMs) => signManifest({ ...manifest, sequence: 8, createdAtMs }, key)),
    );
    const answers = await Promise.all(rivals.map((rival) => putManifest(leader.origin, rival, key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    const winner = rivals[answers.findIndex(({ status }) => status === 200)];
    expect(await (await fetch(`${base}/manifest`)).json()).toEqual(winner);
  });
});

describe('the first shelf', () => {
  test('is that of the version published now, to be asked for again soon', async () => {
    const [shelf] = manifest.files.filter(({ kind }) => kind === 'first-shelf');
    const response = await fetch(`${base}/first-shelf`, { headers: { origin: SHOP_ORIGIN } });
    expect(await digestOf(new Uint8Array(await response.arrayBuffer()))).toBe(shelf?.digest);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300, stale-while-revalidate=86400');
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
    const etag = response.headers.get('etag') as string;
    expect((await fetch(`${base}/first-shelf`, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test('of a shop that has published nothing is no failure', async () => {
    await registerShop(leader.origin, 'empty-shop', (await generateSigningKey()).key);
    expect((await fetch(`${leader.origin}/v1/shops/empty-shop/first-shelf`)).status).toBe(204);
    expect((await fetch(`${leader.origin}/v1/shops/unknown-shop/first-shelf`)).status).toBe(404);
  });
});

describe('live', () => {
  test('is served as it was signed, and its sequence number only rises', async () => {
    expect((await putLive(leader.origin, key)).status).toBe(200);
    const response = await fetch(`${base}/live`);
    expect(response.headers.get('cache-control')).toContain('max-age=15');
    const sent = (await response.json()) as Envelope;
    expect(sent.payloadType).toBe('application/vnd.vitrine.live+json');
    const older = await putLive(leader.origin, key, { sequence: 6, shelvesOff: true });
    expect(await problemOf(older)).toEqual([409, 'live-older-than-seen']);
    const same = await putLive(leader.origin, key, { sequence: 7, shelvesOff: true });
    expect(await problemOf(same)).toEqual([409, 'live-older-than-seen']);
    expect((await putLive(leader.origin, key, { sequence: 8, shelvesOff: true })).status).toBe(200);
  });
});

describe('files', () => {
  let url: string;
  let bytes: Bytes;

  beforeAll(async () => {
    const [file] = await tinyFiles('model 3');
    if (!file) throw new Error('expected a file');
    ({ bytes } = file);
    url = `${base}/files/${file.entry.digest}`;
  });

  test('are immutable and named by their digest', async () => {
    const response = await fetch(url);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    expect(response.headers.get('cache-control')).toBe('public, immutable, max-age=31536000');
    expect(response.headers.get('etag')).toBe(`"${await digestOf(bytes)}"`);
    expect(response.headers.get('accept-ranges')).toBe('bytes');
  });

  test('are sent in part where a part is asked for', async () => {
    const response = await fetch(url, { headers: { range: 'bytes=5-11' } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes 5-11/${bytes.length}`);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes.slice(5, 12));
  });

  test('have no part behind their end', async () => {
    const response = await fetch(url, { headers: { range: 'bytes=9000-' } });
    expect(response.headers.get('content-range')).toBe(`bytes */${bytes.length}`);
    expect(await problemOf(response)).toEqual([416, 'range-not-satisfiable']);
  });

  test('are not sent again to who has them', async () => {
    const response = await fetch(url, { headers: { 'if-none-match': `"${await digestOf(bytes)}"` } });
    expect([response.status, await response.text()]).toEqual([304, '']);
  });

  test('tell their length to HEAD', async () => {
    const response = await fetch(url, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
    const unknown = await fetch(`${base}/files/${'ab'.repeat(32)}`, { method: 'HEAD' });
    expect(unknown.status).toBe(404);
  });

  test('are refused under another digest', async () => {
    const path = `/files/${'cd'.repeat(32)}`;
    const response = await sendSigned(leader.origin, { method: 'PUT', path, body: bytes }, { key });
    expect(await problemOf(response)).toEqual([400, 'digest-mismatch']);
    expect((await fetch(`${base}${path}`)).status).toBe(404);
  });

  test('are refused above 4 MiB', async () => {
    const long = new Uint8Array(4 * 1024 * 1024 + 1);
    const path = `/files/${await digestOf(long)}`;
    const response = await sendSigned(leader.origin, { method: 'PUT', path, body: long }, { key });
    expect(await problemOf(response)).toEqual([413, 'body-too-large']);
  });

  test('of one shop are nothing to another', async () => {
    expect(await problemOf(await fetch(url.replace('mug-shop', 'tea-shop')))).toEqual([404, 'unknown-shop']);
  });
});

describe('cross-origin reading', () => {
  test.each(['manifest', 'files/digest-of-a-file'])('of %s is for pages of the shop’s own origins', async (path) => {
    const url = `${base}/${path.replace('digest-of-a-file', manifest.files[0]?.digest ?? '')}`;
    const own = await fetch(url, { headers: { origin: SHOP_ORIGIN } });
    expect(own.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
    expect(own.headers.get('vary')).toMatch(/origin/i);
    expect(own.headers.has('access-control-allow-credentials')).toBe(false);
    const other = await fetch(url, { headers: { origin: 'https://mugs.example.evil' } });
    expect(other.headers.has('access-control-allow-origin')).toBe(false);
    const none = await fetch(url);
    expect(none.headers.has('access-control-allow-origin')).toBe(false);
  });

  test('of a problem too: a page must see which it is', async () => {
    const response = await fetch(`${base}/files/${'ef'.repeat(32)}`, { headers: { origin: SHOP_ORIGIN } });
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
  });

  test('is granted ahead to a browser that asks', async () => {
    const preflight = {
      origin: SHOP_ORIGIN,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'range',
    };
    const response = await fetch(`${base}/manifest`, { method: 'OPTIONS', headers: preflight });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
    expect(response.headers.get('access-control-allow-headers')).toContain('range');
  });
});

test('a shop without a second operator has no tasks, and says why', async () => {
  expect(await problemOf(await fetch(`${base}/open-tasks`))).toEqual([404, 'no-second-party']);
  const keys = await sendSigned(leader.origin, { method: 'POST', path: '/task-keys' }, { key });
  expect(await problemOf(keys)).toEqual([404, 'no-second-party']);
});

test('a new version shares the files that have not changed', async () => {
  const files = await tinyFiles('model 3');
  const next = tinyManifest(
    files.map(({ entry }) => entry),
    { sequence: 9 },
  );
  expect((await putManifest(leader.origin, await signManifest(next, key), key)).status).toBe(200);
});
