import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { epsilonOf } from '#privacy/accountant.ts';
import { noiseOnSum, releaseUnits } from '#privacy/noise.ts';
import { sensitivityOf } from '#privacy/sensitivity.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import { openVerifyKey, sealVerifyKey } from '#privacy/verify-key.ts';
import { type Bytes, utf8 } from '#protocol/bytes.ts';
import { cosignEnvelope, EnvelopeSchema, openEnvelope, signEnvelope } from '#protocol/envelope.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { reportsPerStep } from '#protocol/helper-batch.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { LedgerSchema, openLedgerEntry } from '#protocol/ledger.ts';
import { parseJson, readJson } from '#protocol/parse.ts';
import {
  AggregateShareSchema,
  PartyIdentitySchema,
  ProblemSchema,
  ReleaseRequestSchema,
  ReportReceiptSchema,
  RoundStateSchema,
  TaskKeySchema,
} from '#protocol/round-messages.ts';
import { ShopSettingsSchema } from '#protocol/shop.ts';
import { signAnswer, verifyAnswer } from '#protocol/signed-answer.ts';
import { signRequest, verifyRequest } from '#protocol/signed-request.ts';
import { openTask, type Task } from '#protocol/task.ts';
import { sampleTask } from '../protocol/sample-task.ts';
import { createKindFixture, KINDS, type KindFixture } from './kind-fixture.ts';
import { mutatedJson } from './mutated-json.ts';

const PAYLOAD_TYPE = 'application/vnd.vitrine.task+json';
const NOW_MS = 1_900_000_000_000;

let trainer: SigningKey;
let helper: SigningKey;
let fixture: KindFixture;

beforeAll(async () => {
  ({ key: trainer } = await generateSigningKey());
  ({ key: helper } = await generateSigningKey());
  fixture = await createKindFixture('metrics');
});

/** What `read` makes of a message, or the code by which it is refused. Anything else is a failure. */
async function readOrCode<T>(read: () => T | Promise<T>): Promise<T | { readonly code: string }> {
  try {
    return await read();
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
    return { code: (error as ProtocolError).code };
  }
}

/** Runs a property with a seed of its own. */
async function check<T>(messages: fc.Arbitrary<T>, seed: number, run: (message: T) => Promise<void>, numRuns = 1000) {
  const property = fc.asyncProperty(messages, async (message) => {
    await run(message);
  });
  await fc.assert(property, { numRuns, seed });
}

/** A payload that both have signed, whatever it holds: what only the schema can refuse. */
async function signedByBoth(payload: Bytes) {
  return cosignEnvelope(await signEnvelope(PAYLOAD_TYPE, payload, trainer), helper);
}

describe.each(KINDS)('a task of kind %s, damaged and signed by both', (kind) => {
  const task = sampleTask(kind) as Task;

  test('is refused as task-invalid, or is one that a round can be held by', async () => {
    await check(mutatedJson(task), 2417, async (payload) => {
      const trusted = [trainer.fingerprint, helper.fingerprint];
      const envelope = await signedByBoth(payload);
      const opened = await readOrCode(() => openTask(envelope, { shop: task.shop, trusted }));
      if ('code' in opened) return expect(opened.code).toBe('task-invalid');
      // What parties and trainer work out of a task, none of which may fail in the middle of a round.
      const { vdaf, maxBatch, minBatch, noiseMultiplier, delta } = opened.task;
      const { sizes } = vdafShape(vdaf);
      expect(reportsPerStep(sizes)).toBeGreaterThan(0);
      const largest = maxBatch * sensitivityOf(vdaf) + 8 * noiseOnSum(opened.task);
      expect(releaseUnits(vdaf) * largest).toBeLessThan(2 ** 53);
      expect(minBatch).toBeGreaterThanOrEqual(100);
      // What a device records of a thousand participations: a record that can't be read would be begun anew.
      expect(epsilonOf({ noiseMultiplier, releases: 1000, delta })).toBeLessThan(Number.POSITIVE_INFINITY);
    });
  });

  test('is refused as a ledger entry, or is one that states its terms', async () => {
    await check(mutatedJson(task), 2423, async (payload) => {
      const trusted = [trainer.fingerprint, helper.fingerprint];
      const envelope = await signedByBoth(payload);
      const opened = await readOrCode(() => openLedgerEntry(envelope, { shop: task.shop, trusted }));
      if ('code' in opened) return expect(opened.code).toBe('task-invalid');
      expect(opened.terms.noiseMultiplier).toBeGreaterThan(0);
    });
  });
});

test('a damaged envelope is refused by its name, or holds the very payload that was signed', async () => {
  const payload = utf8(JSON.stringify(sampleTask('metrics')));
  const envelope = await signedByBoth(payload);
  const codes = new Set<string>();
  await check(mutatedJson(envelope), 2437, async (bytes) => {
    const trusted = [trainer.fingerprint, helper.fingerprint];
    const opened = await readOrCode(() =>
      openEnvelope(readJson(bytes, 'envelope-invalid'), { payloadType: PAYLOAD_TYPE, trusted }),
    );
    if ('code' in opened) codes.add(opened.code);
    else expect(opened.payload).toEqual(payload);
  });
  expect([...codes].sort()).toEqual(['bad-id', 'envelope-invalid', 'signature-invalid', 'unknown-key']);
});

