import { fromBase64Url } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import type { Digest, ModelVersion, ShopId } from '#protocol/ids.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { LIVE_FORMAT, type Live, openLive, signLive } from '#protocol/live.ts';
import { type Manifest, openManifest, signManifest } from '#protocol/manifest.ts';
import { type Bundle, buildBundle, bundleVersionSuffix } from './bundle.ts';
import type { Dataset } from './dataset.ts';
import type { EdgeClient } from './edge-client.ts';
import { InputError } from './input-error.ts';
import type { TrainedModel } from './trained-model.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A shop that stops pushing stock and prices falls back to its own list after this long. */
const LIVE_LIFETIME_MS = 7 * DAY_MS;

/** What a shop serves now. */
export interface Published {
  readonly manifest: Manifest;
  /** SHA-256 of the manifest's signed bytes. */
  readonly modelDigest: Digest;
}

export interface Publication {
  readonly version: ModelVersion;
  readonly sequence: number;
  readonly numFiles: number;
  readonly totalBytes: number;
  /** What was not there yet: what a device with the version before downloads again. */
  readonly uploadedFiles: number;
  readonly uploadedBytes: number;
}

export interface Shop {
  readonly edge: EdgeClient;
  readonly shop: ShopId;
  readonly key: SigningKey;
}

/** The manifest that the edge serves, opened with the shop's own key; `undefined` before the first. */
export async function currentPublication({ edge, shop, key }: Shop): Promise<Published | undefined> {
  const envelope = await edge.manifest();
  if (!envelope) return undefined;
  // Expired ones count too: the next sequence number has to be above them.
  const trust = { publishingKey: key.fingerprint, shop, lastSequence: 0, nowMs: 0 };
  const { manifest } = await openManifest(envelope, trust);
  return { manifest, modelDigest: await digestOf(fromBase64Url(envelope.payload)) };
}

/**
 * The manifest that the edge serves, if it is this very model's.
 *
 * @throws {InputError} If nothing or another model is published: a round belongs to one model.
 */
export async function requirePublished(
  trained: TrainedModel,
  { items }: Pick<Dataset, 'items'>,
  at: Shop,
): Promise<Published> {
  const published = await currentPublication(at);
  if (published?.manifest.version.endsWith(await bundleVersionSuffix(trained, items))) return published;
  throw new InputError(
    `expected the trained model to be the published one, found ${published?.manifest.version ?? 'none'} published; run "vitrine publish" first`,
  );
}

/**
 * Publishes a trained model: uploads what the edge lacks, then switches the manifest in one request.
 *
 * @throws {EdgeError} If the edge refuses; the version before stays.
 */
export async function publishModel(
  trained: TrainedModel,
  { items }: Pick<Dataset, 'items'>,
  to: Shop,
): Promise<Publication> {
  const { edge, shop, key } = to;
  const before = await currentPublication(to);
  const sequence = (before?.manifest.sequence ?? 0) + 1;
  const bundle: Bundle = await buildBundle(trained, { items, shop, sequence, nowMs: Date.now() });
  let uploadedFiles = 0;
  let uploadedBytes = 0;
  for (const [digest, bytes] of bundle.files) {
    if (await edge.hasFile(digest)) continue;
    await edge.putFile(digest, bytes);
    uploadedFiles++;
    uploadedBytes += bytes.length;
  }
  await edge.putManifest(await signManifest(bundle.manifest, key));
  await publishLive(items, to);
  return {
    version: bundle.manifest.version,
    sequence,
    numFiles: bundle.files.size,
    totalBytes: [...bundle.files.values()].reduce((sum, bytes) => sum + bytes.length, 0),
    uploadedFiles,
    uploadedBytes,
  };
}

/** Publishes stock as the catalog has it; rules and the kill switch stay as they were. */
async function publishLive(items: Dataset['items'], { edge, shop, key }: Shop): Promise<void> {
  const nowMs = Date.now();
  const envelope = await edge.live();
  const before =
    envelope && (await openLive(envelope, { publishingKey: key.fingerprint, shop, lastSequence: 0, nowMs: 0 }));
  const live: Live = {
    format: LIVE_FORMAT,
    shop,
    sequence: (before?.sequence ?? 0) + 1,
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + LIVE_LIFETIME_MS,
    shelvesOff: before?.shelvesOff ?? false,
    stock: Object.fromEntries(items.filter(({ stock }) => stock !== 'in').map(({ id, stock }) => [id, stock])),
    priceCents: {},
    rules: before?.rules ?? [],
  };
  await edge.putLive(await signLive(live, key));
}
