import { digestOf } from '#protocol/digest.ts';
import { EDGE_REQUEST, MESSAGE_TIMEOUT_MS } from './edge-request.ts';
import { trustScriptUrl } from './trusted-script-url.ts';
import { WidgetError } from './widget-error.ts';

/** A script of ours as the build left it: its path at the edge and SHA-256 in hexadecimal. */
export interface Chunk {
  readonly path: string;
  readonly digest: string;
}

/**
 * Starts a Worker from a script of another origin.
 *
 * A Worker's script must be same-origin and Subresource Integrity does not cover it, so the bytes
 * are fetched, compared with the digest that the build baked into this script, and started from a
 * `blob:` address. Such a Worker lives under the page's own Content-Security-Policy.
 *
 * @returns A Worker that may still fail: a policy without `worker-src blob:` shows as its `error`.
 * @throws {WidgetError} `edge-unreachable`, `edge-refused`, or `worker-forbidden` where the browser
 *   refuses at once.
 * @throws {ProtocolError} `digest-mismatch` if the script is not the one that was built.
 */
export async function startWorker(edge: string, { path, digest }: Chunk, fetchFrom: typeof fetch): Promise<Worker> {
  const bytes = await fetchScript(`${edge}/${path}`, fetchFrom);
  const actual = await digestOf(bytes);
  if (actual !== digest)
    throw new WidgetError('digest-mismatch', `expected ${path} to have digest ${digest}, got ${actual}`);
  const url = URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }));
  try {
    return new Worker(trustScriptUrl(url));
  } catch (cause) {
    throw new WidgetError('worker-forbidden', 'expected this page to allow a Worker', { cause });
  } finally {
    // The Worker has taken its hold on the bytes by now (HTML, "run a worker", resolves the address first).
    URL.revokeObjectURL(url);
  }
}

async function fetchScript(url: string, fetchFrom: typeof fetch): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetchFrom(url, { ...EDGE_REQUEST, signal: AbortSignal.timeout(MESSAGE_TIMEOUT_MS) });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new WidgetError('edge-unreachable', 'expected a script, got no answer', { cause });
  }
  throw new WidgetError('edge-refused', `expected a script, got status ${response.status}`);
}
