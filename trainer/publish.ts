import { fromBase64Url, utf8 } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import type { Envelope } from '#protocol/envelope.ts';
import type { Digest, ModelVersion, ShopId } from '#protocol/ids.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { LIVE_FORMAT, type Live, openLive, signLive } from '#protocol/live.ts';
import { type Manifest, openManifest, signManifest } from '#protocol/manifest.ts';
import type { TaskOf } from '#protocol/task.ts';
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
  const trust = { publishingKeys: [key.fingerprint], shop, lastSequence: 0, nowMs: 0 };
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
  const { publication, envelope } = await uploadNext(trained, items, to);
  await to.edge.putManifest(envelope);
  await publishLive(items, to);
  return publication;
}

/** A version that lies at the edge beside the published one, to be tried by devices. */
export interface Candidate {
  readonly publication: Publication;
  /** Its signed manifest: what publishing it takes. */
  readonly envelope: Envelope;
  /** The same as a file at the edge, by which a task names it. */
  readonly file: TaskOf<'shadow-eval'>['candidate'];
}

/**
 * Uploads a model that is not published yet, its signed manifest among the files.
 *
 * @throws {EdgeError} If the edge refuses.
 */
export async function stageCandidate(
  trained: TrainedModel,
  { items }: Pick<Dataset, 'items'>,
  to: Shop,
): Promise<Candidate> {
  const { publication, envelope } = await uploadNext(trained, items, to);
  const bytes = utf8(JSON.stringify(envelope));
  const digest = await digestOf(bytes);
  await to.edge.putFile(digest, bytes);
  return { publication, envelope, file: { digest, bytes: bytes.length } };
}

/**
 * Makes a staged candidate the published model: the very one that was tried.
 *
 * @throws {EdgeError} If another version was published since; that one stays.
 */
export async function publishCandidate(
  { envelope }: Candidate,
  { items }: Pick<Dataset, 'items'>,
  to: Shop,
): Promise<void> {
  await to.edge.putManifest(envelope);
  await publishLive(items, to);
}

/** Uploads what the edge lacks of the next version. */
async function uploadNext(
  trained: TrainedModel,
  items: Dataset['items'],
  { edge, shop, key }: Shop,
): Promise<{ readonly publication: Publication; readonly envelope: Envelope }> {
  const before = await currentPublication({ edge, shop, key });
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
  const publication = {
    version: bundle.manifest.version,
    sequence,
    numFiles: bundle.files.size,
    totalBytes: [...bundle.files.values()].reduce((sum, bytes) => sum + bytes.length, 0),
    uploadedFiles,
    uploadedBytes,
  };
  return { publication, envelope: await signManifest(bundle.manifest, key) };
}

/** Publishes stock as the catalog has it; rules and the kill switch stay as they were. */
async function publishLive(items: Dataset['items'], { edge, shop, key }: Shop): Promise<void> {
  const nowMs = Date.now();
  const envelope = await edge.live();
  const before =
    envelope && (await openLive(envelope, { publishingKeys: [key.fingerprint], shop, lastSequence: 0, nowMs: 0 })).live;
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
