import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { type BuiltScript, buildWidget } from '#widget/build.ts';
import { launchBrowser, type PageServer, serve } from './browser.ts';
import { FakeEdge } from './fake-edge.ts';
import { NUM_ITEMS, publish, publishLive, SHOP, shopItem } from './published-shop.ts';

/** A shop and an edge on two origins, with the built widget between them. */
export class TestShop {
  readonly edge = new FakeEdge();
  readonly key: SigningKey;
  readonly helperKey: SigningKey;
  readonly #browser: Browser;
  readonly #outDir: string;
  /** Built scripts, by path. */
  readonly #scripts: readonly BuiltScript[];
  /** Scripts served in place of the built ones, by path. */
  readonly replacedScripts = new Map<string, string>();
  #edgeServer!: PageServer;
  #shopServer!: PageServer;
  /** The shop's policy, as a merchant would write it. */
  policy = '';
  consent = 'persistent';
  /** More of the tag: attributes with their values. */
  tagAttributes = '';
  /** How long the browser's HTTP cache may keep model files. */
  fileCacheControl = IMMUTABLE;
  /** How long it may keep the shop's own pages. */
  pageCacheControl = 'no-cache';
  /** Written into every page's head before the tag. */
  head = '';
  /** Written into every list of the shop's own, after its first link. */
  inList = '';

  private constructor(parts: {
    key: SigningKey;
    helperKey: SigningKey;
    browser: Browser;
    outDir: string;
    scripts: readonly BuiltScript[];
  }) {
    this.key = parts.key;
    this.helperKey = parts.helperKey;
    this.#browser = parts.browser;
    this.#outDir = parts.outDir;
    this.#scripts = parts.scripts;
  }

