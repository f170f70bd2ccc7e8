import type { ShopId } from '#protocol/ids.ts';
import { type Live, openLive } from '#protocol/live.ts';
import { readJson } from '#protocol/parse.ts';
import { type EdgeReader, MESSAGE_MAX_BYTES } from './edge-client.ts';
import type { MetaStore } from './meta.ts';
import type { PublisherKeys } from './publisher-keys.ts';
import { readSequence } from './seen-sequence.ts';
import { yieldToInput } from './yield-to-input.ts';

/** The merchant's short-lived facts on this device. */
export interface LiveSource {
  /** The last verified message, while it is valid. */
  stored(): Promise<Live | undefined>;
  /**
   * Asks the edge; where it is unreachable or has none, the stored message counts.
   *
   * @throws {ProtocolError} If the edge's message cannot be trusted.
   */
  newest(): Promise<Live | undefined>;
}

/** @param meta Asked anew each time, so that a change of consent takes effect at once. */
export function createLiveSource({
  edge,
  meta,
  shop,
  keys,
  now,
}: {
  readonly edge: EdgeReader;
  readonly meta: () => MetaStore;
  readonly shop: ShopId;
  /** Told of the keys that a message revokes, before it is passed on. */
  readonly keys: Pick<PublisherKeys, 'trusted' | 'revoke'>;
  readonly now: () => number;
}): LiveSource {
  const open = async (envelope: unknown, lastSequence: number): Promise<Live> => {
    const trust = { shop, publishingKeys: await keys.trusted(), lastSequence, nowMs: now() };
    const { live, signedBy } = await openLive(envelope, trust);
    await keys.revoke(live.revokedKeys, signedBy);
    return live;
  };
  const stored = async (): Promise<Live | undefined> => {
    try {
      return await open(await meta().get('live'), 0);
    } catch {
      return undefined; // none, expired or unreadable: all mean that nothing is known
    }
  };
  return {
    stored,
    async newest() {
      const [answer, lastSequence] = await Promise.all([
        edge.read('live', MESSAGE_MAX_BYTES),
        readSequence(meta(), 'live-sequence'),
      ]);
      if (answer.kind !== 'bytes') return stored();
      await yieldToInput(); // stock and prices of some thousand items
      const envelope = readJson(answer.bytes, 'envelope-invalid');
      const live = await open(envelope, lastSequence);
      // Nobody waits for it: without storage this page still goes by what it has just read.
      void Promise.all([meta().set('live', envelope), meta().set('live-sequence', live.sequence)]).catch(() => {});
      return live;
    },
  };
}
