import { join } from 'node:path';
import * as v from 'valibot';
import { importSigningKey, type SigningKey } from '#protocol/keys.ts';
import type { PartyRole } from '#protocol/report.ts';
import { writeJsonAtomically } from '#trainer/atomic-write.ts';
import { textIfExists } from '#trainer/if-exists.ts';
import { readJsonFile } from '#trainer/json-file.ts';

/**
 * Where an operator keeps what belongs to one deployed party.
 *
 *     <workspace>/deploy/<role>/
 *       party-key        the party's private key: whoever has it is the party
 *       deployment.json  where it was deployed to, see {@link DeployedParty}
 *       wrangler.json    what wrangler was told
 */
export interface PartyFolder {
  readonly path: string;
  readonly keyFile: string;
  readonly recordFile: string;
  readonly configFile: string;
}

const DeployedPartySchema = v.object({
  role: v.picklist(['leader', 'helper']),
  account: v.object({ id: v.string(), name: v.string() }),
  worker: v.string(),
  origin: v.string(),
  /** Raw Ed25519 public keys, base64url; the other operator's is empty where there is none. */
  publicKey: v.string(),
  peerKey: v.string(),
  isDevelopment: v.boolean(),
});

/** What `vitrine deploy` has done last, which `vitrine doctor` compares with what answers. */
export type DeployedParty = v.InferOutput<typeof DeployedPartySchema>;

export function partyFolder(workspaceRoot: string, role: PartyRole): PartyFolder {
  const path = join(workspaceRoot, 'deploy', role);
  return {
    path,
    keyFile: join(path, 'party-key'),
    recordFile: join(path, 'deployment.json'),
    configFile: join(path, 'wrangler.json'),
  };
}

/** `undefined` if this workspace has deployed no such party. */
export function readDeployedParty({ recordFile }: PartyFolder): Promise<DeployedParty | undefined> {
  return readJsonFile(recordFile, DeployedPartySchema);
}

export function saveDeployedParty({ recordFile }: PartyFolder, party: DeployedParty): Promise<void> {
  return writeJsonAtomically(recordFile, party);
}

/** A key if it was made before; unlike the functions that make one on first use, it changes nothing. */
export async function keyIfMade(path: string): Promise<SigningKey | undefined> {
  const stored = await textIfExists(path);
  return stored === undefined ? undefined : importSigningKey(stored.trim());
}

/** What was recorded of the party at an address, or of the one with this role wherever it is. */
export async function findDeployedParty(
  workspaceRoot: string,
  { origin, role }: { readonly origin: string; readonly role: PartyRole | undefined },
): Promise<DeployedParty | undefined> {
  const roles: readonly PartyRole[] = role === undefined ? ['leader', 'helper'] : [role];
  const recorded = await Promise.all(roles.map((each) => readDeployedParty(partyFolder(workspaceRoot, each))));
  return recorded.find((party) => party && (role !== undefined || party.origin === origin));
}
