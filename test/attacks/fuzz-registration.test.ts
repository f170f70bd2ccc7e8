import fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bytes } from '#protocol/bytes.ts';
import { cosignEnvelope, type Envelope, EnvelopeSchema, signEnvelope } from '#protocol/envelope.ts';
import { LedgerSchema } from '#protocol/ledger.ts';
import { cosignTask, signTask, type Task, TaskSchema } from '#protocol/task.ts';
import { startTestParties, type TestParty } from '../edge/local-parties.ts';
import { problemOf, publishTinyModel, sendSigned } from '../edge/publishing-fixture.ts';
import { draftTask, openTestTask, readLedgerAt, type TestParties } from '../edge/task-fixture.ts';
import { mutatedJson } from './mutated-json.ts';

const ROLES = ['leader', 'helper'] as const;
const NUM_MUTATED = 60;

let parties: TestParties;
let draft: Task;
let envelope: Envelope;

beforeAll(async () => {
  parties = await startTestParties();
  await publishTinyModel(parties.leader.origin, parties.shopKey);
  draft = await draftTask(parties);
  envelope = await cosignTask(await signTask(draft, parties.shopKey), parties.helperKey);
}, 30_000);

afterAll(() => Promise.all([parties.leader.dispose(), parties.helper.dispose()]));

/** All that a party has in its database, and the names of what is in its key store. */
async function stateOf({ running }: TestParty): Promise<unknown> {
  const db = await running.storage.getD1Database('DB');
  const tables = await db
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf*' AND name NOT GLOB 'sqlite*'`)
    .all<{ name: string }>();
  const rows = tables.results.map(async ({ name }) => [
    name,
    (await db.prepare(`SELECT * FROM "${name}"`).all()).results,
  ]);
  const keys = await (await running.storage.getR2Bucket('KEYS')).list();
  return [await Promise.all(rows), keys.objects.map(({ key }) => key)];
}

/** A message's mutants that are not read as the same message: unknown fields are nobody's business. */
function mutantsOf(message: object, schema: v.GenericSchema): Bytes[] {
  const isOther = (bytes: Bytes): boolean => {
    try {
      const read = v.parse(schema, JSON.parse(new TextDecoder().decode(bytes)));
      return JSON.stringify(read) !== JSON.stringify(v.parse(schema, message));
    } catch {
      return true;
    }
  };
  const mutants = fc.sample(mutatedJson(message), { numRuns: 2 * NUM_MUTATED, seed: 2026 });
  return mutants.filter(isOther).slice(0, NUM_MUTATED);
}

/** The answer to what the shop really signs. */
function send(party: TestParty, path: string, body: Bytes | string): Promise<Response> {
  return sendSigned(party.origin, { method: 'POST', path, body }, { key: parties.shopKey });
}

/** @returns Its name. */
async function expectNamedRefusal(answer: Response): Promise<string> {
  const [status, code] = await problemOf(answer);
  expect([400, 401, 403, 409, 503]).toContain(status);
  expect(code).toMatch(/^[a-z]+(-[a-z]+)+$/);
  return code;
}

test('damaged ledger entries are refused by name at both parties, and none of them is kept', async () => {
  await openTestTask(parties);
  const entries = await readLedgerAt(parties.helper, parties.shopKey);
  for (const role of ROLES) {
    const party = parties[role];
    const before = await stateOf(party);
    for (const body of mutantsOf({ entries }, LedgerSchema)) {
      const answer = await send(party, '/ledger', body);
      // An entry left out, or one signature too many, is no damage: what is left is known already.
      if (!answer.ok) await expectNamedRefusal(answer);
      expect(await stateOf(party)).toEqual(before);
    }
  }
}, 120_000);

describe.each(ROLES)('the %s', (role) => {
  test('refuses damaged tasks by name, and keeps nothing of them', async () => {
    const party = parties[role];
    // The helper asks for the shop's signature alone, so nothing but that may be damaged.
    const message = role === 'helper' ? { ...envelope, signatures: envelope.signatures.slice(0, 1) } : envelope;
    const before = await stateOf(party);
    for (const body of mutantsOf(message, EnvelopeSchema)) await expectNamedRefusal(await send(party, '/tasks', body));
    expect(await stateOf(party)).toEqual(before);
  });

  test('refuses tasks that were damaged before both signed them, and keeps nothing of them', async () => {
    const party = parties[role];
    let mutants = mutantsOf(await draftTask(parties), TaskSchema);
    let before = await stateOf(party);
    let numRefused = 0;
    for (let next = 0; next < NUM_MUTATED; next++) {
      const payload = mutants[next] as Bytes;
      const signed = await signEnvelope('application/vnd.vitrine.task+json', payload, parties.shopKey);
      const answer = await send(party, '/tasks', JSON.stringify(await cosignEnvelope(signed, parties.helperKey)));
      if (answer.ok || (await expectNamedRefusal(answer)).startsWith('helper-')) {
        // Not damaged enough: now there is a task, or the leader keeps a key for it. On with one that follows it.
        mutants = mutantsOf(await draftTask(parties), TaskSchema);
        before = await stateOf(party);
      } else {
        expect(await stateOf(party)).toEqual(before);
        numRefused++;
      }
    }
    expect(numRefused).toBeGreaterThan(NUM_MUTATED / 2);
  }, 120_000);
});
