import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ShopId } from '#protocol/ids.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { signTask } from '#protocol/task.ts';
import type { OperatorClient } from '#trainer/operator-client.ts';
import { OPERATOR_KEY, operatorAt, SHOP_ORIGIN, startTestParties } from '../local-parties.ts';
import { problemOf, publishTinyModel, putLive, SHOP, sendSigned } from '../publishing-fixture.ts';
import { draftTask, openTestTask, registerAt, type TestParties } from '../task-fixture.ts';

let parties: TestParties;
let operator: OperatorClient;
let origin: string;
let newKey: SigningKey;

beforeAll(async () => {
  parties = await startTestParties();
  ({ origin } = parties.leader);
  operator = operatorAt(origin);
  ({ key: newKey } = await generateSigningKey());
});

afterAll(() => Promise.all([parties.leader.dispose(), parties.helper.dispose()]));

const shop = (name: string) => name as ShopId;
const get = (path: string) => fetch(`${origin}/v1/shops/${path}`);

describe('an operator', () => {
  test('makes shops and lists them by their ids', async () => {
    for (const name of ['vase-shop', 'bowl-shop'])
      await operator.saveShop(shop(name), { allowedOrigins: [SHOP_ORIGIN] });
    const listed = (await operator.listShops()).map((listed) => `${listed.shop} ${listed.state}`);
    expect(listed).toEqual(['bowl-shop active', 'mug-shop active', 'vase-shop active']);
  });

  test('sets a shop’s origins, limits and region, and reads them back with their defaults', async () => {
    const settings = {
      allowedOrigins: ['https://bowls.example', 'http://127.0.0.1:4173'],
      limits: { reportsPerRound: 700 },
    };
    const { settings: saved } = await operator.saveShop(shop('bowl-shop'), { ...settings, region: 'weur' });
    expect(saved).toEqual({ ...settings, limits: { reportsPerRound: 700, storageBytes: 1024 ** 3 }, region: 'weur' });
    expect((await operator.findShop(shop('bowl-shop')))?.settings).toEqual(saved);
    const replaced = await operator.saveShop(shop('bowl-shop'), { allowedOrigins: ['https://bowls.example'] });
    expect(replaced.settings.region).toBeUndefined();
  });

  test.each([
    ['an origin with a path', { allowedOrigins: ['https://bowls.example/shop'] }],
    ['an origin in capitals, which no browser sends', { allowedOrigins: ['https://Bowls.example'] }],
    ['an origin with its scheme’s own port, likewise', { allowedOrigins: ['https://bowls.example:443'] }],
    ['any origin', { allowedOrigins: ['*'] }],
    ['no origin', { allowedOrigins: [] }],
    ['another scheme', { allowedOrigins: ['ftp://bowls.example'] }],
    ['an unknown region', { allowedOrigins: [SHOP_ORIGIN], region: 'moon' }],
    ['more reports than any round takes', { allowedOrigins: [SHOP_ORIGIN], limits: { reportsPerRound: 60_001 } }],
    ['an unknown field', { allowedOrigins: [SHOP_ORIGIN], publishingKey: 'k' }],
  ])('is refused %s', async (_, settings) => {
    const saving = operator.saveShop(shop('bowl-shop'), settings as never);
    await expect(saving).rejects.toMatchObject({ status: 400, code: 'bad-json' });
  });

  test('finds every change written down, with who made it, and a repeat only once', async () => {
    const name = shop('jug-shop');
    await operator.saveShop(name, { allowedOrigins: [SHOP_ORIGIN] });
    for (let time = 0; time < 2; time++) await operator.addKey(name, newKey.publicKey);
    for (let time = 0; time < 2; time++) await operator.setState(name, 'suspended');
    for (let time = 0; time < 2; time++) await operator.revokeKey(name, newKey.publicKey);
    const entries = await operator.auditLog(name);
    expect(entries.map(({ action, detail }) => [action, JSON.parse(detail)])).toEqual([
      ['key-revoked', { publicKey: newKey.publicKey }],
      ['state-set', { state: 'suspended' }],
      ['key-added', { publicKey: newKey.publicKey }],
      ['settings-set', expect.objectContaining({ allowedOrigins: [SHOP_ORIGIN] })],
    ]);
    expect(new Set(entries.map(({ by }) => by))).toEqual(new Set([OPERATOR_KEY.fingerprint]));
  });

  test('of another party is nobody here', async () => {
    const { key } = await generateSigningKey();
    await expect(operatorAt(origin, key).listShops()).rejects.toMatchObject({ status: 401 });
  });
});

