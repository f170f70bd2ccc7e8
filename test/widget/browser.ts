import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

/** A real browser and pages for it, for what Node cannot show. */

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/** The browser to test in: `VITRINE_CHROMIUM`, one on the PATH, or Playwright's own. */
export function findBrowser(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const candidates = [process.env.VITRINE_CHROMIUM, ...onPath, chromium.executablePath()];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) throw new Error(`expected a browser: set VITRINE_CHROMIUM or install one of ${NAMES.join(', ')}`);
  return found;
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findBrowser(), args: BROWSER_FLAGS });
}

/** Runs a visit in a profile of its own that is kept on the disk. */
export async function inOrdinaryWindow(
  preferences: object,
  visit: (visitor: BrowserContext) => Promise<void>,
): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'vitrine-profile-'));
  await mkdir(join(profile, 'Default'));
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const visitor = await chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(),
    args: BROWSER_FLAGS,
  });
  try {
    await visit(visitor);
  } finally {
    await visitor.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves an origin of its own, on this machine only. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<PageServer> {
  const server = createServer((request, response) => {
    Promise.resolve(answer(request, response)).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** One script of a test page with all that it imports. */
export async function bundleForPage(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
  });
  return (outputFiles[0] as { text: string }).text;
}
