import { fromHex } from '#protocol/bytes.ts';
import { HAND_OVER } from './hand-over.ts';
import type { Chunk } from './start-worker.ts';
import { trustScriptUrl } from './trusted-script-url.ts';
import { WidgetError } from './widget-error.ts';

/**
 * Runs a script of ours in the page. It must be the one that was built: Subresource Integrity covers a script
 * element, and no dynamic import.
 *
 * @param given Put on the element, where the script finds it: `document.currentScript`.
 * @returns What the script handed over.
 * @throws {WidgetError} `edge-unreachable` if the page has not run it; a browser does not say why.
 */
export function runPageScript<Handed>(edge: string, { path, digest }: Chunk, given: object = {}): Promise<Handed> {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), given);
    script.integrity = `sha256-${btoa(String.fromCharCode(...fromHex(digest)))}`;
    script.crossOrigin = 'anonymous';
    script.referrerPolicy = 'no-referrer';
    script.addEventListener(HAND_OVER, (event) => resolve((event as CustomEvent<Handed>).detail));
    // One that has run has handed over by then, and a promise is settled once.
    script.onload = script.onerror = () =>
      reject(new WidgetError('edge-unreachable', `expected this page to run ${path}`));
    script.src = trustScriptUrl(`${edge}/${path}`);
    document.head.append(script);
  });
}
