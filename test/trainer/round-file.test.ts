import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLedgerEntry } from '#protocol/ledger.ts';
import { listRounds, type RoundFile, saveRound } from '#trainer/round-file.ts';
import { openWorkspace } from '#trainer/workspace.ts';
import { SHOP } from '../protocol/manifest-fixture.ts';
import { agreedEntry, ledgerKeys, termsOn } from './ledger-fixture.ts';
import { makeScratchFolder } from './scratch-folder.ts';

async function savedRound() {
  const workspace = openWorkspace(await makeScratchFolder(), SHOP);
  const { trusted } = await ledgerKeys();
  const { id, envelope } = await openLedgerEntry(await agreedEntry(2), { shop: SHOP, trusted });
  const round: RoundFile = {
    taskId: id,
    envelope,
    openedAtMs: termsOn(2).opensAtMs,
    numSimulated: 40,
    outcome: { kind: 'failed', reason: 'too-few-reports' },
  };
  await saveRound(workspace, round);
  const file = join(workspace.roundsDir, `${id}.json`);
  return { workspace, round, file };
}

describe('listRounds', () => {
  test('gives back what was saved, oldest first', async () => {
    const { workspace, round } = await savedRound();
    const { trusted } = await ledgerKeys();
    const older = await openLedgerEntry(await agreedEntry(1), { shop: SHOP, trusted });
    const earlier = { ...round, taskId: older.id, envelope: older.envelope, openedAtMs: termsOn(1).opensAtMs };
    await saveRound(workspace, earlier);
    expect(await listRounds(workspace)).toEqual([earlier, round]);
  });

  test('takes a folder that cannot be read for no empty one', async () => {
    const workspace = openWorkspace(await makeScratchFolder(), SHOP);
    expect(await listRounds(workspace)).toEqual([]);
    await mkdir(dirname(workspace.roundsDir), { recursive: true });
    await writeFile(workspace.roundsDir, 'no folder');
    await expect(listRounds(workspace)).rejects.toThrow(/expected to read .*, but ENOTDIR/);
  });

  test.each<[string, (round: RoundFile) => unknown, RegExp]>([
    [
      'a negative count',
      (round) => ({ ...round, numSimulated: -4 }),
      /\.json, field numSimulated: expected >=0, came -4/,
    ],
    ['a field of its own', (round) => ({ ...round, epsilon: 0.1 }), /\.json, field epsilon: expected never/],
    ['an outcome that there is not', (round) => ({ ...round, outcome: { kind: 'forgotten' } }), /field outcome\.kind/],
    [
      'a field in its outcome',
      (round) => ({ ...round, outcome: { kind: 'pending', since: 5 } }),
      /field outcome\.since: expected never/,
    ],
    [
      'another task’s id',
      (round) => ({ ...round, taskId: 'ab'.repeat(32) }),
      /field taskId: expected the file’s own name, came abab/,
    ],
    [
      'a changed task',
      (round) => ({ ...round, envelope: { ...round.envelope, payload: `${round.envelope.payload.slice(0, -4)}AAAA` } }),
      /field envelope\.payload: expected the task that the file is named after, came another/,
    ],
    [
      'a task that is no base64url',
      (round) => ({ ...round, envelope: { ...round.envelope, payload: '§' } }),
      /field envelope\.payload: expected the task that the file is named after, came another/,
    ],
  ])('refuses a file with %s, in a sentence that names file and field', async (_, edit, sentence) => {
    const { workspace, round, file } = await savedRound();
    await writeFile(file, JSON.stringify(edit(round)));
    const error = await listRounds(workspace).catch((reason: Error) => reason);
    expect(error).toMatchObject({ name: 'InputError', message: expect.stringMatching(sentence) });
    expect((error as Error).message).toContain(file);
  });

  test('refuses a file that was cut off, and one that was renamed', async () => {
    const { workspace, round, file } = await savedRound();
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, 300));
    await expect(listRounds(workspace)).rejects.toThrow(`${file}: expected JSON, but `);
    await writeFile(file, text);
    const renamed = join(workspace.roundsDir, 'best.json');
    await rename(file, renamed);
    await expect(listRounds(workspace)).rejects.toThrow(
      `${renamed}, field taskId: expected the file’s own name, came ${round.taskId}`,
    );
  });

  test('is empty before the first round', async () => {
    expect(await listRounds(openWorkspace(await makeScratchFolder(), SHOP))).toEqual([]);
  });
});
