import * as v from 'valibot';
import { CountSchema } from '#protocol/ids.ts';
import type { MetaStore } from './meta.ts';

/** The highest sequence number seen; 0 if none is known, also where storage is denied. */
export async function readSequence(meta: MetaStore, key: 'manifest-sequence' | 'live-sequence'): Promise<number> {
  const result = v.safeParse(CountSchema, await meta.get(key).catch(() => undefined));
  return result.success ? result.output : 0;
}

/** Brings along the highest sequence numbers that either has seen, and the live facts that belong to them. */
export async function copySeen(from: MetaStore, to: MetaStore): Promise<void> {
  for (const kind of ['manifest', 'live'] as const) {
    const seen = await readSequence(from, `${kind}-sequence`);
    if (seen <= (await readSequence(to, `${kind}-sequence`))) continue;
    await to.set(`${kind}-sequence`, seen);
    // A manifest is of no use without its files.
    if (kind === 'live') await to.set(kind, await from.get(kind));
  }
}
