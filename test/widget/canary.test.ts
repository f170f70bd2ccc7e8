import { beforeEach, describe, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import type { Digest } from '#protocol/ids.ts';
import { isCanary } from '#widget/canary.ts';
import { createMemoryMeta } from '#widget/meta.ts';
import { createMemoryFiles } from './memory-files.ts';
import { publish, publishLive } from './published-shop.ts';
import { TestDevice } from './test-device.ts';

const MANIFEST = { digest: '5e'.repeat(32) as Digest, bytes: 7 };

describe('a device', () => {
  test('is among every share that is larger than the number it has drawn once', async () => {
    const meta = createMemoryMeta();
    const draws = [0.37, 0.01];
    const among = (share: number) => isCanary(meta, { manifest: MANIFEST, share }, () => draws.shift() as number);
    expect([await among(0.3), await among(0.37), await among(0.38), await among(1)]).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(draws).toEqual([0.01]);
  });

  test('draws nothing where no version is tried', async () => {
    const fail = () => expect.unreachable();
    expect(await isCanary(createMemoryMeta(), undefined, fail)).toBe(false);
    expect(await isCanary(createMemoryMeta(), { manifest: MANIFEST, share: 0 }, fail)).toBe(false);
  });

  test.each(['many', -0.2, 1, null])('draws anew where it has stored %s', async (stored) => {
    const meta = createMemoryMeta();
    await meta.set('canary-number', stored);
    expect(await isCanary(meta, { manifest: MANIFEST, share: 0.4 }, () => 0.37)).toBe(true);
    expect(await meta.get('canary-number')).toBe(0.37);
  });
});

describe('a version that a share of the devices tries first', () => {
  let device: TestDevice;
  /** The published version is 5, the tried one 6. */
  const offer = async (share: number, sequence: number) => {
    const tried = await publish({ key: device.key, sequence: 6, nowMs: device.nowMs, lastShardSeed: 9 });
    for (const [digest, bytes] of tried.files) device.edge.put(`files/${digest}`, bytes);
    const bytes = utf8(JSON.stringify(tried.envelope));
    const manifest = { digest: await digestOf(bytes), bytes: bytes.length };
    device.edge.put(`files/${manifest.digest}`, bytes);
    device.edge.put('live', await publishLive(device.key, device.nowMs, { sequence, canary: { manifest, share } }));
    return manifest;
  };
  beforeEach(async () => {
    device = await TestDevice.create();
    device.edge.publish(await publish({ key: device.key, sequence: 5, nowMs: device.nowMs }));
  });

  test.each([
    [0.36, 'v5-0123abcd'],
    [0.38, 'v6-0123abcd'],
  ])('with a share of %d is used or not, as the device’s number 0.37 says', async (share, version) => {
    await offer(share, 7);
    await device.openPage().start();
    expect(device.lastVersion).toBe(version);
    expect(device.failures).toEqual([]);
  });

  test('is left again when it is withdrawn, by a page that is open and by one that starts from what is stored', async () => {
    await offer(0.5, 7);
    const page = device.openPage();
    await page.start();
    await offer(0, 8);
    await page.refresh();
    expect(device.lastVersion).toBe('v5-0123abcd');
    await offer(0.5, 9);
    await page.refresh();
    expect(device.lastVersion).toBe('v6-0123abcd');
    await offer(0, 10);
    await device.openPage().start();
    expect(device.lastVersion).toBe('v5-0123abcd');
  });

  test('leaves the published one in use where it cannot be had', async () => {
    const manifest = await offer(1, 7);
    device.edge.put(`files/${manifest.digest}`, utf8('{}'));
    await device.openPage().start();
    expect(device.lastVersion).toBe('v5-0123abcd');
  });

  test('is asked for by the very same requests, whichever number was drawn below the share', async () => {
    await offer(0.5, 7);
    const requests: string[][] = [];
    for (const drawn of [0.01, 0.49]) {
      device.drawnNumber = drawn;
      device.meta = createMemoryMeta();
      device.files = createMemoryFiles();
      const before = device.edge.requests.length;
      await device.openPage().start();
      requests.push(device.edge.requests.slice(before));
    }
    expect(device.lastVersion).toBe('v6-0123abcd');
    expect(requests[0]?.toSorted()).toEqual(requests[1]?.toSorted());
  });
});
