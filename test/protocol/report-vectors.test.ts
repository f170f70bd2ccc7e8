import { expect, test } from 'vitest';
import vectors from '../vectors/protocol.json' with { type: 'json' };
import { makeVectors, type ProtocolVectors, rework } from './report-vectors.ts';

test('the published vectors of the learning protocol come out as they are written', async () => {
  expect(await rework(vectors as unknown as ProtocolVectors)).toEqual(vectors);
});

test('there is one for each kind of task, and its sum is what the device measured', () => {
  expect(vectors.reports.map(({ kind }) => kind)).toEqual(['model-update', 'metrics', 'popularity', 'shadow-eval']);
  for (const { measurement, sum } of vectors.reports) {
    const expected = typeof measurement === 'number' ? sum.map((_, i) => Number(i === measurement)) : measurement;
    expect(sum).toEqual(expected);
  }
});

test('what both parties release is the sum in release units and their noise', () => {
  for (const { sum, released } of vectors.reports) {
    const { units, leaderNoise, helperNoise, noisedSum } = released;
    const inUnits = sum.map((value, i) => value * units + (leaderNoise[i] as number) + (helperNoise[i] as number));
    expect(noisedSum.map((value) => value * units)).toEqual(inUnits);
    expect(released.leader.share).not.toBe(released.helper.share);
  }
});

test('vectors made anew differ in what is drawn at random only', async () => {
  const made = await makeVectors();
  expect(await rework(made)).toEqual(made);
  for (const [i, report] of made.reports.entries()) {
    expect(report.report).not.toBe(vectors.reports[i]?.report);
    expect([report.task, report.taskId, report.sum]).toEqual(
      [vectors.reports[i]].flatMap((one) => [one?.task, one?.taskId, one?.sum]),
    );
  }
});
