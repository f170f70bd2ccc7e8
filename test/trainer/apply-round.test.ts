import { describe, expect, test } from 'vitest';
import type { TaskId } from '#protocol/ids.ts';
import { applyRound } from '#trainer/apply-round.ts';
import type { Parties } from '#trainer/deployment.ts';
import type { RoundFile } from '#trainer/round-file.ts';
import { openWorkspace } from '#trainer/workspace.ts';
import { fakeDigest, SHOP } from '../protocol/manifest-fixture.ts';
import { agreedEntry, termsOn } from './ledger-fixture.ts';
import { makeScratchFolder, readFolder } from './scratch-folder.ts';

const NO_PARTIES = {} as Parties;

async function apply(outcome: RoundFile['outcome']) {
  const root = await makeScratchFolder();
  const round = {
    taskId: fakeDigest(44) as string as TaskId,
    envelope: await agreedEntry(2),
    openedAtMs: termsOn(2).opensAtMs,
    numSimulated: 0,
    outcome,
  };
  const error = await applyRound(openWorkspace(root, SHOP), round, NO_PARTIES).catch((reason: Error) => reason);
  expect(await readFolder(root)).toEqual({});
  return error as Error;
}

describe('applyRound', () => {
  test.each<RoundFile['outcome']>([
    { kind: 'published', version: 'v3-0f1e2d3c', stepSize: 0.3 },
    { kind: 'refused' },
    { kind: 'failed', reason: 'too-few-reports' },
  ])('refuses a round whose outcome is $kind in one sentence', async (outcome) => {
    expect((await apply(outcome)).message).toBe(
      `expected a round that was not applied yet, but ${fakeDigest(44)} was ${outcome.kind}; open another`,
    );
  });

  test.each<RoundFile['outcome']>([{ kind: 'pending' }, { kind: 'recovered' }])(
    'goes on to the data for a round whose outcome is $kind',
    async (outcome) => {
      expect((await apply(outcome)).message).toMatch(/catalog\.json/);
    },
  );
});
