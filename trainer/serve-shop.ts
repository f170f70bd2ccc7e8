import { buildAssets } from './built-assets.ts';
import { bundleVersionSuffix } from './bundle.ts';
import { requireFreePorts } from './busy-ports.ts';
import { type Companion, startCompanion } from './child-process.ts';
import { leaderShop, operatorClient, type Parties, partyClient, saveDeployment } from './deployment.ts';
import { formatPublication } from './format-publication.ts';
import { type LocalParties, startLocalParties } from './local-parties.ts';
import { datasetDigest, findModel, isStillRight } from './model-store.ts';
import { currentPublication, publishModel } from './publish.ts';
import { ownFingerprints, readPublishingKeys } from './publishing-keys.ts';
import { importSource, picturesFolder, type ShopSource } from './shop-source.ts';
import { showTraining } from './show-training.ts';
import { trainShop } from './train-shop.ts';
import { readTrainedShop } from './trained-shop.ts';
import type { ShopWorkspace } from './workspace.ts';

export interface ServeOptions {
  readonly workspaceRoot: string;
  readonly source: ShopSource;
  readonly ports: { readonly shopPort: number; readonly leaderPort: number; readonly helperPort: number };
  readonly minutes: number;
  readonly seed: number;
  readonly minCustomers: number;
  /** Told one line at a time what is going on. */
  readonly print: (line: string) => void;
}

/** A shop that is being served; ends only when told to, or when a part of it ends. */
export interface ServedShop {
  readonly shopOrigin: string;
  readonly leaderOrigin: string;
  readonly helperOrigin: string;
  /** Settles when one of its programs ended by itself. */
  readonly broken: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Brings a whole shop up on this machine: import, training, both parties, publication and the demo
 * shop's pages. What was done before and still fits is not done again.
 *
 * @throws {InputError} For a bad file or a busy port; everything started is stopped again.
 */
export async function serveShop(workspace: ShopWorkspace, options: ServeOptions): Promise<ServedShop> {
  const { workspaceRoot, source, ports, print } = options;
  const companions: Companion[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(companions.map((companion) => companion.stop()));
  };
  try {
    await requireFreePorts({
      '--port': ports.shopPort,
      '--edge-port': ports.leaderPort,
      '--helper-port': ports.helperPort,
    });
    await importSource(workspace, source, print);
    await buildAssets((output) => print(`Building ${output}`));
    const local = await startLocalParties(workspaceRoot, ports);
    companions.push(...local.companions);
    await saveDeployment(workspaceRoot, local);
    const shopOrigin = `http://127.0.0.1:${ports.shopPort}`;
    const parties = await registerShop(workspace, local, { workspaceRoot, shopOrigin });
    await trainIfNeeded(workspace, options);
    await publishIfNeeded(workspace, parties, print);
    companions.push(await startShop(workspace, options, { parties, local }));
    return {
      shopOrigin,
      leaderOrigin: local.leaderOrigin,
      helperOrigin: local.helperOrigin,
      broken: Promise.race(companions.map(({ ended }) => ended)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function registerShop(
  workspace: ShopWorkspace,
  local: LocalParties,
  { workspaceRoot, shopOrigin }: { readonly workspaceRoot: string; readonly shopOrigin: string },
): Promise<Parties> {
  const keys = await readPublishingKeys(workspace);
  const key = keys.current;
  const { shop } = workspace;
  const leader = partyClient('leader', { origin: local.leaderOrigin, workspace, key });
  const helper = partyClient('helper', { origin: local.helperOrigin, workspace, key });
  const allowedOrigins = [shopOrigin, shopOrigin.replace('127.0.0.1', 'localhost')];
  for (const { origin } of [leader, helper]) {
    const operator = operatorClient(workspaceRoot, { origin, key: local.operatorKey });
    const settings = (await operator.findShop(shop))?.settings;
    await operator.saveShop(shop, { ...settings, allowedOrigins });
    await operator.addKey(shop, key.publicKey);
  }
  return { shop, key, publishers: await ownFingerprints(keys), leader, helper };
}

async function trainIfNeeded(workspace: ShopWorkspace, options: ServeOptions): Promise<void> {
  const stored = await findModel(workspace);
  const { minCustomers } = options;
  if (stored && isStillRight(stored.record, { datasetDigest: await datasetDigest(workspace), minCustomers })) return;
  const display = showTraining();
  try {
    await trainShop(workspace, { ...options, onProgress: display.show });
  } finally {
    display.stop();
  }
}

async function publishIfNeeded(
  workspace: ShopWorkspace,
  parties: Parties,
  print: (line: string) => void,
): Promise<void> {
  const { trained, dataset } = await readTrainedShop(workspace);
  const published = await currentPublication(leaderShop(parties));
  const isSame = published?.manifest.version.endsWith(await bundleVersionSuffix(trained, dataset.items));
  const isFresh = published !== undefined && published.manifest.expiresAtMs > Date.now() + 24 * 60 * 60 * 1000;
  if (isSame && isFresh) return;
  print(formatPublication(await publishModel(trained, dataset, leaderShop(parties))));
}

function startShop(
  workspace: ShopWorkspace,
  { source, ports }: ServeOptions,
  { parties, local }: { readonly parties: Parties; readonly local: LocalParties },
): Promise<Companion> {
  const pictures = picturesFolder(source);
  return startCompanion('demo-shop/server.ts', [
    ...['--catalog', workspace.catalogFile, '--port', String(ports.shopPort), '--edge', local.leaderOrigin],
    ...['--shop', workspace.shop, `--key=${parties.key.fingerprint}`, `--helper-key=${local.helperKey.fingerprint}`],
    ...(pictures === undefined ? [] : ['--pictures', pictures]),
    '--exit-with-parent',
  ]);
}
