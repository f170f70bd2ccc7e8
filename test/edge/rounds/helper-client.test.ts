import { beforeAll, expect, test } from 'vitest';
import { createHelperClient } from '#edge/rounds/helper-client.ts';
import { unverifiedVectorSumVerifier } from '#privacy/unverified-vector-sum.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { signAnswer } from '#protocol/signed-answer.ts';
import { verifyRequest } from '#protocol/signed-request.ts';
import { createRoundFixture, helperPart, makeReports, NUM_PARAMS, type RoundFixture } from '../round-fixture.ts';

let fixture: RoundFixture;
let key: SigningKey;
let helperKey: SigningKey;

beforeAll(async () => {
  fixture = await createRoundFixture();
  ({ key } = await generateSigningKey());
  ({ key: helperKey } = await generateSigningKey());
});

function clientWith(fetch: (request: Request) => Promise<Response>) {
  const { task, taskId, nowMs } = fixture;
  const round = { shop: task.shop, taskId, task };
  return createHelperClient({ round, key, helperKey: helperKey.publicKey, fetch, now: () => nowMs });
}

/** A helper that answers this, signed. */
function helperWith(answer: () => Response, by: () => SigningKey = () => helperKey) {
  return clientWith((request) => signAnswer(answer(), { request, key: by(), nowMs: fixture.nowMs }));
}

const release = { count: 137, reportSetDigest: '6f'.repeat(32) as RoundFixture['task']['modelDigest'] };

test('signs what it sends, to the address of the task’s round at the helper', async () => {
  const reports = (await makeReports(fixture, 3)).map(helperPart);
  const { sizes } = unverifiedVectorSumVerifier({ length: NUM_PARAMS });
  let seen: Request | undefined;
  const client = clientWith(async (request) => {
    seen = request.clone();
    return signAnswer(new Response(new Uint8Array([1, 0, 1])), { request, key: helperKey, nowMs: fixture.nowMs });
  });
  const added = { kind: 'added', verifierMessage: new Uint8Array() };
  expect(await client.addBatch(7, { reports, sizes })).toEqual({
    kind: 'answered',
    value: [added, { kind: 'refused' }, added],
  });
  expect(seen?.url).toBe(`https://helper.example/v1/shops/mug-shop/tasks/${fixture.taskId}/batches`);
  const { body } = await verifyRequest(seen as Request, [key.publicKey], fixture.nowMs);
  expect(new DataView(body.buffer).getUint32(0, true)).toBe(7);
});

test.each([500, 502, 503, 429, 408, 401, 301])('will try again after status %i', async (status) => {
  expect(await helperWith(() => new Response(null, { status })).release(release)).toEqual({ kind: 'unavailable' });
});

test('will try again after a network failure', async () => {
  const client = clientWith(async () => {
    throw new TypeError('fetch failed');
  });
  expect(await client.release(release)).toEqual({ kind: 'unavailable' });
});

const problem = { code: 'report-sets-differ', title: 'They differ.' };

test.each([400, 403, 404, 409])('takes status %i for a no, with the code it came with', async (status) => {
  const answer = await helperWith(() => Response.json(problem, { status })).release(release);
  expect(answer).toEqual({ kind: 'refused', code: 'report-sets-differ' });
});

test('will try again where a no does not come from a party', async () => {
  expect(await helperWith(() => new Response('<html>', { status: 404 })).release(release)).toEqual({
    kind: 'unavailable',
  });
});

test.each([200, 409])('does not believe status %i without the helper’s signature', async (status) => {
  const unsigned = clientWith(async () => Response.json(problem, { status }));
  expect(await unsigned.release(release)).toEqual({ kind: 'unavailable' });
  const byAnother = helperWith(
    () => Response.json(problem, { status }),
    () => key,
  );
  expect(await byAnother.release(release)).toEqual({ kind: 'unavailable' });
});

test('reads of how many reports the helper has released', async () => {
  const answer = await helperWith(() => Response.json({ kind: 'released', count: 141 })).release(release);
  expect(answer).toEqual({ kind: 'answered', value: 141 });
});

test.each(['{}', '{"kind":"released"}', '{"kind":"released","count":0}', '{"kind":"open","received":3}', 'released'])(
  'does not take %s for a release',
  async (body) => {
    expect(await helperWith(() => new Response(body)).release(release)).toEqual({ kind: 'unavailable' });
  },
);

test.each<[string, 'answered' | 'unavailable']>([
  ['{"kind":"agreed"}', 'answered'],
  ['{"kind":"verify-key-differs"}', 'unavailable'],
  ['{}', 'unavailable'],
])('takes %s on the verify key as %s', async (body, kind) => {
  const answer = await helperWith(() => new Response(body)).agreeOnVerifyKey(new Uint8Array(80));
  expect(answer.kind).toBe(kind);
});

test('does not read an answer that goes on for ever', async () => {
  let isCanceled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(16_384)),
    cancel() {
      isCanceled = true;
    },
  });
  expect(await clientWith(async () => new Response(endless)).release(release)).toEqual({ kind: 'unavailable' });
  expect(isCanceled).toBe(true);
});
