import type { D1Database, R2Bucket } from '@cloudflare/workers-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { type Manifest, signManifest } from '#protocol/manifest.ts';
import { operatorAt, SHOP_ORIGIN, startTestParty, type TestParty } from '../local-parties.ts';
import {
  problemOf,
  publishTinyModel,
  putLive,
  putManifest,
  SHOP,
  sendSigned,
  tinyFiles,
  tinyManifest,
} from '../publishing-fixture.ts';

let leader: TestParty;
let key: SigningKey;
let db: D1Database;
let files: R2Bucket;

beforeAll(async () => {
  ({ key } = await generateSigningKey());
  leader = await startTestParty({ role: 'leader', identity: await generateSigningKey(), peerKey: '', shopKey: key });
  const { storage } = leader.running;
  db = await storage.getD1Database('DB');
  files = (await storage.getR2Bucket('FILES')) as unknown as R2Bucket;
});

afterAll(() => leader.dispose());

const get = (path: string) => fetch(`${leader.origin}/v1/shops/${SHOP}/${path}`);
const digestsOf = ({ files }: Manifest) => files.map(({ digest }) => digest);
const statusesOf = (manifest: Manifest) =>
  Promise.all(digestsOf(manifest).map(async (digest) => (await get(`files/${digest}`)).status));

async function upload(label: string): Promise<{ readonly digest: string; readonly bytes: number }> {
  const content = utf8(label);
  const digest = await digestOf(content);
  const answer = await sendSigned(leader.origin, { method: 'PUT', path: `/files/${digest}`, body: content }, { key });
  expect(answer.status).toBe(200);
  return { digest, bytes: content.length };
}

/** As if everything had been sent two days ago. */
const age = () => db.prepare('UPDATE files SET wanted_at_ms = wanted_at_ms - 172800000').run();
/** A publication has the party look for what may go. */
const sequence = { next: 3 };
const publishNext = () => publishTinyModel(leader.origin, key, { sequence: sequence.next++ });
const numCondemned = () => db.prepare('SELECT count(*) AS n FROM files WHERE condemned_at_ms IS NOT NULL').first('n');

describe('a file', () => {
  test('that no version needs goes after a day, its object too; one that was just sent stays', async () => {
    const old = await upload('sent for a version that never came');
    await age();
    const young = await upload('sent for a version to come');
    const { manifest } = await publishNext();
    await expect.poll(async () => (await get(`files/${old.digest}`)).status).toBe(404);
    expect((await get(`files/${young.digest}`)).status).toBe(200);
    expect(await statusesOf(manifest)).toEqual(manifest.files.map(() => 200));
    const { objects } = await files.list({ prefix: `${SHOP}/${old.digest}` });
    expect(objects).toEqual([]);
  });

  test('of one of the last six versions stays however old it is, one of a seventh goes', async () => {
    const published: Manifest[] = [];
    for (let version = 0; version < 7; version++) published.push((await publishNext()).manifest);
    await age();
    await publishNext();
    const [first, second, third] = published as [Manifest, Manifest, Manifest];
    await expect.poll(() => statusesOf(first)).toEqual(first.files.map(() => 404));
    expect(await statusesOf(second)).toEqual(second.files.map(() => 404));
    expect(await statusesOf(third)).toEqual(third.files.map(() => 200));
    expect(await numCondemned()).toBe(0);
  });

  test('of a canary stays as long as the live message names it', async () => {
    const tried = await tinyFiles('a canary');
    for (const { entry, bytes } of tried) {
      await sendSigned(leader.origin, { method: 'PUT', path: `/files/${entry.digest}`, body: bytes }, { key });
    }
    const manifest = tinyManifest(
      tried.map(({ entry }) => entry),
      { sequence: 99 },
    );
    const file = await upload(JSON.stringify(await signManifest(manifest, key)));
    const canary = { manifest: file as never, share: 0.25 };
    expect((await putLive(leader.origin, key, { sequence: 11, canary })).status).toBe(200);
    const orphan = await upload('beside the canary');
    await age();
    await publishNext();
    await expect.poll(async () => (await get(`files/${orphan.digest}`)).status).toBe(404);
    expect(await statusesOf(manifest)).toEqual(manifest.files.map(() => 200));
    await putLive(leader.origin, key, { sequence: 12 });
    await publishNext();
    await expect.poll(() => statusesOf(manifest)).toEqual(manifest.files.map(() => 404));
  });
});

