import { join } from 'node:path';
import * as v from 'valibot';
import { EnvelopeSchema } from '#protocol/envelope.ts';
import { CountSchema, DigestSchema, ModelVersionSchema, PositiveCountSchema } from '#protocol/ids.ts';
import { writeJsonAtomically } from './atomic-write.ts';
import { InputError } from './input-error.ts';
import { readJsonFile } from './json-file.ts';
import { findModel, type ModelRecord, type StoredModel, saveModel } from './model-store.ts';
import type { Candidate } from './publish.ts';
import type { TrainedModel } from './trained-model.ts';
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
});

/** Keeps a model that devices are trying, with the manifest that would publish it. */
export async function saveCandidate(
  workspace: ShopWorkspace,
  {
    candidate,
    trained,
    record,
  }: { readonly candidate: Candidate; readonly trained: TrainedModel; readonly record: ModelRecord },
): Promise<void> {
  const beside = besideModel(workspace);
  await saveModel(beside, trained, record);
  await writeJsonAtomically(candidatePath(beside), candidate);
}

/**
 * The candidate of this digest.
 *
 * @throws {InputError} If another one is kept, or none.
 */
export async function loadCandidate(
  workspace: ShopWorkspace,
  digest: string,
): Promise<{ readonly candidate: Candidate; readonly stored: StoredModel }> {
  const beside = besideModel(workspace);
  const candidate = await readJsonFile(candidatePath(beside), CandidateSchema);
  const stored = await findModel(beside);
  if (candidate?.file.digest === digest && stored) return { candidate, stored };
  throw new InputError(
    `expected the candidate that devices tried in ${beside.modelDir}, found ${candidate ? 'another' : 'none'}; run "vitrine round shadow" again`,
  );
}

/** A candidate is stored as a model is, in a folder of its own. */
function besideModel(workspace: ShopWorkspace): ShopWorkspace {
  return { ...workspace, modelDir: join(workspace.modelDir, 'candidate') };
}

function candidatePath({ modelDir }: ShopWorkspace): string {
  return join(modelDir, 'candidate.json');
}
