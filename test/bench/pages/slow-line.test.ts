import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { SlowLine } from '../../../bench/pages/slow-line.ts';

const BODY = Uint8Array.from({ length: 200_003 }, (_, at) => (at * 31) % 251);
/** Half a second for that body. */
const SPEED = { downBitsPerSecond: 3_200_000, upBitsPerSecond: 400_000, roundTripMs: 40 };

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function openLine() {
  const server = createServer(({ url }, response) => void response.end(url === '/small' ? 'here' : BODY));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = await new SlowLine(SPEED).open((server.address() as AddressInfo).port);
  closers.push(
    end.close,
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return { origin: `http://127.0.0.1:${end.port}`, close: end.close };
}

test('what goes through a slow line arrives whole, on all connections', async () => {
  const { origin } = await openLine();
  const answers = await Promise.all([1, 2].map(async () => (await fetch(`${origin}/large`)).bytes()));
  expect(answers).toEqual([BODY, BODY]);
});

test('a small answer does not wait for a large one that began before it', async () => {
  const { origin } = await openLine();
  const large = await fetch(`${origin}/large`);
  let isLargeHere = false;
  const reading = large.bytes().then(() => {
    isLargeHere = true;
  });
  expect(await (await fetch(`${origin}/small`)).text()).toBe('here');
  expect(isLargeHere).toBe(false);
  await reading;
});

test('a line that was cut answers nothing', async () => {
  const { origin, close } = await openLine();
  await close();
  await expect(fetch(origin)).rejects.toThrow(/fetch failed/);
});
