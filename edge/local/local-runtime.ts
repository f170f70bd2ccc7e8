import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Keeps the local runtime to itself: nothing is fetched, counted or reported. Comes before the first start. */
export function silenceRuntime(): void {
  process.env.WRANGLER_SEND_METRICS = 'false';
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';
}

/** Makes the runtime end with this process, however this process ends. Comes before the first start. */
export function guardRuntime(): void {
  // The guard is a shell script; elsewhere a killed process leaves its runtime behind.
  if (process.platform === 'win32' || process.env.MINIFLARE_WORKERD_PATH) return;
  // The runtime is a dependency of the simulator, not of ours.
  const requireOfSimulator = createRequire(createRequire(import.meta.url).resolve('miniflare'));
  const { default: binary } = requireOfSimulator('workerd') as { default: string };
  process.env.WORKERD_BINARY = binary;
  process.env.MINIFLARE_WORKERD_PATH = fileURLToPath(new URL('workerd-guard.sh', import.meta.url));
}
