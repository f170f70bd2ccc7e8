import type { Live } from '#protocol/live.ts';
import type { MetaStore } from './meta.ts';

/**
 * Whether this device is one of the share that tries a version first. It draws a number once, which stays on it, so
 * that it is among every larger share too.
 *
 * @param draw Uniform in 0…1.
 */
export async function isCanary(meta: MetaStore, canary: Live['canary'], draw: () => number): Promise<boolean> {
  if (!canary || canary.share === 0) return false;
  const stored = await meta.get('canary-number').catch(() => undefined);
  if (typeof stored === 'number' && stored >= 0 && stored < 1) return stored < canary.share;
  const drawn = draw();
  await meta.set('canary-number', drawn).catch(() => {}); // without storage each page draws its own
  return drawn < canary.share;
}
