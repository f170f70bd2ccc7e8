import { chromium, type Page } from 'playwright-core';
import { bundleForPage, findBrowser, serve } from '../widget/browser.ts';

const FLAGS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
];

/** WebGPU on the processor (SwiftShader), so that no graphics card is needed. */
export const SOFTWARE_GPU = '--use-webgpu-adapter=swiftshader';

/** A page that hangs on its GPU would hang the tests: nothing they do takes a tenth of this. */
const LIMIT_MS = 20_000;

export interface GpuBrowserPage {
  readonly page: Page;
  close(): Promise<void>;
}

/**
 * Opens a page that may use WebGPU and runs one script there.
 *
 * @param script Path of the script, bundled with all that it imports.
 */
export async function openGpuBrowser(script: string, flags: readonly string[]): Promise<GpuBrowserPage> {
  const bundled = await bundleForPage(script);
  const server = await serve((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? bundled : '<!doctype html><link rel="icon" href="data:,"><script src="/page.js"></script>');
  });
  const browser = await chromium.launch({ executablePath: findBrowser(), args: [...FLAGS, ...flags] });
  const page = await browser.newPage();
  await page.goto(server.origin); // 127.0.0.1 is a secure context, which WebGPU asks for
  return {
    page,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Ends the wait for a page that does not answer. */
export async function withinLimit<T>(answer: Promise<T>, limitMs = LIMIT_MS): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`expected the page to answer within ${limitMs} ms`)), limitMs);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
