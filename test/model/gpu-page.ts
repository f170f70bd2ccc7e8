import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type JSHandle } from 'playwright-core';
import type { ItemTable } from '#model/item-table.ts';
import type { Scorer } from '#model/scorer.ts';
import { bundleForPage, findBrowser, type PageServer, serve } from '../widget/browser.ts';
import type { ScorerPage } from './scorer-page.ts';

/** WebGPU on the processor (SwiftShader), so that no graphics card is needed. */
const FLAGS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];

/** A page that hangs on its GPU would hang the tests: nothing here takes a tenth of this. */
const LIMIT_MS = 20_000;

/** A page of a real browser that scores on WebGPU, one table at a time. */
export class GpuPage {
  readonly #browser: Browser;
  readonly #server: PageServer;
  readonly #scorerPage: JSHandle<ScorerPage>;

  private constructor(browser: Browser, server: PageServer, scorerPage: JSHandle<ScorerPage>) {
    this.#browser = browser;
    this.#server = server;
    this.#scorerPage = scorerPage;
  }

  /** @returns `undefined` if the browser offers no adapter. */
  static async open(): Promise<GpuPage | undefined> {
    const script = await bundleForPage(fileURLToPath(new URL('scorer-page.ts', import.meta.url)));
    const server = await serve((request, response) => {
      const isScript = request.url === '/page.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? script : '<!doctype html><script src="/page.js"></script>');
    });
    const browser = await chromium.launch({ executablePath: findBrowser(), args: FLAGS });
    const page = await browser.newPage();
    await page.goto(server.origin); // 127.0.0.1 is a secure context, which WebGPU asks for
    const gpuPage = new GpuPage(browser, server, await page.evaluateHandle<ScorerPage>('scorerPage'));
    if (await withinLimit(gpuPage.#scorerPage.evaluate((scorer) => scorer.hasAdapter())).catch(() => false)) {
      return gpuPage;
    }
    await gpuPage.close();
    return undefined;
  }

  async createScorer({ numItems, dim, scales, values }: ItemTable): Promise<Scorer> {
    const table = { numItems, dim, scales: [...scales], values: [...values] };
    return {
      kind: await withinLimit(this.#scorerPage.evaluate((scorer, given) => scorer.create(given), table)),
      score: async (query, out) => {
        const asked = { query: [...query], outLength: out.length };
        out.set(await withinLimit(this.#scorerPage.evaluate((scorer, given) => scorer.score(given), asked)));
      },
      dispose: () => {}, // the page disposes of a scorer before it makes the next one
    };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }
}

/** Ends the wait for a page that does not answer. */
async function withinLimit<T>(answer: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`expected the page to answer within ${LIMIT_MS} ms`)), LIMIT_MS);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