  static async open(): Promise<TestShop> {
    const outDir = await mkdtemp(join(tmpdir(), 'vitrine-widget-'));
    const scripts = await buildWidget(outDir);
    const shop = new TestShop({
      key: (await generateSigningKey()).key,
      helperKey: (await generateSigningKey()).key,
      browser: await launchBrowser(),
      outDir,
      scripts,
    });
    shop.#edgeServer = await shop.#serveEdge();
    shop.#shopServer = await serve((request, response) => {
      const path = (request.url ?? '/').split('?')[0] as string;
      const [type, body] = shop.#answer(path);
      response.setHeader('content-type', type);
      response.setHeader('cache-control', shop.pageCacheControl);
      if (type === 'text/html') response.setHeader('content-security-policy', shop.policy);
      response.end(body);
    });
    return shop;
  }

  /** The state before each test: one version published, nothing stored on any device. */
  async reset(): Promise<void> {
    // On an origin of its own, that no request of a device before can come late to.
    await this.#edgeServer.close();
    this.#edgeServer = await this.#serveEdge();
    this.edge.answers.clear();
    this.edge.requests.length = 0;
    this.edge.posted.length = 0;
    this.edge.gate = undefined;
    this.edge.faults.clear();
    this.edge.isReachable = true;
    this.tagAttributes = '';
    this.fileCacheControl = IMMUTABLE;
    this.pageCacheControl = 'no-cache';
    this.head = '';
    this.inList = '';
    this.replacedScripts.clear();
    this.consent = 'persistent';
    this.policy = this.policyWith({});
    this.edge.publish(await publish({ key: this.key, sequence: 2, nowMs: Date.now() }));
    this.edge.put('live', await publishLive(this.key, Date.now()));
  }

  policyWith({ script = " 'wasm-unsafe-eval'", worker = 'blob:' }: { script?: string; worker?: string }): string {
    const { origin } = this.#edgeServer;
    return [
      "default-src 'self'",
      `script-src 'self' ${origin}${script}`,
      `connect-src 'self' ${origin}`,
      `worker-src ${worker}`,
      "img-src 'self'",
      "style-src 'self'",
    ].join('; ');
  }

  /** A browser profile of its own. */
  async newDevice(): Promise<BrowserContext> {
    const context = await this.#browser.newContext();
    await this.watch(context);
    return context;
  }

  /** Keeps on every page of a device what the tests ask about. */
  async watch(device: BrowserContext): Promise<void> {
    await device.addInitScript(watchPage);
  }

  async visit(device: BrowserContext, path: string): Promise<Page> {
    const page = await device.newPage();
    await page.goto(this.#shopServer.origin + path);
    return page;
  }

  url(path: string): string {
    return this.#shopServer.origin + path;
  }

  /** Where a built script is served. */
  scriptUrl(name: string): string {
    return `${this.#edgeServer.origin}/${this.#script(`widget/${name}.`).path}`;
  }

  /** @param start Of its path. */
  scriptText(start: string): string {
    return this.#script(start).bytes.toString();
  }

  #script(start: string): BuiltScript {
    const script = this.#scripts.find(({ path }) => path.startsWith(start));
    if (!script) throw new RangeError(`expected a script whose path starts with ${start}`);
    return script;
  }

  get edgeOrigin(): string {
    return this.#edgeServer.origin;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#edgeServer.close();
    await this.#shopServer.close();
    await rm(this.#outDir, { recursive: true, force: true });
  }

  async #serveEdge(): Promise<PageServer> {
    return serve(async (request, response) => {
      if (!this.edge.isReachable) return void response.destroy();
      const path = (request.url ?? '/').slice(1);
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('access-control-allow-headers', 'content-type');
      if (request.method === 'OPTIONS') return void response.writeHead(204).end();
      if (!path.startsWith('v1/')) {
        response.setHeader('content-type', 'text/javascript');
        response.setHeader('cache-control', path === 'vitrine.js' ? TAG_CACHE_CONTROL : IMMUTABLE);
        return void response.end(this.replacedScripts.get(path) ?? (await readFile(join(this.#outDir, path))));
      }
      await this.#answerAsEdge(path, request, response);
    });
  }

  /** What the fake edge says, with the real one's headers; a network error cuts the connection. */
  async #answerAsEdge(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const posted = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    const init: RequestInit = posted.length > 0 ? { method: 'POST', body: Uint8Array.from(posted) } : {};
    try {
      const answer = await this.edge.fetch(`${this.edge.origin}/${path}`, init);
      if (answer.ok) response.setHeader('cache-control', path.includes('/files/') ? this.fileCacheControl : MESSAGE);
      const length = answer.headers.get('content-length');
      if (length) {
        // A body that will not come whole: its first half goes out before the connection ends.
        response.writeHead(answer.status, { 'content-length': length });
        for await (const part of answer.body ?? []) await new Promise((sent) => response.write(part, sent));
      }
      const body = Buffer.from(await answer.arrayBuffer());
      const etag = `"${createHash('sha256').update(body).digest('hex')}"`;
      if (answer.ok) response.setHeader('etag', etag);
      if (answer.ok && request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
      response.writeHead(answer.status).end(body);
    } catch {
      response.destroy();
    }
  }

  #answer(path: string): [type: string, body: string] {
    if (path === '/shop.css') return ['text/css', SHOP_CSS];
    if (path.endsWith('.svg')) return ['image/svg+xml', PICTURE];
    return ['text/html', this.#page(path)];
  }

  #page(path: string): string {
    if (path === '/empty') return '<!doctype html><title>Nothing of ours</title>';
    const row = Number(/^\/p\/(\d+)$/.exec(path)?.[1] ?? Number.NaN);
    const item = row < NUM_ITEMS ? shopItem(row) : undefined;
    const product = item ? { '@type': 'Product', '@id': this.url(item.url), sku: item.id, name: item.title } : {};
    return `<!doctype html><html lang="en-IE"><head><meta charset="utf-8"><title>${item?.title ?? 'Shop'}</title>
<link rel="stylesheet" href="/shop.css">${this.head}${this.tag}
<script type="application/ld+json">${JSON.stringify(product)}</script></head><body>
<h1>${item?.title ?? 'Welcome'}</h1>
<vitrine-shelf id="for-you" kind="for-you" heading="Picked for you">${this.#ownLinks(path)}</vitrine-shelf>
<p id="after">What comes after the shelf.</p>
${item ? `<vitrine-shelf id="similar" kind="similar" heading="Similar">${this.#ownLinks(path)}</vitrine-shelf>` : ''}
${path === '/privacy' ? '<vitrine-privacy></vitrine-privacy>' : ''}
</body></html>`;
  }

  #ownLinks(path: string): string {
    if (path === '/no-list') return '';
    const links = [21, 22, 23].map(
      (row) => `<a href="/p/${row}"><img src="/pictures/${row}.svg" alt="" width="192" height="192">Own ${row}</a>`,
    );
    return links.join('').replace('</a>', `</a>${this.inList}`);
  }

  /** What the merchant pastes. */
  get tag(): string {
    return (
      `<script async src="${this.#edgeServer.origin}/vitrine.js" data-vitrine-shop="${SHOP}"` +
      ` data-vitrine-key="${this.key.fingerprint}" data-vitrine-helper-key="${this.helperKey.fingerprint}"` +
      ` data-vitrine-consent="${this.consent}" ${this.tagAttributes}></script>`
    );
  }
}

/** As `edge/delivery/` say it. */
const TAG_CACHE_CONTROL = 'public, max-age=300, stale-while-revalidate=86400';
const MESSAGE = 'public, max-age=30, stale-while-revalidate=300';
const IMMUTABLE = 'public, immutable, max-age=31536000';

const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>';

/** What a merchant adds so that the list looks the same before and after the element is there. */
const SHOP_CSS = `
body { margin: 2rem; font: 16px/1.5 serif; }
vitrine-shelf { display: block; }
vitrine-shelf:not(:defined) { display: flex; gap: 1rem; padding-block-start: 3rem; overflow-x: auto; scrollbar-width: thin; }
vitrine-shelf > a { flex: none; display: block; inline-size: 12rem; block-size: 18rem; }
vitrine-shelf > a > img { display: block; }
`;

/** Runs before the page's own scripts: keeps what the tests ask about. */
function watchPage(): void {
  const seen = { shift: 0, errors: [] as string[], participations: [] as string[] };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shift += (entry as PerformanceEntry & { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
  document.addEventListener('vitrine-error', (event) => seen.errors.push((event as CustomEvent).detail.code));
  document.addEventListener('vitrine-participation', (event) =>
    seen.participations.push((event as CustomEvent).detail.kind),
  );
  Object.assign(globalThis, { seen });
}

/**
 * One shop for all tests of a file, as it was at first and with a new device before each.
 *
 * @param use Told before each test.
 */
export function onFreshDevices(
  use: (fresh: { readonly shop: TestShop; readonly device: BrowserContext }) => void,
): void {
  let shop: TestShop | undefined;
  let device: BrowserContext | undefined;
  beforeAll(async () => {
    shop = await TestShop.open();
  }, 120_000);
  afterAll(() => shop?.close());
  beforeEach(async () => {
    if (!shop) throw new Error('expected a shop to be open, there is none');
    await shop.reset();
    device = await shop.newDevice();
    use({ shop, device });
  });
  afterEach(() => device?.close());
}
