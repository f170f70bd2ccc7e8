import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fingerprintOf } from '#protocol/keys.ts';
import type { PartyRole } from '#protocol/report.ts';
import { InputError } from '#trainer/input-error.ts';
import { knownAddress } from '#trainer/known-party.ts';
import { operatorFolder, operatorKey } from '#trainer/signing-key.ts';
import { readAccountState } from './account-state.ts';
import { carryOut } from './carry-out.ts';
import { requireFreeHostname } from './check-hostname.ts';
import { CloudflareApi } from './cloudflare-api.ts';
import { type Account, findAccount, findCredentials } from './find-account.ts';
import { COST_QUESTIONS, formatExchange, formatPlan, formatStep, hazardQuestion } from './format-plan.ts';
import { keyIfMade, type PartyFolder, partyFolder, readDeployedParty, saveDeployedParty } from './party-folder.ts';
import { readPartyTemplate } from './party-template.ts';
import { costOf, type DeployPlan, planDeployment } from './plan.ts';
import type { RunWrangler, wranglerIn } from './run-wrangler.ts';

export interface DeployOptions {
  readonly workspaceRoot: string;
  readonly role: PartyRole;
  readonly peerKey: string | undefined;
  readonly hostname: string | undefined;
  readonly accountId: string | undefined;
  readonly location: string | undefined;
  readonly isDevelopment: boolean;
  readonly isDryRun: boolean;
}

/** What a deployment says and asks, and the programs that it runs; tests have others. */
export interface DeployTools {
  readonly print: (text: string) => void;
  /** @returns Whether to go on. @throws {InputError} If there is nobody to ask. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Makes sure that the widget is built. */
  readonly buildAssets: () => Promise<void>;
  readonly wranglerIn: typeof wranglerIn;
}

/**
 * Deploys one party into an account of Cloudflare's, from nothing or over what is there.
 *
 * Guarantees:
 * - A dry run changes nothing, neither in the account nor in the workspace.
 * - Nothing that may cost is created before `confirm` was asked, and nothing at all before the whole plan is printed.
 * - A run that was cut off is gone on with by running it again.
 * - The party's private key is neither printed nor an argument of any program.
 *
 * @throws {InputError} If it must not be deployed like that, or the answer to a question is no.
 */
export async function deployParty(options: DeployOptions, tools: DeployTools): Promise<void> {
  const { workspaceRoot, role } = options;
  const folder = partyFolder(workspaceRoot, role);
  const credentials = await findCredentials(tools.wranglerIn(process.cwd()));
  const api = new CloudflareApi(credentials.token);
  const account = await findAccount(api, credentials, options.accountId);
  await requireSameAccount(folder, account);
  const otherRole = role === 'leader' ? 'helper' : 'leader';
  const [own, other] = await Promise.all([readPartyTemplate(role), readPartyTemplate(otherRole)]);
  const plan = planDeployment(own, await readAccountState(api, account, { own, other }), {
    publicKey: (await keyIfMade(folder.keyFile))?.publicKey,
    operatorKey: (await keyIfMade(join(operatorFolder(workspaceRoot), 'operator-key')))?.publicKey,
    peerKey: options.peerKey,
    hostname: options.hostname,
    isDevelopment: options.isDevelopment,
    holdsOtherKey: (await keyIfMade(partyFolder(workspaceRoot, otherRole).keyFile)) !== undefined,
  });
  if (plan.hostname !== undefined) {
    await requireFreeHostname(api, account, { hostname: plan.hostname, worker: own.worker });
  }
  tools.print(formatPlan(plan));
  if (options.isDryRun) return tools.print('Nothing was changed: --dry-run.');
  await askFirst(plan, tools);
  if (role === 'leader') await tools.buildAssets();

  const operator = await operatorKey(workspaceRoot);
  await mkdir(folder.path, { recursive: true });
  const wrangler: RunWrangler = tools.wranglerIn(resolve(folder.path), account.id);
  const { publicKey } = await carryOut(plan, {
    ...{ template: own, folder, api, wrangler },
    operatorKey: operator.publicKey,
    location: options.location,
    onStep: (step) => tools.print(`… ${formatStep(step)}`),
  });
  const { origin, peerKey, isDevelopment } = plan;
  await saveDeployedParty(folder, { role, account, worker: own.worker, origin, publicKey, peerKey, isDevelopment });
  await knownAddress(operatorFolder(workspaceRoot), origin)({ role, publicKey }); // no other key is believed there
  const peerFingerprint = peerKey === '' ? undefined : await fingerprintOf(peerKey);
  tools.print(`\n${formatExchange(plan, { publicKey, peerFingerprint })}`);
}

/** A second account would mean two parties with one key, each with half of the shops. */
async function requireSameAccount(folder: PartyFolder, { id }: Account): Promise<void> {
  const before = await readDeployedParty(folder);
  if (before === undefined || before.account.id === id) return;
  throw new InputError(
    `expected the account ${before.account.name} (${before.account.id}), where this workspace has deployed the ${before.role}, came ${id}; name it with --account, or delete ${folder.recordFile} if the party is to move`,
  );
}

/** Once for what may cost, group by group, and once for each thing that ends what works now. */
async function askFirst({ steps, hazards }: DeployPlan, { confirm }: DeployTools): Promise<void> {
  const costs = new Set(steps.flatMap((step) => costOf(step) ?? []));
  const questions = [...[...costs].map((cost) => COST_QUESTIONS[cost]), ...hazards.map(hazardQuestion)];
  for (const question of questions) {
    if (!(await confirm(question))) throw new InputError('stopped before anything was changed, as you said no');
  }
}
