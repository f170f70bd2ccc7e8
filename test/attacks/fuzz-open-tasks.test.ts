import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import { cosignEnvelope, signEnvelope } from '#protocol/envelope.ts';
import type { Digest } from '#protocol/ids.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import type { Task } from '#protocol/task.ts';
import type { EdgeAnswer } from '#widget/edge-client.ts';
import { createMemoryMeta } from '#widget/meta.ts';
import { type ParticipationOutcome, takePart } from '#widget/participation.ts';
import { openParticipationRecord } from '#widget/participation-record.ts';
import { sampleTask } from '../protocol/sample-task.ts';
import { SHOP } from '../widget/published-shop.ts';
import { mutatedJson } from './mutated-json.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = 1_900_000_000_000;
const PAYLOAD_TYPE = 'application/vnd.vitrine.task+json';
const MODEL = { modelDigest: 'a1'.repeat(32) as Digest, itemFeatureDigest: 'b2'.repeat(32) as Digest };

let trainer: SigningKey;
let helper: SigningKey;
beforeAll(async () => {
  [{ key: trainer }, { key: helper }] = await Promise.all([generateSigningKey(), generateSigningKey()]);
});

const task = (rank = 1): Task =>
  sampleTask('model-update', {
    ...{ shop: SHOP, ...MODEL, rank, minSeparationMs: HOUR_MS },
    ...{ opensAtMs: NOW_MS - HOUR_MS, closesAtMs: NOW_MS + HOUR_MS },
  });

const signedByBoth = async (payload: Uint8Array<ArrayBuffer>) =>
  cosignEnvelope(await signEnvelope(PAYLOAD_TYPE, payload, trainer), helper);

/** What a device that may take part makes of an answer; nothing is recorded or sent unless it takes part. */
async function outcomeOf(answer: Uint8Array<ArrayBuffer>): Promise<ParticipationOutcome> {
  const meta = createMemoryMeta();
  await openParticipationRecord(meta, NOW_MS - HOUR_MS);
  let numSent = 0;
  const outcome = await takePart({
    ...{ shop: SHOP, trusted: [[trainer.fingerprint], helper.fingerprint], model: MODEL, meta, locks: navigator.locks },
    now: () => NOW_MS,
    readTasks: async (): Promise<EdgeAnswer> => ({ kind: 'bytes', bytes: answer }),
    makeReport: async () => utf8('a sealed report'),
    sendReport: async (): Promise<EdgeAnswer> => {
      numSent++;
      return { kind: 'bytes', bytes: utf8('{"kind":"accepted"}') };
    },
  });
  const { numParticipations } = (await openParticipationRecord(meta, NOW_MS)).spent;
  expect(numParticipations).toBe(numSent);
  if (outcome.kind !== 'sent') {
    expect(outcome.kind).toMatch(/^(failed|no-task|not-yet|late|wrong-model|too-little-noise)$/);
    expect(numSent).toBe(0);
  }
  return outcome;
}

describe('open tasks that are damaged', () => {
  test('on the way are taken only if both signatures still hold', async () => {
    const envelopes = await Promise.all([task(1), task(2)].map((one) => signedByBoth(utf8(JSON.stringify(one)))));
    const codes = new Set<string>();
    let numSent = 0;
    const property = fc.asyncProperty(mutatedJson(envelopes), async (damaged) => {
      const outcome = await outcomeOf(damaged);
      if (outcome.kind === 'failed') codes.add(outcome.code);
      if (outcome.kind !== 'sent') return;
      numSent++;
      const left = JSON.parse(new TextDecoder().decode(damaged)) as { payload?: string }[];
      expect(left.some((envelope) => envelopes.some(({ payload }) => envelope?.payload === payload))).toBe(true);
    });
    await fc.assert(property, { numRuns: 400, seed: 2473 });
    expect(numSent).toBeGreaterThan(20); // the other envelope was hit
    expect([...codes].sort()).toEqual([
      'bad-id',
      'envelope-invalid',
      'signature-invalid',
      'task-invalid',
      'unknown-key',
    ]);
  });

  test('and signed by both are taken only with enough noise, for the model in use, while they are open', async () => {
    let numSent = 0;
    const property = fc.asyncProperty(mutatedJson(task()), async (payload) => {
      const outcome = await outcomeOf(utf8(JSON.stringify([await signedByBoth(payload)])));
      if (outcome.kind !== 'sent') return;
      numSent++;
      const taken = JSON.parse(new TextDecoder().decode(payload)) as Task;
      expect(taken).toMatchObject({ format: 2, shop: SHOP, ...MODEL });
      expect(taken.noiseMultiplier).toBeGreaterThanOrEqual(0.5);
      expect([taken.opensAtMs <= NOW_MS, NOW_MS < taken.closesAtMs]).toEqual([true, true]);
    });
    await fc.assert(property, { numRuns: 400, seed: 2477 });
    expect(numSent).toBeGreaterThan(20);
  });
});
