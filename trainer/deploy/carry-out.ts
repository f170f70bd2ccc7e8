import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SigningKey } from '#protocol/keys.ts';
import { InputError } from '#trainer/input-error.ts';
import { loadOrCreateKey } from '#trainer/signing-key.ts';
import { findDatabaseId } from './account-state.ts';
import type { CloudflareApi } from './cloudflare-api.ts';
import type { PartyFolder } from './party-folder.ts';
import { type PartyTemplate, writePartyConfig } from './party-template.ts';
import { type DeployPlan, type DeployStep, PRIVATE_KEY_SECRET, PUBLIC_KEY_VAR } from './plan.ts';
import type { RunWrangler } from './run-wrangler.ts';

export interface CarryOutOptions {
  readonly template: PartyTemplate;
  readonly folder: PartyFolder;
  readonly api: CloudflareApi;
  readonly wrangler: RunWrangler;
  /** Who may make shops: a raw Ed25519 public key, base64url. */
  readonly operatorKey: string;
  /** Where Cloudflare puts what is created, as far as it can; `undefined` for near whoever creates it. */
  readonly location: string | undefined;
  /** Told before each step. */
  readonly onStep: (step: DeployStep) => void;
}

/**
 * Does what a plan says, one step after the other. What was cut off is gone on with by planning and carrying out again.
 *
 * @returns The party's key.
 * @throws {InputError} If Cloudflare or wrangler refuses; what was done until then stays.
 */
export async function carryOut(plan: DeployPlan, options: CarryOutOptions): Promise<SigningKey> {
  await mkdir(options.folder.path, { recursive: true });
  for (const step of plan.steps) {
    if (step.isDone) continue;
    options.onStep(step);
    await carryOutStep(step, plan, options);
  }
  return loadOrCreateKey(options.folder.keyFile);
}

async function carryOutStep(step: DeployStep, plan: DeployPlan, options: CarryOutOptions): Promise<void> {
  const { folder, api, wrangler, location } = options;
  const near = location === undefined ? [] : ['--location', location];
  switch (step.kind) {
    case 'make-key':
      await loadOrCreateKey(folder.keyFile);
      return;
    case 'create-bucket':
      await wrangler(['r2', 'bucket', 'create', step.bucket, ...near]);
      return;
    case 'create-database':
      await wrangler(['d1', 'create', step.database, ...near]);
      return;
    case 'apply-migrations':
      await writeConfig(plan, options);
      await wrangler(['d1', 'migrations', 'apply', step.database, '--remote', ...configOf(folder)]);
      return;
    case 'register-subdomain':
      await api.put(`/accounts/${plan.state.account.id}/workers/subdomain`, { subdomain: step.subdomain });
      return;
    case 'deploy-worker':
      await writeConfig(plan, options);
      await withSecrets(folder, (file) => wrangler(['deploy', '--secrets-file', file, ...configOf(folder)]));
      return;
    default:
      step satisfies never;
  }
}

async function writeConfig(plan: DeployPlan, { template, folder, api, operatorKey }: CarryOutOptions): Promise<void> {
  const { name } = template.database;
  const databaseId = plan.state.database?.id ?? (await findDatabaseId(api, plan.state.account, name));
  if (databaseId === undefined) {
    throw new InputError(`expected the database ${name} to be there, it is not; run the same command again`);
  }
  const { publicKey } = await loadOrCreateKey(folder.keyFile);
  await writePartyConfig(folder.configFile, template, {
    databaseId,
    hostname: plan.hostname,
    vars: {
      PEER_PUBLIC_KEY: plan.peerKey,
      OPERATOR_PUBLIC_KEY: operatorKey,
      [PUBLIC_KEY_VAR]: publicKey,
      ...(plan.isDevelopment && { DEVELOPMENT: 'true' }),
    },
  });
}

function configOf({ configFile }: PartyFolder): string[] {
  return ['--config', resolve(configFile)]; // wrangler runs in another folder
}

/** Gives wrangler the private key in a file that only its owner can read and that is gone afterwards. */
async function withSecrets(folder: PartyFolder, deploy: (file: string) => Promise<unknown>): Promise<void> {
  const file = resolve(join(folder.path, 'secrets.json'));
  await rm(file, { force: true }); // of a run that was killed
  try {
    const secrets = { [PRIVATE_KEY_SECRET]: (await readFile(folder.keyFile, 'utf8')).trim() };
    await writeFile(file, JSON.stringify(secrets), { mode: 0o600, flag: 'wx' });
    await deploy(file);
  } finally {
    await rm(file, { force: true });
  }
}