describe('a publishing key', () => {
  test('may be one of several: while a shop changes its key both publish', async () => {
    await operator.addKey(SHOP, newKey.publicKey);
    await publishTinyModel(origin, parties.shopKey, { sequence: 4 });
    await publishTinyModel(origin, newKey, { sequence: 5 });
    expect((await get(`${SHOP}/manifest`)).status).toBe(200);
  });

  test('that is revoked signs nothing any more, and what it has signed is served no longer', async () => {
    expect((await putLive(origin, parties.shopKey, { sequence: 8 })).status).toBe(200);
    const { envelope } = await publishTinyModel(origin, newKey, { sequence: 6 });
    await operator.revokeKey(SHOP, newKey.publicKey);
    expect(await problemOf(await get(`${SHOP}/manifest`))).toEqual([404, 'no-manifest']);
    expect((await get(`${SHOP}/first-shelf`)).status).toBe(204);
    expect((await get(`${SHOP}/live`)).status).toBe(200); // signed by the other key
    const refused = await sendSigned(origin, { method: 'GET', path: '/ledger' }, { key: newKey });
    expect(await problemOf(refused)).toEqual([401, 'bad-request-signature']);
    // Nor does another key's request publish what it has signed.
    const passedOn = { method: 'PUT', path: '/manifest', body: JSON.stringify(envelope) };
    const answer = await sendSigned(origin, passedOn, { key: parties.shopKey });
    expect(await problemOf(answer)).toEqual([403, 'unknown-key']);
    await publishTinyModel(origin, parties.shopKey, { sequence: 7 });
    expect((await get(`${SHOP}/manifest`)).status).toBe(200);
  });

  test('that is revoked does not come back, nor does one that was revoked before it was added', async () => {
    const { key } = await generateSigningKey();
    await operator.revokeKey(SHOP, key.publicKey);
    for (const { publicKey } of [newKey, key]) {
      await expect(operator.addKey(SHOP, publicKey)).rejects.toMatchObject({ status: 409, code: 'key-revoked' });
    }
  });

  test('that is revoked has no open task any more', async () => {
    const { key } = await generateSigningKey();
    for (const { origin } of [parties.leader, parties.helper]) await operatorAt(origin).addKey(SHOP, key.publicKey);
    await openTestTask({ ...parties, shopKey: key });
    expect(await (await get(`${SHOP}/open-tasks`)).json()).toHaveLength(1);
    await operator.revokeKey(SHOP, key.publicKey);
    expect(await (await get(`${SHOP}/open-tasks`)).json()).toEqual([]);
    // What both parties agreed on with it stays in the ledger, and is taken from a copy.
    const ledger = await sendSigned(origin, { method: 'GET', path: '/ledger' }, { key: parties.shopKey });
    const body = await ledger.text();
    expect(JSON.parse(body).entries).toHaveLength(1);
    const kept = await sendSigned(origin, { method: 'POST', path: '/ledger', body }, { key: parties.shopKey });
    expect(kept.status).toBe(200);
  });
});

test('a task that asks for more reports than the shop’s limit is refused by each party', async () => {
  const helperOperator = operatorAt(parties.helper.origin);
  await helperOperator.saveShop(SHOP, { allowedOrigins: [SHOP_ORIGIN], limits: { reportsPerRound: 399 } });
  const task = await draftTask(parties);
  expect(task.maxBatch).toBe(400);
  const envelope = await signTask(task, parties.shopKey);
  expect(await problemOf(await registerAt(parties.helper, envelope, parties.shopKey))).toEqual([403, 'task-too-large']);
  await helperOperator.saveShop(SHOP, { allowedOrigins: [SHOP_ORIGIN], limits: { reportsPerRound: 400 } });
  expect((await registerAt(parties.helper, envelope, parties.shopKey)).status).toBe(200);
});

test('a suspended shop serves and takes nothing, and goes on as it was', async () => {
  await operator.setState(SHOP, 'suspended');
  for (const path of ['manifest', 'live', 'first-shelf', 'open-tasks', `files/${'ab'.repeat(32)}`]) {
    expect(await problemOf(await get(`${SHOP}/${path}`))).toEqual([403, 'shop-suspended']);
  }
  const published = await putLive(origin, parties.shopKey, { sequence: 9 });
  expect(await problemOf(published)).toEqual([403, 'shop-suspended']);
  expect((await operator.findShop(SHOP))?.state).toBe('suspended');
  await operator.setState(SHOP, 'active');
  expect((await get(`${SHOP}/manifest`)).status).toBe(200);
});

test('a deleted shop is gone at once, leaves no file, key, task or round, and its id is not given again', async () => {
  const { storage } = parties.leader.running;
  const [files, keys, db] = await Promise.all([
    storage.getR2Bucket('FILES'),
    storage.getR2Bucket('KEYS'),
    storage.getD1Database('DB'),
  ]);
  const listed = async () => [...(await files.list()).objects, ...(await keys.list()).objects].map(({ key }) => key);
  expect((await listed()).length).toBeGreaterThan(5);
  await operator.deleteShop(SHOP);
  expect(await problemOf(await get(`${SHOP}/manifest`))).toEqual([404, 'unknown-shop']);
  const signed = await sendSigned(origin, { method: 'GET', path: '/ledger' }, { key: parties.shopKey });
  expect(await problemOf(signed)).toEqual([404, 'unknown-shop']);
  await expect.poll(listed).toEqual([]);
  const cleared = () => db.prepare('SELECT cleared_at_ms FROM shops WHERE shop = ?').bind(SHOP).first('cleared_at_ms');
  await expect.poll(cleared).toBeTypeOf('number');
  for (const table of ['tasks', 'versions', 'ledger', 'shop_keys']) {
    expect(await db.prepare(`SELECT count(*) AS n FROM ${table} WHERE shop = ?`).bind(SHOP).first('n')).toBe(0);
  }
  await operator.deleteShop(SHOP); // changes nothing
  await expect(operator.saveShop(SHOP, { allowedOrigins: [SHOP_ORIGIN] })).rejects.toMatchObject({
    code: 'shop-deleted',
  });
  expect((await operator.listShops()).map((entry) => entry.shop)).not.toContain(SHOP);
});
