import { beforeAll, expect, test } from 'vitest';
import { createHelperClient } from '#edge/helper-client.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { verifyRequest } from '#protocol/signed-request.ts';
import { createRoundFixture, helperPart, makeReports, type RoundFixture } from './round-fixture.ts';

let fixture: RoundFixture;
let key: SigningKey;

beforeAll(async () => {
  fixture = await createRoundFixture();
  ({ key } = await generateSigningKey());
});

function clientWith(fetch: (request: Request) => Promise<Response>) {
  const { task, taskId, nowMs } = fixture;
  return createHelperClient({ round: { shop: task.shop, taskId, task }, key, fetch, now: () => nowMs });
}

const release = { count: 137, reportSetDigest: '6f'.repeat(32) as RoundFixture['task']['modelDigest'] };

test('signs what it sends, to the address of the task’s round at the helper', async () => {
  const reports = (await makeReports(fixture, 3)).map(helperPart);
  let seen: Request | undefined;
  const client = clientWith(async (request) => {
    seen = request;
    return new Response(new Uint8Array([1, 0, 1]));
  });
  expect(await client.addBatch(7, reports)).toEqual({ kind: 'answered', value: new Uint8Array([1, 0, 1]) });
  expect(seen?.url).toBe(`https://helper.example/v1/shops/mug-shop/tasks/${fixture.taskId}/batches`);
  const body = await verifyRequest(seen as Request, key.publicKey, fixture.nowMs);
  expect(new DataView(body.buffer).getUint32(0, true)).toBe(7);
});

test.each([500, 502, 503, 429, 408, 401, 301])('will try again after status %i', async (status) => {
  expect(await clientWith(async () => new Response(null, { status })).release(release)).toEqual({
    kind: 'unavailable',
  });
});

test('will try again after a network failure', async () => {
  const client = clientWith(async () => {
    throw new TypeError('fetch failed');
  });
  expect(await client.release(release)).toEqual({ kind: 'unavailable' });
});

test.each([400, 403, 404, 409])('takes status %i for a no, with the code it came with', async (status) => {
  const problem = { code: 'report-sets-differ', title: 'They differ.' };
  const answer = await clientWith(async () => Response.json(problem, { status })).release(release);
  expect(answer).toEqual({ kind: 'refused', code: 'report-sets-differ' });
});

test('will try again where a no does not come from a party', async () => {
  const client = clientWith(async () => new Response('<html>', { status: 404 }));
  expect(await client.release(release)).toEqual({ kind: 'unavailable' });
});
