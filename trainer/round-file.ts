import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { EnvelopeSchema } from '#protocol/envelope.ts';
import { CountSchema, type TaskId, TaskIdSchema, TimeMsSchema } from '#protocol/ids.ts';
import { writeJsonAtomically } from './atomic-write.ts';
import { InputError } from './input-error.ts';
import type { ShopWorkspace } from './workspace.ts';

const RoundFileSchema = v.object({
  taskId: TaskIdSchema,
  /** The task with the trainer's and the helper's signatures. */
  envelope: EnvelopeSchema,
  openedAtMs: TimeMsSchema,
  /** Reports made from order histories instead of by browsers. */
  numSimulated: CountSchema,
  /** What became of the sum. */
  outcome: v.variant('kind', [
    v.object({ kind: v.literal('pending') }),
    v.object({ kind: v.literal('published'), version: v.string(), stepSize: v.number() }),
    v.object({ kind: v.literal('refused') }),
    v.object({ kind: v.literal('failed'), reason: v.string() }),
  ]),
});

/** What the trainer keeps of one round. */
export type RoundFile = v.InferOutput<typeof RoundFileSchema>;

export async function saveRound(workspace: ShopWorkspace, round: RoundFile): Promise<void> {
  await writeJsonAtomically(join(workspace.roundsDir, `${round.taskId}.json`), round);
}

/** All rounds, oldest first. */
export async function listRounds({ roundsDir }: ShopWorkspace): Promise<RoundFile[]> {
  const names = await readdir(roundsDir).catch(() => []); // no round yet
  const files = names.filter((name) => name.endsWith('.json'));
  const rounds = await Promise.all(
    files.map(async (name) => v.parse(RoundFileSchema, JSON.parse(await readFile(join(roundsDir, name), 'utf8')))),
  );
  return rounds.sort((a, b) => a.openedAtMs - b.openedAtMs);
}

/**
 * The latest round, or the one named.
 *
 * @throws {InputError} If there is none.
 */
export async function findRound(workspace: ShopWorkspace, taskId?: TaskId | string): Promise<RoundFile> {
  const rounds = await listRounds(workspace);
  const found = taskId === undefined ? rounds.at(-1) : rounds.find((round) => round.taskId === taskId);
  if (found) return found;
  throw new InputError(
    `expected ${taskId === undefined ? 'a round' : `round ${taskId}`} of shop ${workspace.shop}, found none; run "vitrine round open" first`,
  );
}
