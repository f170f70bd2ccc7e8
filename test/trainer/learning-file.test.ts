import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { describe, expect, test } from 'vitest';
import type { TaskId } from '#protocol/ids.ts';
import { continued, type Learning, learningFile, loadLearning, requireDecided } from '#trainer/learning-file.ts';
import { startLearning } from '#trainer/server-step.ts';
import { openWorkspace } from '#trainer/workspace.ts';
import { SHOP } from '../protocol/manifest-fixture.ts';
import { makeScratchFolder } from './scratch-folder.ts';
import { randomTrained } from './trained-fixture.ts';

const trained = randomTrained(3);
const [FIRST, SECOND] = ['a1'.repeat(32), 'b2'.repeat(32)] as [TaskId, TaskId];
const LEARNING: Learning = {
  state: { ...startLearning(trained.config), numRounds: 2 },
  stateBefore: { ...startLearning(trained.config), numRounds: 1 },
  startVectors: trained.itemVectors,
  startBlend: trained.config.blend,
  latest: SECOND,
  isUndecided: true,
  isLast: true,
};

async function keep(learning: unknown = LEARNING) {
  const workspace = openWorkspace(await makeScratchFolder(), SHOP);
  await learningFile(workspace, trained).save(learning as Learning);
  return workspace;
}

describe('what rounds have said', () => {
  test('is found again by the model it is about, and there is none before the first round', async () => {
    expect(await loadLearning(await keep(), trained)).toEqual(LEARNING);
    expect(await loadLearning(openWorkspace(await makeScratchFolder(), SHOP), trained)).toBeUndefined();
  });

  test('is refused for a model of another catalog, in a sentence that names the file', async () => {
    const workspace = await keep();
    const path = join(workspace.modelDir, 'learning.state');
    await expect(loadLearning(workspace, randomTrained(4))).rejects.toThrow(
      `${path}: expected what rounds of this model have said, found another model’s or a damaged file; restore it, or delete it to begin anew`,
    );
    await writeFile(path, (await readFile(path)).subarray(0, 40));
    await expect(loadLearning(workspace, trained)).rejects.toThrow(/a damaged file/);
  });

  test.each<[string, (learning: Learning) => unknown]>([
    ['too few numbers', ({ state, ...rest }) => ({ ...rest, state: { ...state, evidence: state.evidence.slice(1) } })],
    ['no number', (learning) => ({ ...learning, startVectors: learning.startVectors.map(() => Number.NaN) })],
    ['half a round', ({ stateBefore, ...rest }) => ({ ...rest, stateBefore: { ...stateBefore, numRounds: 0.5 } })],
    ['an answer that is none', (learning) => ({ ...learning, isUndecided: 'no' })],
    ['a state of an older format', ({ state, ...rest }) => ({ ...rest, state: { numRounds: state.numRounds } })],
  ])('is refused where it was edited into %s', async (_, edit) => {
    const workspace = await keep();
    const path = join(workspace.modelDir, 'learning.state');
    const saved = deserialize(await readFile(path));
    await writeFile(path, serialize({ ...saved, state: edit(saved.state) }));
    await expect(loadLearning(workspace, trained)).rejects.toThrow(/learning\.state: expected the state of \d+ groups/);
  });
});

describe('the next round', () => {
  test.each<[string, Learning | undefined, number]>([
    ['there is nothing learned', undefined, 2],
    ['held-out customers are sure', { ...LEARNING, isUndecided: false }, 2],
    ['rounds are to come', { ...LEARNING, isLast: false }, 3],
  ])('needs no decision where %s', (_, learning, maxParticipations) => {
    expect(() => requireDecided(learning, maxParticipations)).not.toThrow();
  });

  test.each<[string, Learning, number]>([
    ['all rounds were played', LEARNING, 2],
    ['all were played, and more are planned now', LEARNING, 5],
    ['fewer are planned now than were played', { ...LEARNING, isLast: false }, 2],
  ])('waits for one where held-out customers are not sure and %s', (_, learning, maxParticipations) => {
    expect(() => requireDecided(learning, maxParticipations)).toThrow(
      /run "vitrine round shadow --start" to let devices decide, or "vitrine round back" to give it up/,
    );
  });
});

describe('a round', () => {
  test('goes on until all that a device may take part in are taken in, then begins anew', () => {
    expect(continued(LEARNING, { maxParticipations: 3 })).toBe(LEARNING);
    expect(continued(LEARNING, { maxParticipations: 2 })).toBeUndefined();
    expect(continued(undefined, { maxParticipations: 2 })).toBeUndefined();
  });

  test('that was taken in already belongs to the run that it ended', () => {
    expect(continued(LEARNING, { maxParticipations: 2, round: SECOND })).toBe(LEARNING);
    expect(continued(LEARNING, { maxParticipations: 2, round: FIRST })).toBeUndefined();
  });
});
