import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { fromBase64Url } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import { EnvelopeSchema } from '#protocol/envelope.ts';
import { CountSchema, type Digest, type TaskId, TaskIdSchema, TimeMsSchema } from '#protocol/ids.ts';
import { writeJsonAtomically } from './atomic-write.ts';
import { ifExists } from './if-exists.ts';
import { InputError } from './input-error.ts';
import { readJsonFile } from './json-file.ts';
import type { ShopWorkspace } from './workspace.ts';

/** Strict: what a person has added is refused, not dropped with the next write. */
const RoundFileSchema = v.strictObject({
  taskId: TaskIdSchema,
  /** The task with the trainer's and the helper's signatures. */
  envelope: EnvelopeSchema,
  openedAtMs: TimeMsSchema,
  /** Reports made from order histories instead of by browsers. */
  numSimulated: CountSchema,
  /** What became of the sum. */
  outcome: v.variant('kind', [
    v.strictObject({ kind: v.literal('pending') }),
    /** A shadow evaluation takes no step: its candidate has. */
    v.strictObject({ kind: v.literal('published'), version: v.string(), stepSize: v.optional(v.number()) }),
    /** Devices try the model that it leads to. */
    v.strictObject({ kind: v.literal('tried'), by: TaskIdSchema }),
    v.strictObject({ kind: v.literal('refused') }),
    v.strictObject({ kind: v.literal('failed'), reason: v.string() }),
    /** Known from a party's ledger alone: this folder was lost, or the command that opened it cut off. */
    v.strictObject({ kind: v.literal('recovered') }),
  ]),
});

/** What the trainer keeps of one round. */
export type RoundFile = v.InferOutput<typeof RoundFileSchema>;

export async function saveRound(workspace: ShopWorkspace, round: RoundFile): Promise<void> {
  await writeJsonAtomically(join(workspace.roundsDir, `${round.taskId}.json`), round);
}

/**
 * All rounds, oldest first.
 *
 * @throws {InputError} If a file was edited into something else, or its task is not the one that it is
 *   named after: names file and field.
 */
export async function listRounds({ roundsDir }: ShopWorkspace): Promise<RoundFile[]> {
  const names = (await ifExists(roundsDir, (path) => readdir(path))) ?? []; // no round yet
  const files = names.filter((name) => name.endsWith('.json')).map((name) => join(roundsDir, name));
  const rounds = await Promise.all(files.map(readRound));
  return rounds.filter((round) => round !== undefined).sort((a, b) => a.openedAtMs - b.openedAtMs);
}

async function readRound(file: string): Promise<RoundFile | undefined> {
  const round = await readJsonFile(file, RoundFileSchema);
  if (!round) return undefined; // deleted since it was listed
  if (basename(file) !== `${round.taskId}.json`) {
    throw new InputError(`${file}, field taskId: expected the file’s own name, came ${round.taskId}; restore the file`);
  }
  const digest: string | undefined = await digestOfPayload(round.envelope.payload);
  if (digest !== round.taskId) {
    throw new InputError(
      `${file}, field envelope.payload: expected the task that the file is named after, came another; restore the file`,
    );
  }
  return round;
}

async function digestOfPayload(payload: string): Promise<Digest | undefined> {
  try {
    return await digestOf(fromBase64Url(payload));
  } catch {
    return undefined; // not even base64url
  }
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
