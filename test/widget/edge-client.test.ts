import { expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import type { ShopId } from '#protocol/ids.ts';
import { createEdgePoster, createEdgeReader } from '#widget/edge-client.ts';

// At an origin of the shop's own, as a browser would send its cookies there unless it is told not to.
const ADDRESS = { edge: 'https://shop.example', shop: 'mug-shop' as ShopId };

test.each([
  ['read', (fetchFrom: typeof fetch) => createEdgeReader(ADDRESS, fetchFrom).read('open-tasks', 100)],
  ['sent', (fetchFrom: typeof fetch) => createEdgePoster(ADDRESS, fetchFrom).post('tasks/0/reports', utf8('sealed'))],
])('what is %s goes without cookies and referrer', async (_, ask) => {
  const requests: Request[] = [];
  const answer = await ask(async (url, init) => {
    requests.push(new Request(url as string, init));
    return new Response('[]');
  });
  expect(answer).toEqual({ kind: 'bytes', bytes: utf8('[]') });
  expect(requests.map(({ credentials, referrerPolicy }) => [credentials, referrerPolicy])).toEqual([
    ['omit', 'no-referrer'],
  ]);
});
