import { leaderShop, type Parties } from './deployment.ts';
import { InputError } from './input-error.ts';
import { pushLive } from './live.ts';
import { promoteNextKey, readPublishingKeys } from './publishing-keys.ts';
import { type Republication, resign } from './republish.ts';
import type { ShopWorkspace } from './workspace.ts';

/**
 * Puts the spare key in the place of the current one: what is published is signed anew with it, and so is everything
 * from here on. Cut off, it goes on when it is called again.
 *
 * @returns `former` is the public key of the one before.
 * @throws {InputError} If there is no spare key. {@link EdgeError} If the leader does not know it yet.
 */
export async function switchKey(
  workspace: ShopWorkspace,
  parties: Parties,
): Promise<Republication & { readonly former: string }> {
  const { current, next } = await readPublishingKeys(workspace);
  if (!next) throw new InputError('expected a spare key to switch to, found none; run "vitrine key new" first');
  const at = { ...leaderShop(parties), key: next };
  const done = await resign(at);
  await pushLive(at, {});
  await promoteNextKey(workspace);
  return { ...done, former: current.publicKey };
}
