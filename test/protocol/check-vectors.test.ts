import { expect, test } from 'vitest';
import vectors from '../vectors/checks.json' with { type: 'json' };
import { type CheckVectors, check, makeCheckVectors } from './check-vectors.ts';

test('the published vectors of what is refused come out as they are written', async () => {
  expect(await check(vectors as unknown as CheckVectors)).toEqual(vectors);
});

test('made anew they differ in the reports alone', async () => {
  const { helper, ...others } = await makeCheckVectors();
  const { helper: published, ...same } = vectors;
  expect(others).toEqual(same);
  expect(helper.task).toEqual(published.task);
  const firstBytes = ({ messages }: { messages: readonly { answer: string }[] }) =>
    messages.map(({ answer }) => (/^[0-9a-f]+$/.test(answer) ? answer.slice(0, 2) : answer));
  expect(firstBytes(helper)).toEqual(firstBytes(published));
});

test('of each kind some pass and some do not', () => {
  const { envelopes, tasks, participation, helper } = vectors;
  expect(new Set(envelopes.map(({ error }) => error))).toEqual(
    new Set([null, 'envelope-invalid', 'bad-id', 'unknown-key', 'signature-invalid']),
  );
  const kinds = Object.keys(tasks.samples);
  for (const kind of kinds) {
    const found = tasks.changes.filter((one) => one.kind === kind).map(({ isTask }) => isTask);
    expect(new Set(found), kind).toEqual(new Set([true, false]));
  }
  expect(new Set(participation.records.map((one) => one.mayTakePart))).toEqual(new Set([true, false]));
  const [first] = helper.messages;
  // One added, seven refused: a byte each, and a verifier message of 32.
  const verdicts = Array.from({ length: 8 }, (_, entry) => first?.answer.slice(66 * entry, 66 * entry + 2));
  expect(verdicts).toEqual(['01', '00', '00', '00', '00', '00', '00', '00']);
  expect(helper.messages.map(({ answer }) => answer)).toEqual(
    expect.arrayContaining(['step-differs', 'round-message-invalid', 'too-few-reports', 'batch-spent']),
  );
});
