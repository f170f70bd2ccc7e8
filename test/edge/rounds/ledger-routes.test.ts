import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Envelope } from '#protocol/envelope.ts';
import type { Digest } from '#protocol/ids.ts';
import { generateSigningKey } from '#protocol/keys.ts';
import { cosignTask, signTask } from '#protocol/task.ts';
import { startTestParties } from '../local-parties.ts';
import { problemOf, publishTinyModel } from '../publishing-fixture.ts';
import { addToLedgerAt, draftTask, readLedgerAt, registerAt, type TestParties } from '../task-fixture.ts';

let parties: TestParties;

beforeAll(async () => {
  parties = await startTestParties();
  await publishTinyModel(parties.leader.origin, parties.shopKey);
}, 30_000);

afterAll(() => Promise.all([parties.leader.dispose(), parties.helper.dispose()]));

async function cosignedTask(): Promise<Envelope> {
  const signed = await signTask(await draftTask(parties), parties.shopKey);
  return (await registerAt(parties.helper, signed, parties.shopKey)).json() as Promise<Envelope>;
}

test('a task that the helper has signed is in its ledger, and in the leader’s once it is told', async () => {
  const envelope = await cosignedTask();
  expect(await readLedgerAt(parties.helper, parties.shopKey)).toContainEqual(envelope);
  expect(await readLedgerAt(parties.leader, parties.shopKey)).not.toContainEqual(envelope);
  for (let time = 0; time < 2; time++) {
    expect((await addToLedgerAt(parties.leader, [envelope], parties.shopKey)).status).toBe(200);
  }
  const entries = await readLedgerAt(parties.leader, parties.shopKey);
  expect(entries.filter(({ payload }) => payload === envelope.payload)).toHaveLength(1);
});

test('neither party signs or opens a task that states other earlier tasks than it knows', async () => {
  const stale = await draftTask(parties);
  await cosignedTask();
  expect(
    await problemOf(await registerAt(parties.helper, await signTask(stale, parties.shopKey), parties.shopKey)),
  ).toEqual([409, 'ledger-differs']);
  const forgetful = await draftTask(parties, { ledger: { count: 0, digest: '0a'.repeat(32) as Digest } });
  const envelope = await cosignTask(await signTask(forgetful, parties.shopKey), parties.helperKey);
  expect(await problemOf(await registerAt(parties.leader, envelope, parties.shopKey))).toEqual([409, 'ledger-differs']);
});

test('an entry is taken with both signatures only, and with it none of those sent beside it', async () => {
  const good = await cosignedTask();
  const draft = await signTask(await draftTask(parties), parties.shopKey);
  const before = await readLedgerAt(parties.leader, parties.shopKey);
  expect(await problemOf(await addToLedgerAt(parties.leader, [good, draft], parties.shopKey))).toEqual([
    403,
    'unknown-key',
  ]);
  expect(await readLedgerAt(parties.leader, parties.shopKey)).toEqual(before);
});

test('a hundred and one entries at once are too many', async () => {
  const good = await cosignedTask();
  const many = await addToLedgerAt(parties.leader, new Array(101).fill(good), parties.shopKey);
  expect(await problemOf(many)).toEqual([400, 'round-message-invalid']);
});

test('nobody but the shop reads or adds entries', async () => {
  const { key } = await generateSigningKey();
  expect(await problemOf(await addToLedgerAt(parties.helper, [], key))).toEqual([401, 'bad-request-signature']);
  const unsigned = await fetch(`${parties.helper.origin}/v1/shops/mug-shop/ledger`);
  expect(await problemOf(unsigned)).toEqual([401, 'bad-request-signature']);
});

// Last: from here on the two ledgers can't be brought together.
test('an entry that comes after the same tasks as another is not kept, those beside it are, and the party says so', async () => {
  const { ledger } = await draftTask(parties);
  const entryAfter = async (count: number, noiseMultiplier: number) => {
    const task = await draftTask(parties, { ledger: { ...ledger, count }, noiseMultiplier });
    return cosignTask(await signTask(task, parties.shopKey), parties.helperKey);
  };
  const [first, second] = [await entryAfter(ledger.count, 2), await entryAfter(ledger.count, 3)];
  const third = await entryAfter(ledger.count + 1, 2);
  expect((await addToLedgerAt(parties.leader, [first], parties.shopKey)).status).toBe(200);
  expect(await problemOf(await addToLedgerAt(parties.leader, [second, third], parties.shopKey))).toEqual([
    409,
    'ledger-differs',
  ]);
  const kept = await readLedgerAt(parties.leader, parties.shopKey);
  expect(kept).not.toContainEqual(second);
  expect(kept).toContainEqual(third);
  expect((await addToLedgerAt(parties.leader, [first], parties.shopKey)).status).toBe(200);
});
