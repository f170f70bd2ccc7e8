import { join } from 'node:path';
import type { PartyRole } from '#protocol/report.ts';
import type { PartyIdentity } from '#protocol/round-messages.ts';
import { writeFileAtomically } from './atomic-write.ts';
import { textIfExists } from './if-exists.ts';
import { InputError } from './input-error.ts';
import type { ShopWorkspace } from './workspace.ts';

/** Decides whether a party is the one that is meant. @throws {InputError} If it is not. */
export type CheckParty = (identity: PartyIdentity) => Promise<void>;

/**
 * Knows a party by its key: the first one seen is kept in the shop's folder, any other is refused from
 * then on.
 */
export function knownParty({ keysDir }: Pick<ShopWorkspace, 'keysDir'>, role: PartyRole): CheckParty {
  const path = join(keysDir, `${role}-public-key`);
  return async (identity) => {
    if (identity.role !== role) throw new InputError(`expected a ${role} at that address, found a ${identity.role}`);
    await requireSameKey(path, identity, '; no round opens beside earlier ones that another helper’s key has signed');
  };
}

/** The same for an operator, who knows a party by its address. @param folder Where the operator keeps keys. */
export function knownAddress(folder: string, origin: string): CheckParty {
  const path = join(folder, `${new URL(origin).host.replace(':', '_')}-public-key`);
  return (identity) => requireSameKey(path, identity, '');
}

async function requireSameKey(path: string, { role, publicKey }: PartyIdentity, hint: string): Promise<void> {
  const known = await textIfExists(path);
  if (known === undefined) return writeFileAtomically(path, `${publicKey}\n`); // the first time
  if (known.trim() === publicKey) return;
  throw new InputError(
    `expected the ${role} to have the key ${known.trim()}, it has another now; if its operator has changed it and told you the new one, delete ${path}${hint}`,
  );
}
