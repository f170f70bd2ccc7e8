import { describe, expect, test } from 'vitest';
import { epsilonOfInverseVariance } from '#privacy/compose-releases.ts';
import { toBase64Url, utf8 } from '#protocol/bytes.ts';
import type { TaskId } from '#protocol/ids.ts';
import { signTask, type Task, type TaskOf } from '#protocol/task.ts';
import type { RoundFile } from '#trainer/round-file.ts';
import { ledgerFigures, summaryOf, taskOf } from '#trainer/round-ledger.ts';
import { fixedKey } from '../protocol/fixed-key.ts';
import { fakeDigest, NOW_MS } from '../protocol/manifest-fixture.ts';
import { sampleTask } from '../protocol/sample-task.ts';

const DELTA = 1e-6;

function taskWith(overrides: Partial<TaskOf<'model-update'>>): Task {
  return sampleTask('model-update', { noiseMultiplier: 4.5, delta: DELTA, ...overrides });
}

async function roundWith(
  overrides: Partial<TaskOf<'model-update'>>,
  outcome: RoundFile['outcome'] = { kind: 'published', version: 'v3-0f1e2d3c', stepSize: 0.5 },
): Promise<RoundFile> {
  return {
    taskId: fakeDigest(43) as string as TaskId,
    envelope: await signTask(taskWith(overrides), await fixedKey(17)),
    openedAtMs: NOW_MS,
    numSimulated: 0,
    outcome,
  };
}

const roundsWith = (...noiseMultipliers: number[]) =>
  Promise.all(noiseMultipliers.map((noiseMultiplier) => roundWith({ noiseMultiplier })));

describe('the ledger of learning rounds', () => {
  test.each([2, 3, 7])(
    'adds %d rounds of equal noise up as the accountant adds as many releases',
    async (numRounds) => {
      const figures = ledgerFigures(await roundsWith(...Array<number>(numRounds).fill(4.5)));
      expect(figures.numRounds).toBe(numRounds);
      expect(figures.totalEpsilon).toBeCloseTo(epsilonOfInverseVariance(numRounds / 4.5 ** 2, DELTA), 9);
      expect(figures.latestEpsilon).toBeCloseTo(epsilonOfInverseVariance(1 / 4.5 ** 2, DELTA), 9);
    },
  );

  test('counts a round with half the noise as four', async () => {
    const { totalEpsilon } = ledgerFigures(await roundsWith(6, 3, 6));
    expect(totalEpsilon).toBeCloseTo(epsilonOfInverseVariance(6 / 6 ** 2, DELTA), 9);
  });

  test('counts a round that an earlier release has opened', async () => {
    const [round] = (await roundsWith(4.5)) as [RoundFile];
    const { vdaf, ...earlier } = taskWith({});
    const payload = toBase64Url(utf8(JSON.stringify({ ...earlier, format: 1, numParams: 640, localSteps: 3 })));
    const before = { ...round, envelope: { ...round.envelope, payload } };
    expect(() => taskOf(before)).toThrow(/an earlier one has opened .*--give-up/);
    expect(summaryOf(before)).toEqual(summaryOf(round));
    expect(ledgerFigures([before, round])).toEqual(ledgerFigures([round, round]));
  });

  test('spends more with every round, and never less than its noisiest part alone', async () => {
    const rounds = await roundsWith(6, 3, 6);
    const totals = [1, 2, 3].map((count) => ledgerFigures(rounds.slice(0, count)).totalEpsilon);
    expect(totals).toEqual(totals.toSorted((a, b) => a - b));
    expect(new Set(totals).size).toBe(3);
    expect(ledgerFigures(rounds).latestEpsilon).toBe(totals[0]);
  });

  test.each<[string, RoundFile['outcome']]>([
    ['is still pending', { kind: 'pending' }],
    ['was refused', { kind: 'refused' }],
    ['failed', { kind: 'failed', reason: 'too-few-reports' }],
  ])('counts a round that %s in full', async (_, outcome) => {
    const [ended, published] = [await roundWith({}, outcome), await roundWith({})];
    expect(ledgerFigures([published, ended])).toEqual(ledgerFigures([published, published]));
  });

  test('states epsilon at the smallest delta of any round', async () => {
    const rounds = [
      await roundWith({ delta: 1e-5 }),
      await roundWith({ delta: 1e-7 }),
      await roundWith({ delta: 1e-6 }),
    ];
    const { delta, totalEpsilon } = ledgerFigures(rounds);
    expect(delta).toBe(1e-7);
    expect(totalEpsilon).toBeCloseTo(epsilonOfInverseVariance(3 / 4.5 ** 2, 1e-7), 9);
  });

  test('reads the task of a round back as it was signed', async () => {
    expect(taskOf(await roundWith({ rank: 12 }))).toEqual(taskWith({ rank: 12 }));
  });
});