const DIGEST = '7c'.repeat(32);
const MESSAGES = {
  envelope: [EnvelopeSchema, { payloadType: PAYLOAD_TYPE, payload: 'e30', signatures: [] }],
  ledger: [LedgerSchema, { entries: [] }],
  'release request': [ReleaseRequestSchema, { count: 137, reportSetDigest: DIGEST }],
  'round state': [RoundStateSchema, { kind: 'failed', reason: 'too-few-reports', received: 99 }],
  'aggregate share': [AggregateShareSchema, { count: 137, reportSetDigest: DIGEST, share: 'AAAA' }],
  receipt: [ReportReceiptSchema, { kind: 'accepted' }],
  problem: [ProblemSchema, { code: 'unknown-task', title: 'No such task.' }],
  'task key': [TaskKeySchema, { hpkeKeyId: 17, hpkePublicKey: 'L'.repeat(43) }],
  'party identity': [PartyIdentitySchema, { role: 'helper', publicKey: 'H'.repeat(43) }],
  'shop settings': [
    ShopSettingsSchema,
    { allowedOrigins: ['https://mugs.example'], limits: { reportsPerRound: 700 }, region: 'weur' },
  ],
} as const;

test.each(Object.entries(MESSAGES))(
  'a damaged %s is refused by its code, or reads the same when it is written again',
  async (_name, [schema, message]) => {
    await check(mutatedJson(message), 2441, async (bytes) => {
      const read = await readOrCode(() => parseJson(schema, bytes, 'round-message-invalid'));
      if ('code' in read && read.code === 'round-message-invalid') return;
      expect(parseJson(schema, JSON.stringify(read), 'bad-json')).toEqual(read);
    });
  },
);

/** Any damage to bytes: flipped, cut, longer. */
const damagedBytes = (bytes: Uint8Array): fc.Arbitrary<Bytes> =>
  fc.record({ at: fc.nat(), put: fc.uint8Array({ maxLength: 5 }), cut: fc.nat({ max: 5 }) }).map(({ at, put, cut }) => {
    const start = at % (bytes.length + 1);
    return Uint8Array.from([...bytes.subarray(0, start), ...put, ...bytes.subarray(start + cut)]);
  });

test('a damaged verify-key message is refused', async () => {
  const { taskId, helperKey } = fixture;
  const verifyKey = new Uint8Array(32).fill(0x2d);
  const sealed = await sealVerifyKey(verifyKey, { taskId, helperKey: helperKey.publicKey });
  await check(damagedBytes(sealed), 2447, async (bytes) => {
    const opened = await readOrCode(() => openVerifyKey(bytes, { taskId, keyPair: helperKey }));
    if ('code' in opened) expect(opened.code).toBe('round-message-invalid');
    else expect([bytes, opened]).toEqual([sealed, verifyKey]);
  });
});

/** A header of a message in another form. */
const damagedHeader = fc.record({
  name: fc.constantFrom('signature', 'signature-input', 'content-digest'),
  at: fc.nat(),
  put: fc.string({ unit: 'binary-ascii', maxLength: 4 }),
  cut: fc.nat({ max: 6 }),
  drop: fc.boolean(),
});

function withDamagedHeader(
  headers: Headers,
  { name, at, put, cut, drop }: typeof damagedHeader extends fc.Arbitrary<infer T> ? T : never,
) {
  const damaged = new Headers(headers);
  const value = headers.get(name) ?? '';
  const start = at % (value.length + 1);
  if (drop && put === '') damaged.delete(name);
  // What is no header at all never comes out of a network.
  else damaged.set(name, (value.slice(0, start) + put.replace(/[\0\r\n]/g, '?') + value.slice(start + cut)).trim());
  return damaged;
}

test('a request whose signature headers are damaged is refused, or is the one that was signed', async () => {
  const signed = await signRequest(
    new Request('https://helper.example/x', { method: 'POST', body: 'y' }),
    trainer,
    NOW_MS,
  );
  await check(damagedHeader, 2459, async (damage) => {
    const damaged = new Request(signed.clone(), { headers: withDamagedHeader(signed.headers, damage) });
    const read = await readOrCode(() => verifyRequest(damaged, [trainer.publicKey], NOW_MS));
    if ('code' in read) expect(read.code).toBe('bad-request-signature');
    else expect(read).toEqual({ body: utf8('y'), publicKey: trainer.publicKey });
  });
});

test('an answer whose signature headers are damaged is refused, or is the one that was signed', async () => {
  const request = await signRequest(
    new Request('https://helper.example/x', { method: 'POST', body: 'y' }),
    trainer,
    NOW_MS,
  );
  const answer = await signAnswer(new Response('z', { status: 409 }), { request, key: helper, nowMs: NOW_MS });
  await check(damagedHeader, 2467, async (damage) => {
    const damaged = new Response(await answer.clone().arrayBuffer(), {
      status: 409,
      headers: withDamagedHeader(answer.headers, damage),
    });
    const read = await readOrCode(() => verifyAnswer(damaged, { request, publicKey: helper.publicKey }));
    if ('code' in read) expect(read.code).toBe('bad-answer-signature');
    else expect(read).toEqual(utf8('z'));
  });
});
