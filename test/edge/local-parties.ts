import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalParty, type LocalPartyOptions, startLocalParty } from '#edge/local/start-local-party.ts';
import type { ShopId } from '#protocol/ids.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import type { PartyRole } from '#protocol/report.ts';
import { OperatorClient } from '#trainer/operator-client.ts';

/** Of every test party. */
export const { key: OPERATOR_KEY, pkcs8: OPERATOR_PKCS8 } = await generateSigningKey();
export const SHOP_ORIGIN = 'https://mugs.example';

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A folder of its own for one party, removed by `dispose`. */
export async function scratchFolder(): Promise<{ readonly path: string; dispose(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'vitrine-edge-'));
  return { path, dispose: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A party in workerd that can be stopped and started again over the same storage. */
export interface TestParty {
  readonly origin: string;
  readonly publicKey: string;
  /** The one that runs now. */
  readonly running: LocalParty;
  stop(): Promise<void>;
  restart(): Promise<void>;
  dispose(): Promise<void>;
}

export interface TestIdentity {
  readonly key: SigningKey;
  readonly pkcs8: string;
}

/** Starts one party with one shop registered. */
export async function startTestParty({
  role,
  identity,
  peerKey,
  shopKey,
}: {
  readonly role: PartyRole;
  readonly identity: TestIdentity;
  readonly peerKey: string;
  readonly shopKey: SigningKey;
}): Promise<TestParty> {
  const folder = await scratchFolder();
  const port = await freePort();
  const options: LocalPartyOptions = {
    role,
    port,
    storage: folder.path,
    partyKey: identity.pkcs8,
    peerKey,
    operatorKey: OPERATOR_KEY.publicKey,
  };
  let running = await startLocalParty(options);
  const { origin } = running;
  await registerShop(origin, 'mug-shop', shopKey);
  return {
    origin,
    publicKey: running.publicKey,
    get running() {
      return running;
    },
    stop: () => running.stop(),
    restart: async () => {
      running = await startLocalParty(options);
    },
    dispose: async () => {
      await running.stop().catch(() => {});
      await folder.dispose();
    },
  };
}

/** Leader and helper that know each other, and one shop at both. */
export async function startTestParties() {
  const { key: shopKey } = await generateSigningKey();
  const [leaderId, helperId] = [await generateSigningKey(), await generateSigningKey()];
  const [leader, helper] = await Promise.all([
    startTestParty({ role: 'leader', identity: leaderId, peerKey: helperId.key.publicKey, shopKey }),
    startTestParty({ role: 'helper', identity: helperId, peerKey: leaderId.key.publicKey, shopKey }),
  ]);
  return { leader, helper, shopKey, leaderKey: leaderId.key, helperKey: helperId.key };
}

/** A party as its operator reaches it; tests know that it is the right one. */
export function operatorAt(origin: string, key: SigningKey = OPERATOR_KEY): OperatorClient {
  return new OperatorClient({ origin, key, checkParty: async () => {} });
}

/** Registers a shop as the operator does. */
export async function registerShop(origin: string, shop: string, { publicKey }: SigningKey): Promise<void> {
  const operator = operatorAt(origin);
  await operator.saveShop(shop as ShopId, { allowedOrigins: [SHOP_ORIGIN] });
  await operator.addKey(shop as ShopId, publicKey);
}
