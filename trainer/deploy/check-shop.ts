import { type Envelope, EnvelopeSchema } from '#protocol/envelope.ts';
import type { KeyFingerprint, ShopId } from '#protocol/ids.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import { openLive } from '#protocol/live.ts';
import { type Manifest, openManifest } from '#protocol/manifest.ts';
import { type Outcome, ok, toFix, unseen } from './finding.ts';
import { codeOf, jsonOf, type Visitor } from './visitor.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Enough to notice that uploads are gone, without fetching a whole model. */
const MAX_SAMPLED_FILES = 6;

/** One shop at one party, seen from a page. */
export interface SeenShop {
  readonly origin: string;
  readonly shop: ShopId;
  /** The page's; `undefined` where no page is known. */
  readonly pageOrigin: string | undefined;
}

/** What the shop publishes, opened: its signatures hold, by whatever key. */
export interface PublishedModel {
  readonly manifest: Manifest;
  readonly signers: readonly KeyFingerprint[];
}

const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  'unknown-shop': ['the party knows no such shop', 'make it with "vitrine shop create", or correct --shop'],
  'shop-suspended': [
    'the shop is suspended',
    'see "vitrine shop audit" for who did it, and take it back with "vitrine shop resume"',
  ],
  'no-manifest': ['nothing is published', 'run "vitrine publish"'],
  'no-live': ['no live message is published', 'run "vitrine publish", or "vitrine live push"'],
};

/** Reads the manifest, and says why there is none. */
export async function checkManifest(
  visitor: Visitor,
  seen: SeenShop,
  { now, minDays }: { readonly now: () => number; readonly minDays: number },
): Promise<{ readonly outcome: Outcome; readonly published?: PublishedModel }> {
  const read = await readMessage(visitor, seen, 'manifest');
  if ('kind' in read) return { outcome: read };
  const signers = await signersOf(read.envelope);
  try {
    // Expired ones are opened too, to say since when.
    const trust = { publishingKeys: signers, shop: seen.shop, lastSequence: 0, nowMs: 0 };
    const { manifest } = await openManifest(read.envelope, trust);
    return { outcome: agedOutcome(manifest, now(), minDays), published: { manifest, signers } };
  } catch (error) {
    return { outcome: toFix(`it cannot be read: ${(error as Error).message}`, 'run "vitrine publish" again') };
  }
}

function agedOutcome({ version, expiresAtMs }: Manifest, nowMs: number, minDays: number): Outcome {
  const days = Math.floor((expiresAtMs - nowMs) / DAY_MS);
  if (expiresAtMs <= nowMs) {
    return toFix(
      `${version} expired on ${dayOf(expiresAtMs)}: devices show the shop’s own list`,
      'run "vitrine publish"',
    );
  }
  if (days < minDays) return toFix(`${version} expires on ${dayOf(expiresAtMs)}`, 'run "vitrine publish" before that');
  return ok(`${version}, until ${dayOf(expiresAtMs)}`);
}

export async function checkLive(visitor: Visitor, seen: SeenShop, now: () => number): Promise<Outcome> {
  const read = await readMessage(visitor, seen, 'live');
  if ('kind' in read) return read;
  try {
    const trust = { publishingKeys: await signersOf(read.envelope), shop: seen.shop, lastSequence: 0, nowMs: 0 };
    const { live } = await openLive(read.envelope, trust);
    if (live.expiresAtMs <= now()) {
      return toFix(
        `it expired on ${dayOf(live.expiresAtMs)}`,
        'push stock and prices with "vitrine live push", every few days',
      );
    }
    if (live.shelvesOff) {
      return toFix(
        'the kill switch is on: shelves show the shop’s own list',
        'turn it off with "vitrine live push" once what it was for is over',
      );
    }
    return ok(`until ${dayOf(live.expiresAtMs)}`);
  } catch (error) {
    return toFix(`it cannot be read: ${(error as Error).message}`, 'run "vitrine live push"');
  }
}

