import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readBudget, saveBudget } from '#trainer/budget-file.ts';
import { DEFAULT_BUDGET } from '#trainer/privacy-budget.ts';
import { openWorkspace } from '#trainer/workspace.ts';
import { makeScratchFolder, readFolder } from './scratch-folder.ts';

async function workspaceWith(content?: string) {
  const root = await makeScratchFolder();
  const workspace = openWorkspace(root, 'lamp-shop');
  if (content === undefined) return { root, workspace };
  await mkdir(workspace.dir, { recursive: true });
  await writeFile(workspace.budgetFile, content);
  return { root, workspace };
}

describe('the budget file', () => {
  test('is the default where a shop has chosen none', async () => {
    expect(await readBudget((await workspaceWith()).workspace)).toEqual(DEFAULT_BUDGET);
  });

  test('gives back what was saved', async () => {
    const { workspace } = await workspaceWith();
    await saveBudget(workspace, { epsilon: 3.5, delta: 1e-7, windowDays: 90 });
    expect(await readBudget(workspace)).toEqual({ epsilon: 3.5, delta: 1e-7, windowDays: 90 });
  });

  test.each([
    ['{ "epsilon": 4, "delta": 1e-6,', /privacy-budget\.json: expected JSON, but /],
    ['{ "epsilon": -4, "delta": 1e-6, "windowDays": 30 }', /json, field epsilon: expected >0, came -4; correct it/],
    ['{ "epsilon": "4", "delta": 1e-6, "windowDays": 30 }', /json, field epsilon: expected number, came "4"/],
    ['{ "epsilon": 4, "delta": 0.5, "windowDays": 30 }', /json, field delta: expected <=0.001, came 0.5/],
    ['{ "epsilon": 4, "delta": 1e-6 }', /json, field windowDays: /],
    ['{ "epsilon": 4, "delta": 1e-6, "windowDays": 30, "perRound": 2 }', /json, field perRound: expected never, came/],
    ['[4, 1e-6, 30]', /privacy-budget\.json/],
    ['', /privacy-budget\.json: expected JSON/],
  ])('edited into %s is refused with a sentence that names file and field', async (content, sentence) => {
    const { workspace } = await workspaceWith(content);
    const error = await readBudget(workspace).catch((reason: Error) => reason);
    expect(error).toMatchObject({ name: 'InputError', message: expect.stringMatching(sentence) });
  });

  test('is not written where it could not be read again', async () => {
    const { root, workspace } = await workspaceWith();
    await expect(saveBudget(workspace, { epsilon: 4, delta: 0.01, windowDays: 30 })).rejects.toThrow(/field delta/);
    expect(await readFolder(root)).toEqual({});
  });
});
