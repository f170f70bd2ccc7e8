import type { KeyFingerprint, ShopId } from '#protocol/ids.ts';
import { type Live, openLive } from '#protocol/live.ts';
import { readJson } from '#protocol/parse.ts';
import { type EdgeReader, MESSAGE_MAX_BYTES } from './edge-client.ts';
import type { MetaStore } from './meta.ts';
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
  trust,
  now,
}: {
  readonly edge: EdgeReader;
  readonly meta: () => MetaStore;
  readonly trust: { readonly shop: ShopId; readonly publishingKeys: readonly KeyFingerprint[] };
  readonly now: () => number;
}): LiveSource {
  const stored = async (): Promise<Live | undefined> => {
    try {
      return (await openLive(await meta().get('live'), { ...trust, lastSequence: 0, nowMs: now() })).live;
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
      const { live } = await openLive(envelope, { ...trust, lastSequence, nowMs: now() });
      // Nobody waits for it: without storage this page still goes by what it has just read.
      void Promise.all([meta().set('live', envelope), meta().set('live-sequence', live.sequence)]).catch(() => {});
      return live;
    },
  };
}
