import { HelperRound } from '#edge/rounds/helper-round.ts';
import { reportSetDigest } from '#privacy/aggregate.ts';
import { importHpkeKeyPair } from '#privacy/hpke.ts';
import { contextOf, makeReport, openInputShare } from '#privacy/report.ts';
import { type Bytes, fromHex, toHex } from '#protocol/bytes.ts';
import type { Envelope } from '#protocol/envelope.ts';
import { encodeHelperBatch, type HelperReport } from '#protocol/helper-batch.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import { parseReport } from '#protocol/report.ts';
import type { ReleaseRequest } from '#protocol/round-messages.ts';
import { type OpenedTask, openTask } from '#protocol/task.ts';
import { recordEffects } from '../edge/round-fixture.ts';
import { createSqliteRoundStorage } from '../edge/sqlite-round-storage.ts';
import { openVerifier } from '../privacy/verifiers.ts';
import { SHOP } from './manifest-fixture.ts';
import { sampleTask } from './sample-task.ts';
import { HPKE, partyKeys, sharderOf, signedTask, VERIFY_KEY } from './vector-parties.ts';

const HOUR_MS = 3_600_000;

/** A helper's round, message after message. */
export interface HelperVector {
  readonly task: Envelope;
  readonly messages: readonly (HelperMessage & {
    /** Verdicts in hexadecimal, the state, or an error's code. */
    readonly answer: string;
  })[];
}

/** One of the leader's: a batch, in hexadecimal, or its word on the set. */
export interface HelperMessage {
  readonly what: string;
  readonly batch?: string;
  readonly release?: ReleaseRequest;
}

/** What a helper that has the verify key answers to each of them, in order. */
export async function answersOf({
  task: envelope,
  messages,
}: {
  readonly task: Envelope;
  readonly messages: readonly HelperMessage[];
}): Promise<HelperVector['messages']> {
  const { id: taskId, task } = await opened(envelope);
  const round = new HelperRound({
    storage: createSqliteRoundStorage(),
    effects: recordEffects(await importHpkeKeyPair(HPKE.helper), VERIFY_KEY),
    openVerifier,
    now: () => task.closesAtMs,
  });
  await round.open({ shop: task.shop, taskId, task });
  const answered: HelperVector['messages'][number][] = [];
  for (const message of messages) {
    const { batch, release } = message;
    const outcome = release ? await round.release(release) : await round.addBatch(fromHex(batch ?? ''));
    answered.push({ ...message, answer: outcome.kind === 'answered' ? toHex(outcome.verdicts) : outcome.kind });
  }
  return answered;
}

async function opened(envelope: Envelope): Promise<OpenedTask> {
  const { trainer, helper } = await partyKeys();
  const trusted = [await fingerprintOf(trainer.publicKey), await fingerprintOf(helper.publicKey)];
  return openTask(envelope, { shop: SHOP, trusted });
}

/** Batches of good and forged reports, in an order that a helper must bear. */
export async function helperMessages(): Promise<{ task: Envelope; messages: HelperMessage[] }> {
  const task = await signedTask(sampleTask('metrics'));
  const of = await opened(task);
  const [first, second, third] = [
    await entryOf(of, [1, 2, 3, 4, 5, 6]),
    await entryOf(of, [15, 0, 0, 0, 0, 0]),
    await entryOf(of, [0, 0, 0, 0, 0, 1]),
  ];
  const flipped = (bytes: Bytes): Bytes => bytes.map((byte, i) => (i === 7 ? byte ^ 1 : byte));
  const { helper, leaderVerifierShare } = third;
  const batch = (step: number, ...entries: readonly HelperReport[]): string => toHex(encodeHelperBatch(step, entries));
  const five = batch(
    5,
    first,
    { ...second, helper: { ...second.helper, ciphertext: flipped(second.helper.ciphertext) } },
    { ...third, leaderVerifierShare: flipped(leaderVerifierShare) },
    first,
    await entryOf(of, [1, 0, 0, 0, 0, 0], { openForMs: -HOUR_MS }),
    await entryOf(of, [1, 0, 0, 0, 0, 0], { openForMs: of.task.closesAtMs - of.task.opensAtMs + HOUR_MS }),
    { ...third, id: flipped(third.id) },
    { ...third, helper: { ...helper, enc: second.helper.enc } },
  );
  const two = batch(2, second, first);
  const set = async (...entries: readonly HelperReport[]): Promise<ReleaseRequest> => ({
    count: entries.length,
    reportSetDigest: await reportSetDigest(entries.map(({ id }) => id)),
  });
  return {
    task,
    messages: [
      {
        what: 'step 5: a good one; a wrong ciphertext; a wrong verifier share of the leader’s; the first one again; one made the hour before the task opened; one made the hour after it closed; another’s id; another’s enc',
        batch: five,
      },
      { what: 'step 2: one that was refused, as it was made; one that is counted', batch: two },
      { what: 'step 5 again', batch: five },
      { what: 'other bytes as step 5', batch: batch(5, third) },
      { what: 'a byte too many', batch: `${two}00` },
      { what: 'no entry', batch: batch(6) },
      { what: 'fewer than minBatch, the very same set', release: await set(first, second) },
      { what: 'after that: a new step', batch: batch(9, third) },
      { what: 'step 2 again, as it was answered', batch: two },
      { what: 'other bytes as step 2', batch: batch(2, third) },
      { what: 'the same set again', release: await set(first, second) },
    ],
  };
}

/** What a leader passes on of a report. @param openForMs How long the task is open when it is made. */
async function entryOf(
  { task: signed, id: taskId }: OpenedTask,
  measurement: readonly number[],
  { openForMs }: { readonly openForMs: number } = { openForMs: HOUR_MS },
): Promise<HelperReport> {
  const nowMs = signed.opensAtMs + openForMs;
  // A device and a leader that look at no clock.
  const task = { ...signed, opensAtMs: nowMs, closesAtMs: nowMs + 1 };
  const verifier = openVerifier(task.vdaf);
  const bytes = await makeReport({ task, taskId, sharder: sharderOf(task), measurement, nowMs });
  const report = parseReport(bytes, verifier.sizes);
  const { id, publicShare } = report;
  const keyPair = await importHpkeKeyPair(HPKE.leader);
  const inputShare = await openInputShare('leader', { ...report, sealed: report.leader }, { task, taskId, keyPair });
  const context = { ...contextOf(taskId, id), verifyKey: VERIFY_KEY, publicShare, inputShare };
  return { ...report, leaderVerifierShare: (await verifier.verifyInit('leader', context)).verifierShare };
}
