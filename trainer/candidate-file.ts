import { join } from 'node:path';
import * as v from 'valibot';
import { EnvelopeSchema } from '#protocol/envelope.ts';
import {
  CountSchema,
  DigestSchema,
  ModelVersionSchema,
  PositiveCountSchema,
  type TaskId,
  TaskIdSchema,
} from '#protocol/ids.ts';
import { writeJsonAtomically } from './atomic-write.ts';
import { InputError } from './input-error.ts';
import { readJsonFile } from './json-file.ts';
import { type Learning, learningFile, loadLearning } from './learning-file.ts';
import { findModel, type StoredModel, saveModel } from './model-store.ts';
import type { Candidate } from './publish.ts';
import type { ShopWorkspace } from './workspace.ts';

const CandidateSchema = v.strictObject({
  publication: v.strictObject({
    version: ModelVersionSchema,
    sequence: PositiveCountSchema,
    numFiles: CountSchema,
    totalBytes: CountSchema,
    uploadedFiles: CountSchema,
    uploadedBytes: CountSchema,
  }),
  envelope: EnvelopeSchema,
  file: v.strictObject({ digest: DigestSchema, bytes: PositiveCountSchema }),
  /** That led to it; `null` for the model that learning began with. */
  round: v.nullable(TaskIdSchema),
});

/** A model for devices to try: the one that learning began with, to go back to, or one that a round leads to. */
export type ModelToTry = { readonly stored: StoredModel } & (
  | { readonly isStart: true }
  /** `learning` as it stands once the model is published. */
  | { readonly isStart: false; readonly round: TaskId; readonly learning: Learning }
);
export type TriedModel = ModelToTry & { readonly candidate: Candidate };

/** Keeps a model that devices are trying, with the manifest that would publish it. */
export async function saveCandidate(workspace: ShopWorkspace, tried: TriedModel): Promise<void> {
  const { candidate, isStart } = tried;
  const { trained, record } = tried.stored;
  const beside = besideModel(workspace);
  await saveModel(beside, trained, record);
  if (!isStart) await learningFile(beside, trained).save(tried.learning);
  await writeJsonAtomically(candidatePath(beside), { ...candidate, round: isStart ? null : tried.round });
}

/**
 * The candidate of this digest.
 *
 * @throws {InputError} If another one is kept, or none, or it was edited.
 */
export async function loadCandidate(workspace: ShopWorkspace, digest: string): Promise<TriedModel> {
  const beside = besideModel(workspace);
  const kept = await readJsonFile(candidatePath(beside), CandidateSchema);
  const stored = await findModel(beside);
  if (kept?.file.digest === digest && stored) {
    const { round, ...candidate } = kept;
    if (round === null) return { candidate, stored, isStart: true };
    const learning = await loadLearning(beside, stored.trained);
    if (learning) return { candidate, stored, isStart: false, round, learning };
  }
  throw new InputError(
    `expected the candidate that devices tried in ${beside.modelDir}, found ${kept ? 'another' : 'none'}; give the trial up with "vitrine round close --give-up"`,
  );
}

/** A candidate is stored as a model is, in a folder of its own. */
function besideModel(workspace: ShopWorkspace): ShopWorkspace {
  return { ...workspace, modelDir: join(workspace.modelDir, 'candidate') };
}

function candidatePath({ modelDir }: ShopWorkspace): string {
  return join(modelDir, 'candidate.json');
}
