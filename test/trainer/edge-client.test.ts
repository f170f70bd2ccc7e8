import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Digest } from '#protocol/ids.ts';
import { generateSigningKey } from '#protocol/keys.ts';
import { EdgeClient } from '#trainer/edge-client.ts';
import { SHOP } from '../protocol/manifest-fixture.ts';

const DIGEST = 'ab'.repeat(32) as Digest;
let server: Server | undefined;
afterEach(() => server?.close());

/** An edge that hangs up on some requests, counted from 0, and has every file. */
async function edgeThatHangsUpOn(isHungUp: (index: number) => boolean) {
  let numRequests = 0;
  server = createServer((request, response) => {
    if (isHungUp(numRequests++)) request.socket.destroy();
    else response.end();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { key } = await generateSigningKey();
  const origin = `http://127.0.0.1:${port}`;
  return { client: new EdgeClient({ origin, shop: SHOP, key, checkParty: async () => {} }), count: () => numRequests };
}

test('a request whose connection was closed is sent once more', async () => {
  const { client, count } = await edgeThatHangsUpOn((index) => index === 1);
  expect(await client.hasFile(DIGEST)).toBe(true);
  expect(await client.hasFile(DIGEST)).toBe(true);
  expect(count()).toBe(3);
});

test('and no more than once', async () => {
  const { client, count } = await edgeThatHangsUpOn(() => true);
  await expect(client.hasFile(DIGEST)).rejects.toThrow(/expected an edge at .* but nothing answers there/);
  expect(count()).toBe(2);
});

test('where nothing listens, it is not', async () => {
  const { client } = await edgeThatHangsUpOn(() => false);
  server?.close();
  await expect(client.hasFile(DIGEST)).rejects.toThrow(/nothing answers there/);
});
