import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { connectParties, type Parties } from '#trainer/deployment.ts';
import { type ServedShop, serveShop } from '#trainer/serve-shop.ts';
import type { ShopSource } from '#trainer/shop-source.ts';
import { openWorkspace, type ShopWorkspace } from '#trainer/workspace.ts';
import { launchBrowser } from '../widget/browser.ts';

/** A shop as `npm start` brings it up, in a folder of its own, and a real browser to visit it. */
export interface WholeShop {
  readonly served: ServedShop;
  readonly workspace: ShopWorkspace;
  readonly parties: Parties;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Trains only seconds: the flows show that the parts fit, not how good the model is. */
const TRAIN_MINUTES = 0.1;

/** @param source Where its catalog and orders come from: the demo shop's own if absent. */
export async function openWholeShop(source: ShopSource = { kind: 'demo' }): Promise<WholeShop> {
  const workspaceRoot = await mkdtemp(join(tmpdir(), 'vitrine-flow-'));
  const [shopPort, leaderPort, helperPort] = await freePorts(3);
  const workspace = openWorkspace(workspaceRoot, source.kind);
  const served = await serveShop(workspace, {
    workspaceRoot,
    source,
    ports: { shopPort, leaderPort, helperPort } as { shopPort: number; leaderPort: number; helperPort: number },
    minutes: TRAIN_MINUTES,
    seed: 7,
    minCustomers: 5,
    print: () => {},
  });
  const browser = await launchBrowser();
  return {
    served,
    workspace,
    parties: await connectParties(workspace, { workspace: workspaceRoot }),
    browser,
    async close() {
      await browser.close();
      await served.stop();
      await rm(workspaceRoot, { recursive: true, force: true });
    },
  };
}

/** Requests that left a browser context, as anyone on the way to their servers could see them. */
export function recordRequests(context: BrowserContext): Request[] {
  const requests: Request[] = [];
  context.on('request', (request) => requests.push(request));
  return requests;
}

/** Titles on a shelf, once it shows cards of Vitrine's instead of the shop's own links, ranked for this page. */
export async function shelfTitles(page: Page, kind: string): Promise<string[]> {
  const shelf = page.locator(`vitrine-shelf[kind="${kind}"]`).first();
  await shelf.locator('[part~="items"]:not([aria-busy]) [part~="title"]').first().waitFor();
  return shelf.locator('[part~="title"]').allTextContents();
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
