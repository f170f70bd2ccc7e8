import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { readClientAssets } from '#demo-shop/client-assets.ts';
import { createShopApp } from '#demo-shop/shop-app.ts';
import { indexCatalog } from '#demo-shop/shop-catalog.ts';
import { type LocalParty, startLocalParty } from '#edge/local/start-local-party.ts';
import type { ShopId } from '#protocol/ids.ts';
import { generateSigningKey } from '#protocol/keys.ts';
import type { PartyRole } from '#protocol/report.ts';
import { saveBudget } from '#trainer/budget-file.ts';
import { buildAssets } from '#trainer/built-assets.ts';
import { leaderShop } from '#trainer/deployment.ts';
import { EdgeClient } from '#trainer/edge-client.ts';
import { openRound } from '#trainer/open-round.ts';
import { OperatorClient } from '#trainer/operator-client.ts';
import { publishModel, requirePublished } from '#trainer/publish.ts';
import { draftModelUpdate } from '#trainer/task-draft.ts';
import { shippedModel } from '#trainer/trained-model.ts';
import { openWorkspace } from '#trainer/workspace.ts';
import { CHOICES, TEST_BUDGET, UPDATE } from '../../test/flows/round-choices.ts';
import type { MadeShop } from '../made-shop.ts';
import { type LineEnd, type LineSpeed, SlowLine } from './slow-line.ts';

/** A shop and its edge as shoppers reach them. */
export interface ServedShop {
  /** The demo shop's pages with the tag. */
  readonly withTag: string;
  /** The same pages without that one line of HTML. */
  readonly withoutTag: string;
  readonly edgeOrigin: string;
  /** All files that the manifest names. */
  readonly bundleBytes: number;
  readonly itemIds: readonly string[];
  /** From now on nothing answers at the edge's address. */
  cutEdge(): Promise<void>;
  close(): Promise<void>;
}

const SHOP = 'bench' as ShopId;

/**
 * Publishes a shop at the real edge, in workerd, and serves the demo shop's own pages with it.
 *
 * @param photos Pictures, in turn, of all products.
 * @param line What lies between the browser and both servers.
 * @param hasRound Whether a round is open, so that a device that opts in trains and reports.
 */
export async function serveMadeShop(
  { trained, items }: MadeShop,
  {
    photos,
    line: speed,
    hasRound = false,
  }: { readonly photos: readonly Buffer[]; readonly line: LineSpeed; readonly hasRound?: boolean },
): Promise<ServedShop> {
  await buildAssets(() => {});
  const line = new SlowLine(speed);
  const closers: (() => Promise<void>)[] = [];
  const reach = async (port: number): Promise<LineEnd & { origin: string }> => {
    const end = await line.open(port);
    closers.push(end.close);
    return { ...end, origin: `http://127.0.0.1:${end.port}` };
  };

  const folder = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  const [leaderKey, helperKey] = [await generateSigningKey(), await generateSigningKey()];
  const { key: operatorKey } = await generateSigningKey();
  const startParty = async (role: PartyRole): Promise<LocalParty> =>
    startLocalParty({
      role,
      port: await freePort(),
      storage: join(folder, role),
      partyKey: (role === 'leader' ? leaderKey : helperKey).pkcs8,
      peerKey: (role === 'leader' ? helperKey : leaderKey).key.publicKey,
      operatorKey: operatorKey.publicKey,
      ...(role === 'leader' && { assets: 'dist/widget' }),
    });
  const edge = await startParty('leader');
  const helper = hasRound ? await startParty('helper') : undefined;
  const edgeEnd = await reach(Number(new URL(edge.origin).port));

  const { key } = await generateSigningKey();
  const tag = { edgeOrigin: edgeEnd.origin, shop: SHOP, key: key.fingerprint, helperKey: helperKey.key.fingerprint };
  const assets = await readClientAssets('dist/demo-shop');
  const app = createShopApp({ name: 'Hearth & Hedge', catalog: indexCatalog(items), tag, allowWasm: true, assets });
  const pages = new Map<string, Promise<Response>>();
  const pictureOf = new Map(items.map(({ imageUrl }, row) => [imageUrl, photos[row % photos.length] as Buffer]));
  const answer = async (request: Request, hasTag: boolean): Promise<Response> => {
    const path = request.url.slice(new URL(request.url).origin.length);
    const picture = pictureOf.get(path);
    if (picture) {
      return new Response(new Uint8Array(picture), {
        headers: { 'content-type': 'image/webp', 'cache-control': 'public, max-age=604800' },
      });
    }
    // Drawn once: lists of thousands of products are no work for a web server in the middle of a measurement.
    const drawn = pages.get(path) ?? Promise.resolve(app.fetch(request));
    pages.set(path, drawn);
    const page = (await drawn).clone();
    return hasTag || !page.headers.get('content-type')?.startsWith('text/html') ? page : withoutTag(page);
  };
  const serveShop = async (hasTag: boolean) => {
    const server = createServer(getRequestListener((request) => answer(request, hasTag)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()));
    return reach((server.address() as AddressInfo).port);
  };
  const [tagged, untagged] = [await serveShop(true), await serveShop(false)];

  const publishers = [key.fingerprint];
  const checkParty = async () => {}; // both were started here
  const clientOf = (origin: string) => new EdgeClient({ origin, shop: SHOP, key, checkParty });
  const leaderClient = clientOf(edge.origin);
  const register = async (origin: string) => {
    const operator = new OperatorClient({ origin, key: operatorKey, checkParty });
    await operator.saveShop(SHOP, { allowedOrigins: [tagged.origin] });
    await operator.addKey(SHOP, key.publicKey);
  };
  await register(edge.origin);
  const { totalBytes } = await publishModel(trained, { items }, { edge: leaderClient, shop: SHOP, key, publishers });
  if (helper) {
    const helperClient = clientOf(helper.origin);
    await register(helper.origin);
    // Devices report to the address that their page's tag names.
    const parties = { shop: SHOP, key, publishers, leader: clientOf(edgeEnd.origin), helper: helperClient };
    const workspace = openWorkspace(folder, SHOP);
    await saveBudget(workspace, TEST_BUDGET);
    const { manifest, modelDigest } = await requirePublished(trained, { items }, leaderShop(parties));
    const draft = await draftModelUpdate(manifest, { start: shippedModel(trained), ...UPDATE, numBefore: 0 });
    await openRound(workspace, parties, { modelDigest, draft, choices: CHOICES });
  }
  return {
    withTag: tagged.origin,
    withoutTag: untagged.origin,
    edgeOrigin: edgeEnd.origin,
    bundleBytes: totalBytes,
    itemIds: items.map(({ id }) => id),
    cutEdge: edgeEnd.close,
    async close() {
      await Promise.all(closers.map((close) => close()));
      await Promise.all([edge.stop(), helper?.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function withoutTag(page: Response): Promise<Response> {
  const text = await page.text();
  const cut = text.replace(/<script async[^>]*\/vitrine\.js"[^>]*><\/script>/, '');
  if (cut.length === text.length) throw new Error('expected a page with the tag, got one without');
  const headers = new Headers(page.headers);
  headers.delete('content-length');
  return new Response(cut, { status: page.status, headers });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
