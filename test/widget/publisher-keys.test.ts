import { beforeEach, describe, expect, test } from 'vitest';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { createMemoryMeta } from '#widget/meta.ts';
import { createPublisherKeys } from '#widget/publisher-keys.ts';
import { publish, publishLive } from './published-shop.ts';
import { TestDevice } from './test-device.ts';

let device: TestDevice;
let spare: SigningKey;
beforeEach(async () => {
  device = await TestDevice.create();
  ({ key: spare } = await generateSigningKey());
  device.trustedKeys = [device.key.fingerprint, spare.fingerprint];
});

async function publishBoth(key: SigningKey, sequence: number, facts = {}): Promise<void> {
  device.edge.publish(await publish({ key, sequence, nowMs: device.nowMs }));
  device.edge.put('live', await publishLive(key, device.nowMs, { sequence, ...facts }));
}

describe('while a shop changes its key', () => {
  test('a device takes what either key has signed', async () => {
    await publishBoth(device.key, 5);
    const page = device.openPage();
    await page.start();
    expect(device.lastVersion).toBe('v5-0123abcd');
    await publishBoth(spare, 6);
    await page.refresh();
    expect(device.lastVersion).toBe('v6-0123abcd');
    expect(device.failures).toEqual([]);
  });

  test('a device refuses a key that its tag does not name', async () => {
    device.trustedKeys = [device.key.fingerprint];
    await publishBoth(spare, 5);
    await device.openPage().start();
    expect(device.lastVersion).toBeUndefined();
    expect(device.failures.map(({ code }) => code)).toContain('unknown-key');
  });
});

describe('a revoked key', () => {
  const revoke = () => ({ revokedKeys: [device.key.fingerprint] });

  test('has its model taken off the page with the next live message, before there is another', async () => {
    await publishBoth(device.key, 5);
    const page = device.openPage();
    await page.start();
    expect(device.sent.at(-1)?.kind).toBe('ready');
    device.edge.put('live', await publishLive(spare, device.nowMs, { sequence: 6, ...revoke() }));
    await page.refresh();
    expect(device.sent.map(({ kind }) => kind)).toContain('shelves-off');
    expect(device.sent.at(-1)).toMatchObject({ kind: 'failed', code: 'unknown-key' });
    await publishBoth(spare, 7, revoke());
    await page.refresh();
    expect(device.sent.at(-1)).toMatchObject({ kind: 'ready', model: { version: 'v7-0123abcd' } });
  });

  test('signs nothing any more that a later page would take, not even what is stored', async () => {
    await publishBoth(device.key, 5);
    await device.openPage().start();
    device.edge.put('live', await publishLive(spare, device.nowMs, { sequence: 6, ...revoke() }));
    await device.openPage().start();
    // The thief's own message, which would let the key in again.
    await publishBoth(device.key, 9);
    const page = device.openPage();
    await page.start();
    expect(device.lastVersion).toBeUndefined();
    expect(device.failures.map(({ code }) => code)).toContain('unknown-key');
  });

  test('has no version taken that arrives with the message that revokes it', async () => {
    device.edge.publish(await publish({ key: device.key, sequence: 5, nowMs: device.nowMs }));
    device.edge.put('live', await publishLive(spare, device.nowMs, { sequence: 6, ...revoke() }));
    await device.openPage().start();
    expect(device.lastVersion).toBeUndefined();
    expect(device.failures.map(({ code }) => code)).toContain('unknown-key');
  });
});

test('a key can’t revoke one that the tag names after it, itself, or one that it does not name', async () => {
  const { key: stranger } = await generateSigningKey();
  const keys = createPublisherKeys([device.key.fingerprint, spare.fingerprint], createMemoryMeta);
  await keys.revoke([spare.fingerprint, device.key.fingerprint], device.key.fingerprint);
  await keys.revoke([spare.fingerprint, stranger.fingerprint], spare.fingerprint);
  await keys.revoke([device.key.fingerprint, spare.fingerprint], stranger.fingerprint);
  expect(await keys.trusted()).toEqual([device.key.fingerprint, spare.fingerprint]);
  await keys.revoke([device.key.fingerprint], spare.fingerprint);
  expect(await keys.trusted()).toEqual([spare.fingerprint]);
});

test('what a device has stored of revoked keys may be damaged: it then hears of them again', async () => {
  const meta = createMemoryMeta();
  await meta.set('revoked-keys', 'nonsense');
  const keys = createPublisherKeys([device.key.fingerprint], () => meta);
  expect(await keys.trusted()).toEqual([device.key.fingerprint]);
});