test('a canary whose files are not all there is refused', async () => {
  const file = await upload(
    JSON.stringify(await signManifest(tinyManifest((await tinyFiles('nowhere')).map(({ entry }) => entry)), key)),
  );
  const answer = await putLive(leader.origin, key, { sequence: 20, canary: { manifest: file as never, share: 0.5 } });
  expect(await problemOf(answer)).toEqual([409, 'files-missing']);
});

test('a version of which a file is being deleted is not published, and is once that was sent again', async () => {
  const manifest = tinyManifest(
    (await tinyFiles('model of a slow publisher')).map(({ entry }) => entry),
    { sequence: 500 },
  );
  for (const { entry, bytes } of await tinyFiles('model of a slow publisher')) {
    await sendSigned(leader.origin, { method: 'PUT', path: `/files/${entry.digest}`, body: bytes }, { key });
  }
  const [condemned] = digestsOf(manifest);
  const before = await db.prepare('SELECT object FROM files WHERE digest = ?').bind(condemned).first('object');
  await db.prepare('UPDATE files SET condemned_at_ms = 1 WHERE digest = ?').bind(condemned).run();
  const envelope = await signManifest(manifest, key);
  expect(await problemOf(await putManifest(leader.origin, envelope, key))).toEqual([409, 'files-missing']);
  await upload(`model of a slow publisher ${manifest.files[0]?.kind} ${'x'.repeat(73)}`);
  const after = await db.prepare('SELECT object FROM files WHERE digest = ?').bind(condemned).first('object');
  expect(after).not.toBe(before);
  // What was to be deleted can go now, and takes nothing along.
  await files.delete(before as string);
  expect((await putManifest(leader.origin, envelope, key)).status).toBe(200);
  expect(await statusesOf(manifest)).toEqual(manifest.files.map(() => 200));
});

test('the same file sent many times at once leaves one object', async () => {
  const sent = await Promise.all(Array.from({ length: 6 }, () => upload('sent by six at once')));
  const { objects } = await files.list({ prefix: `${SHOP}/${sent[0]?.digest}` });
  expect(objects).toHaveLength(1);
});

test('a publisher hears what is missing, by length too', async () => {
  const there = await upload('there');
  const asked = [there, { ...there, bytes: 9 }, { digest: '7c'.repeat(32), bytes: 5 }];
  const answer = await sendSigned(
    leader.origin,
    { method: 'POST', path: '/missing-files', body: JSON.stringify({ files: asked.slice(1) }) },
    { key },
  );
  expect(await answer.json()).toEqual({ missing: [there.digest, '7c'.repeat(32)] });
});

test('files beyond the shop’s limit are refused, those that it has are not', async () => {
  const there = await upload('there before the limit');
  const used = Number(await db.prepare('SELECT sum(bytes) AS n FROM files').first('n'));
  await operatorAt(leader.origin).saveShop(SHOP, { allowedOrigins: [SHOP_ORIGIN], limits: { storageBytes: used + 5 } });
  const content = utf8('more than five bytes');
  const path = `/files/${await digestOf(content)}`;
  expect(await problemOf(await sendSigned(leader.origin, { method: 'PUT', path, body: content }, { key }))).toEqual([
    507,
    'storage-limit',
  ]);
  expect((await upload('there before the limit')).digest).toBe(there.digest);
});

test('files of 0.1.0, which no table names, are served until the shop has published with this release', async () => {
  const content = utf8('of the first release');
  const digest = await digestOf(content);
  await files.put(`${SHOP}/${digest}`, content);
  expect(await (await get(`files/${digest}`)).text()).toBe('of the first release');
  expect((await get(`files/${digest}`)).headers.get('content-length')).toBe('20');
});
