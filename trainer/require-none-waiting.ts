import type { Digest, TaskId } from '#protocol/ids.ts';
import type { TaskKind } from '#protocol/task.ts';
import { InputError } from './input-error.ts';
import { listRounds } from './round-file.ts';
import { summaryOf } from './round-ledger.ts';
import type { ShopWorkspace } from './workspace.ts';

/**
 * Keeps rounds apart whose order would matter: each changes the model that the other is about.
 *
 * @param waiting.modelDigest Of the published model; rounds about an earlier one change nothing any more.
 * @param waiting.except A round that may wait.
 * @throws {InputError} If a round of one of the kinds was not applied yet.
 */
export async function requireNoneWaiting(
  workspace: ShopWorkspace,
  {
    modelDigest,
    kinds,
    except,
  }: { readonly modelDigest: Digest; readonly kinds: readonly TaskKind[]; readonly except?: TaskId | undefined },
): Promise<void> {
  const found = (await listRounds(workspace)).find((round) => {
    if (round.outcome.kind !== 'pending' || round.taskId === except) return false;
    const summary = summaryOf(round);
    return summary.modelDigest === modelDigest && kinds.some((kind) => kind === summary.kind);
  });
  if (!found) return;
  throw new InputError(
    `expected no other round about the published model to wait, found ${found.taskId} of kind ${summaryOf(found).kind}; close and apply it first, or give it up with "vitrine round close --give-up"`,
  );
}
