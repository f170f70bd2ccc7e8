import type { KeyFingerprint } from '#protocol/ids.ts';
import { LIVE_FORMAT, type Live, openLive, signLive } from '#protocol/live.ts';
import type { Shop } from './publish.ts';

/** A shop that stops pushing stock and prices falls back to its own list after this long. */
const LIVE_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

/** What a push says; what it leaves out stays as it was. */
export type LiveChange = Partial<
  Pick<Live, 'shelvesOff' | 'stock' | 'priceCents' | 'rules' | 'canary' | 'revokedKeys'>
>;

/**
 * The live message that the edge serves, whether it has expired or not, or `undefined` where it serves none; and its
 * sequence number, or that of the last one.
 */
export async function currentLive({
  edge,
  shop,
  publishers,
}: Shop): Promise<{ readonly live: Live | undefined; readonly sequence: number }> {
  const { live, liveSequence: sequence } = await edge.publication();
  if (!live) return { live: undefined, sequence };
  const trust = { publishingKeys: publishers, shop, lastSequence: 0, nowMs: 0 };
  return { live: (await openLive(live, trust)).live, sequence };
}

/**
 * Publishes stock, prices, rules, the kill switch, a canary or revoked keys, without a new model. Devices have them
 * with the next live message that they ask for.
 *
 * @throws {EdgeError} If the edge refuses; the message before stays.
 */
export async function pushLive(at: Shop, change: LiveChange): Promise<Live> {
  const { live: before, sequence } = await currentLive(at);
  const nowMs = Date.now();
  const live: Live = {
    shelvesOff: false,
    stock: {},
    priceCents: {},
    rules: [],
    revokedKeys: [],
    ...before,
    ...change,
    format: LIVE_FORMAT,
    shop: at.shop,
    sequence: sequence + 1,
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + LIVE_LIFETIME_MS,
  };
  await at.edge.putLive(await signLive(live, at.key));
  return live;
}

/** Tells devices to trust a key no longer. */
export async function revokeOnDevices(at: Shop, revoked: KeyFingerprint): Promise<Live> {
  const { live } = await currentLive(at);
  return pushLive(at, { revokedKeys: [...new Set([...(live?.revokedKeys ?? []), revoked])] });
}
