import { beforeEach, describe, expect, test } from 'vitest';
import type { ShopId } from '#protocol/ids.ts';
import { generateSigningKey } from '#protocol/keys.ts';
import { digestOfKind, itemId, publish } from './published-shop.ts';
import { TestDevice, type TestPage } from './test-device.ts';

const DAY_MS = 86_400_000;

let device: TestDevice;
beforeEach(async () => {
  device = await TestDevice.create();
});

describe('a version that cannot be trusted leaves the one before in use and names why', () => {
  let page: TestPage;
  beforeEach(async () => {
    device.edge.publish(await publish({ key: device.key, sequence: 5, nowMs: device.nowMs }));
    page = device.openPage();
    await page.start();
  });

  const bad: [name: string, code: string, put: () => Promise<void>][] = [
    [
      'a file with another digest',
      'digest-mismatch',
      async () => {
        const next = await publish({ key: device.key, sequence: 6, nowMs: device.nowMs, lastShardSeed: 9 });
        device.edge.publish(next);
        const digest = digestOfKind(next, 'items', 1);
        const bytes = (next.files.get(digest) as Uint8Array).slice();
        bytes[20] = (bytes[20] as number) ^ 0x11;
        device.edge.put(`files/${digest}`, bytes);
      },
    ],
    [
      'a file cut short',
      'digest-mismatch',
      async () => {
        const next = await publish({ key: device.key, sequence: 6, nowMs: device.nowMs, lastShardSeed: 9 });
        device.edge.publish(next);
        const digest = digestOfKind(next, 'items', 1);
        device.edge.put(`files/${digest}`, (next.files.get(digest) as Uint8Array).slice(0, -3));
      },
    ],
    [
      'a file longer than stated',
      'edge-refused',
      async () => {
        const next = await publish({ key: device.key, sequence: 6, nowMs: device.nowMs, lastShardSeed: 9 });
        device.edge.publish(next);
        device.edge.put(`files/${digestOfKind(next, 'items', 1)}`, new Uint8Array(300_000));
      },
    ],
    [
      'a file of the version before in its place',
      'digest-mismatch',
      async () => {
        const next = await publish({ key: device.key, sequence: 6, nowMs: device.nowMs, lastShardSeed: 9 });
        const before = await publish({ key: device.key, sequence: 5, nowMs: device.nowMs });
        device.edge.publish(next);
        device.edge.put(
          `files/${digestOfKind(next, 'items', 1)}`,
          before.files.get(digestOfKind(before, 'items', 1)) as Uint8Array,
        );
      },
    ],
    [
      'a missing file',
      'edge-refused',
      async () => {
        const next = await publish({ key: device.key, sequence: 6, nowMs: device.nowMs, lastShardSeed: 9 });
        device.edge.publish(next);
        device.edge.answers.set(`files/${digestOfKind(next, 'items', 1)}`, 404);
      },
    ],
    [
      'a catalog with fewer items than rows',
      'catalog-invalid',
      async () =>
        device.edge.publish(
          await publish({
            key: device.key,
            sequence: 6,
            nowMs: device.nowMs,
            lastShardSeed: 9,
            alter: (items) => items.slice(2),
          }),
        ),
    ],
    [
      'a link that would run script',
      'catalog-invalid',
      async () =>
        device.edge.publish(
          await publish({
            key: device.key,
            sequence: 6,
            nowMs: device.nowMs,
            alter: (items) => items.map((item) => ({ ...item, url: 'javascript:alert(1)' })),
          }),
        ),
    ],
    [
      'a manifest signed by another key',
      'unknown-key',
      async () => {
        const other = (await generateSigningKey()).key;
        device.edge.publish(await publish({ key: other, sequence: 6, nowMs: device.nowMs }));
      },
    ],
    [
      'a manifest changed after it was signed',
      'signature-invalid',
      async () => {
        const { envelope } = await publish({ key: device.key, sequence: 6, nowMs: device.nowMs });
        const other = await publish({ key: device.key, sequence: 7, nowMs: device.nowMs });
        device.edge.put('manifest', { ...envelope, payload: other.envelope.payload });
      },
    ],
    [
      'an expired manifest',
      'manifest-expired',
      async () =>
        device.edge.publish(await publish({ key: device.key, sequence: 6, nowMs: device.nowMs - 2 * DAY_MS })),
    ],
    [
      'a manifest older than one seen',
      'manifest-older-than-seen',
      async () => device.edge.publish(await publish({ key: device.key, sequence: 4, nowMs: device.nowMs })),
    ],
    [
      'a manifest of another shop',
      'manifest-invalid',
      async () =>
        device.edge.publish(
          await publish({ key: device.key, sequence: 6, nowMs: device.nowMs, shop: 'other-shop' as ShopId }),
        ),
    ],
    ['something that is no manifest', 'envelope-invalid', async () => device.edge.put('manifest', { hello: 'world' })],
    ['an answer of status 500', 'edge-refused', async () => void device.edge.answers.set('manifest', 500)],
  ];

  test.each(bad)('%s', async (_name, code, put) => {
    const storedBefore = (await device.files.digests()).length;
    await put();
    await page.refresh();
    expect(device.failures).toEqual([{ code, isUsable: true }]);
    expect(device.lastVersion).toBe('v5-0123abcd');
    expect(await device.rank(page)).toEqual([0, 1, 2, 3].map(itemId));
    expect((await device.files.digests()).length).toBeGreaterThanOrEqual(storedBefore);
    await device.openPage().start();
    expect(device.lastVersion).toBe('v5-0123abcd');
  });
});