/** Whether pages of the shop may read, and caches keep what they read for a moment. */
export async function checkDelivery(visitor: Visitor, seen: SeenShop): Promise<Outcome> {
  const response = await askMessage(visitor, seen, 'manifest');
  if (response instanceof Error || !response.ok) return unseen('no manifest to look at');
  const { headers } = response;
  if (!/max-age=\d+/.test(headers.get('cache-control') ?? '') || headers.get('etag') === null) {
    return toFix(
      'cache-control or etag are missing or other',
      'look for cache and transform rules of the zone, and take this host out of them',
    );
  }
  if (seen.pageOrigin === undefined) return ok('caches may keep it; whether pages may read it, --page says');
  if (headers.get('access-control-allow-origin') === seen.pageOrigin) return ok(`pages of ${seen.pageOrigin} may read`);
  return toFix(
    `pages of ${seen.pageOrigin} may not read`,
    'give the shop that origin beside its others with "vitrine shop set --origin", exactly so',
  );
}

/** Whether the files that the manifest names are there. */
export async function checkFiles(visitor: Visitor, seen: SeenShop, { manifest }: PublishedModel): Promise<Outcome> {
  const { files } = manifest;
  const stride = Math.max(1, Math.floor(files.length / MAX_SAMPLED_FILES));
  const sample = files.filter((_, at) => at % stride === 0).slice(0, MAX_SAMPLED_FILES);
  for (const { digest, kind } of sample) {
    const url = `${seen.origin}/v1/shops/${seen.shop}/files/${digest}`;
    const response = await visitor.ask(url, { method: 'HEAD', headers: pageHeaders(seen) });
    if (response instanceof Error)
      return toFix(`a file of kind ${kind} does not come: ${response.message}`, 'try again');
    if (!response.ok) {
      return toFix(
        `a file of kind ${kind} answers ${response.status}`,
        'run "vitrine publish": it uploads what is missing',
      );
    }
    if (!response.headers.get('cache-control')?.includes('immutable')) {
      return toFix('files are not kept by caches', 'look for cache rules of the zone, and take this host out of them');
    }
  }
  return ok(`${sample.length} of ${files.length} looked for, all there`);
}

/** Whether shops can load the widget. */
export async function checkWidget(visitor: Visitor, origin: string): Promise<Outcome> {
  const response = await visitor.ask(`${origin}/vitrine.js`);
  if (response instanceof Error) return unseen('no answer');
  if (!response.ok) return toFix(`/vitrine.js answers ${await codeOf(response)}`, 'run "vitrine deploy --role leader"');
  const isScript = response.headers.get('content-type')?.startsWith('text/javascript');
  if (isScript && response.headers.get('access-control-allow-origin') === '*') return ok('/vitrine.js, for every shop');
  return toFix(
    '/vitrine.js has no type or no CORS header as the worker sets them',
    'look for transform rules of the zone, and take this host out of them',
  );
}

async function readMessage(
  visitor: Visitor,
  seen: SeenShop,
  name: 'manifest' | 'live',
): Promise<Outcome | { readonly envelope: Envelope }> {
  const response = await askMessage(visitor, seen, name);
  if (response instanceof Error) return toFix(`nothing answers (${response.message})`, 'look at the lines above first');
  if (!response.ok) {
    const code = await codeOf(response);
    const [detail, fix] = REASONS[code] ?? [`it answers ${code}`, 'run "vitrine deploy" again, then "vitrine publish"'];
    return toFix(detail, fix);
  }
  const envelope = await jsonOf(EnvelopeSchema, response);
  return envelope ? { envelope } : toFix('it is no signed message', 'look for rules of the zone that change answers');
}

function askMessage(visitor: Visitor, seen: SeenShop, name: 'manifest' | 'live'): Promise<Response | Error> {
  return visitor.ask(`${seen.origin}/v1/shops/${seen.shop}/${name}`, { headers: pageHeaders(seen) });
}

function pageHeaders({ pageOrigin }: SeenShop): Record<string, string> {
  return pageOrigin === undefined ? {} : { origin: pageOrigin };
}

function signersOf({ signatures }: Envelope): Promise<KeyFingerprint[]> {
  return Promise.all(signatures.map(({ publicKey }) => fingerprintOf(publicKey)));
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
