import { join } from 'node:path';
import * as v from 'valibot';
import type { KeyFingerprint, ShopId } from '#protocol/ids.ts';
import type { SigningKey } from '#protocol/keys.ts';
import type { PartyRole } from '#protocol/report.ts';
import { writeJsonAtomically } from './atomic-write.ts';
import { EdgeClient } from './edge-client.ts';
import { InputError } from './input-error.ts';
import { readJsonFile } from './json-file.ts';
import { knownAddress, knownParty } from './known-party.ts';
import { OperatorClient } from './operator-client.ts';
import type { Shop } from './publish.ts';
import { ownFingerprints, readPublishingKeys } from './publishing-keys.ts';
import { operatorFolder, operatorKey } from './signing-key.ts';
import type { ShopWorkspace } from './workspace.ts';

const DeploymentSchema = v.object({
  leaderOrigin: v.string(),
  helperOrigin: v.string(),
});

/** Where the two parties answer. */
export type Deployment = v.InferOutput<typeof DeploymentSchema>;

/** Options of every command that talks to the edge. */
export interface DeploymentOptions {
  readonly workspace: string;
  readonly edge?: string;
  readonly helper?: string;
}

/** Both parties' routes for one shop. */
export interface Parties {
  readonly shop: ShopId;
  readonly key: SigningKey;
  /** Every key whose messages are this shop's own, former ones among them. */
  readonly publishers: readonly KeyFingerprint[];
  readonly leader: EdgeClient;
  readonly helper: EdgeClient;
}

/** Keeps where `vitrine serve` started the parties, for the commands run beside it. */
export async function saveDeployment(workspaceRoot: string, deployment: Deployment): Promise<void> {
  await writeJsonAtomically(deploymentFile(workspaceRoot), deployment);
}

/**
 * Clients of both parties: as named by `--edge` and `--helper`, else as the last `vitrine serve` here.
 *
 * @throws {InputError} If neither says where they are.
 */
export async function connectParties(workspace: ShopWorkspace, options: DeploymentOptions): Promise<Parties> {
  const local = await readJsonFile(deploymentFile(options.workspace), DeploymentSchema);
  const leaderOrigin = options.edge ?? local?.leaderOrigin;
  const helperOrigin = options.helper ?? local?.helperOrigin;
  if (leaderOrigin === undefined || helperOrigin === undefined) {
    throw new InputError('expected to know the edge, found none; start "vitrine serve" or give --edge and --helper');
  }
  const keys = await readPublishingKeys(workspace);
  const key = keys.current;
  return {
    shop: workspace.shop,
    key,
    publishers: await ownFingerprints(keys),
    leader: partyClient('leader', { origin: leaderOrigin, workspace, key }),
    helper: partyClient('helper', { origin: helperOrigin, workspace, key }),
  };
}

/** One party's routes, once it is known to be the one it was before. */
export function partyClient(
  role: PartyRole,
  { origin, workspace, key }: { readonly origin: string; readonly workspace: ShopWorkspace; readonly key: SigningKey },
): EdgeClient {
  return new EdgeClient({ origin, shop: workspace.shop, key, checkParty: knownParty(workspace, role) });
}

/** What the operator does at the party of this address, once it is known to be the one it was before. */
export function operatorClient(
  workspaceRoot: string,
  { origin, key }: { readonly origin: string; readonly key: SigningKey },
): OperatorClient {
  return new OperatorClient({ origin, key, checkParty: knownAddress(operatorFolder(workspaceRoot), origin) });
}

/**
 * Clients of the parties that an operator names, else of those that the last `vitrine serve` here has started.
 *
 * @throws {InputError} If neither says where they are.
 */
export async function connectOperator(
  workspaceRoot: string,
  origins: readonly string[] | undefined,
): Promise<OperatorClient[]> {
  const local = await readJsonFile(deploymentFile(workspaceRoot), DeploymentSchema);
  const named = origins ?? (local && [local.leaderOrigin, local.helperOrigin]);
  if (!named)
    throw new InputError('expected to know the party, found none; start "vitrine serve" or name it with --at');
  const key = await operatorKey(workspaceRoot);
  return named.map((origin) => operatorClient(workspaceRoot, { origin, key }));
}

/** The side of the deployment that serves models. */
export function leaderShop({ leader, shop, key, publishers }: Parties): Shop {
  return { edge: leader, shop, key, publishers };
}

function deploymentFile(workspaceRoot: string): string {
  return join(workspaceRoot, 'deployment.json');
}
