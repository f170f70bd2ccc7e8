import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';

/** What is seen on a page from outside the widget. Times in milliseconds since navigation. */
export interface Seen {
  /** The loader runs: it sets `window.vitrine`. */
  scriptStartMs?: number;
  /** The first frame with a card on a shelf is drawn. */
  firstShelfMs?: number;
  /** The last frame with a changed shelf is drawn, and how many there were. */
  lastChangeMs?: number;
  numChanges: number;
  readonly longTasks: { readonly startMs: number; readonly durationMs: number }[];
  /** Codes of `vitrine-error`. */
  readonly errors: string[];
  readonly participations: string[];
  /** As web-vitals reports them; INP is absent if no interaction took 16 ms. */
  readonly vitals: { LCP?: number; CLS?: number; INP?: number };
  /** The model that the engine says it ranks with. */
  model?: { readonly version: string; readonly numItems: number; readonly scorer: string };
}

/** Runs before the page's own scripts on every page of a device. */
export async function watchPages(device: BrowserContext): Promise<void> {
  const webVitals = fileURLToPath(new URL('web-vitals.iife.js', import.meta.resolve('web-vitals')));
  // An init script's own variables are not the page's.
  await device.addInitScript({ content: `${await readFile(webVitals, 'utf8')}\nglobalThis.webVitals = webVitals;` });
  await device.addInitScript(watch);
}

export function seenOn(page: Page): Promise<Seen> {
  return page.evaluate(() => (globalThis as unknown as { benchSeen: Seen }).benchSeen);
}

/** Waits until the engine has a model and the shelves ranked with it are drawn. */
export async function awaitRanked(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const { model, lastChangeMs } = (globalThis as unknown as { benchSeen: Seen }).benchSeen;
      return model !== undefined && lastChangeMs !== undefined && performance.now() - lastChangeMs > 500;
    },
    undefined,
    { timeout: 120_000, polling: 100 },
  );
}

/** Runs in the page. */
function watch(): void {
  const seen: Seen = { numChanges: 0, longTasks: [], errors: [], participations: [], vitals: {} };
  let stub: unknown;
  Object.assign(globalThis, { benchSeen: seen });
  Object.defineProperty(globalThis, 'vitrine', {
    configurable: true,
    get: () => stub,
    set(value) {
      seen.scriptStartMs ??= performance.now();
      stub = value;
    },
  });

  /** A frame callback runs before its frame is drawn, the message after. */
  const afterFrame = (then: () => void) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(undefined);
    });
  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attachShadow.call(this, init);
    if (this.localName !== 'vitrine-shelf') return root;
    new MutationObserver(() => {
      if (!root.querySelector('[part~="item"]')) return;
      afterFrame(() => {
        seen.firstShelfMs ??= performance.now();
        seen.lastChangeMs = performance.now();
        seen.numChanges++;
      });
    }).observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
    return root;
  };

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      seen.longTasks.push({ startMs: startTime, durationMs: duration });
    }
  }).observe({ type: 'longtask', buffered: true });
  document.addEventListener('vitrine-error', (event) => seen.errors.push((event as CustomEvent).detail.code));
  document.addEventListener('vitrine-participation', (event) =>
    seen.participations.push((event as CustomEvent).detail.kind),
  );

  const { webVitals } = globalThis as unknown as { webVitals: typeof import('web-vitals') };
  const keep = ({ name, value }: { readonly name: string; readonly value: number }) =>
    Object.assign(seen.vitals, { [name]: value });
  webVitals.onLCP(keep, { reportAllChanges: true });
  webVitals.onCLS(keep, { reportAllChanges: true });
  webVitals.onINP(keep, { reportAllChanges: true, durationThreshold: 16 });

  // The engine says unasked which model it has.
  const PlainWorker = globalThis.Worker;
  globalThis.Worker = class extends PlainWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', ({ data }) => {
        if (data?.kind === 'ready') seen.model = data.model;
      });
    }
  };
}
