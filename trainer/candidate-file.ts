import { join } from 'node:path';
import * as v from 'valibot';
import { EnvelopeSchema } from '#protocol/envelope.ts';
import { CountSchema, DigestSchema, ModelVersionSchema, PositiveCountSchema } from '#protocol/ids.ts';
import { writeJsonAtomically } from './atomic-write.ts';
import { InputError } from './input-error.ts';
import { readJsonFile } from './json-file.ts';
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
  isStart: v.boolean(),
});

/** A model that devices are trying. */
export interface TriedModel {
  readonly candidate: Candidate;
  readonly stored: StoredModel;
  /** Whether it is the one that learning began with, to go back to; else the one that a round leads to. */
  readonly isStart: boolean;
}

/** Keeps a model that devices are trying, with the manifest that would publish it. */
export async function saveCandidate(
  workspace: ShopWorkspace,
  { candidate, stored: { trained, record }, isStart }: TriedModel,
): Promise<void> {
  const beside = besideModel(workspace);
  await saveModel(beside, trained, record);
  await writeJsonAtomically(candidatePath(beside), { ...candidate, isStart });
}

/**
 * The candidate of this digest.
 *
 * @throws {InputError} If another one is kept, or none.
 */
export async function loadCandidate(workspace: ShopWorkspace, digest: string): Promise<TriedModel> {
  const beside = besideModel(workspace);
  const kept = await readJsonFile(candidatePath(beside), CandidateSchema);
  const stored = await findModel(beside);
  if (kept?.file.digest === digest && stored) {
    const { isStart, ...candidate } = kept;
    return { candidate, stored, isStart };
  }
  throw new InputError(
    `expected the candidate that devices tried in ${beside.modelDir}, found ${kept ? 'another' : 'none'}; run "vitrine round shadow" again`,
  );
}

/** A candidate is stored as a model is, in a folder of its own. */
function besideModel(workspace: ShopWorkspace): ShopWorkspace {
  return { ...workspace, modelDir: join(workspace.modelDir, 'candidate') };
}

function candidatePath({ modelDir }: ShopWorkspace): string {
  return join(modelDir, 'candidate.json');
}
