import pMap from 'p-map';
import { type Bytes, utf8 } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import type { Envelope } from '#protocol/envelope.ts';
import type { Digest, KeyFingerprint, ModelVersion, ShopId } from '#protocol/ids.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { type Manifest, openManifest, signManifest } from '#protocol/manifest.ts';
import type { TaskOf } from '#protocol/task.ts';
import { type Bundle, buildBundle, bundleVersionSuffix } from './bundle.ts';
import type { Dataset } from './dataset.ts';
import type { EdgeClient } from './edge-client.ts';
import { InputError } from './input-error.ts';
import { pushLive } from './live.ts';
import type { TrainedModel } from './trained-model.ts';

/** Files on their way at once. */
const UPLOADS_AT_ONCE = 6;

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
  /** Every key whose messages are this shop's own, former ones among them. */
  readonly publishers: readonly KeyFingerprint[];
}

/** The manifest that the edge serves, opened with the shop's own keys; `undefined` where it serves none. */
export async function currentPublication({ edge, ...shop }: Shop): Promise<Published | undefined> {
  const { manifest } = await edge.publication();
  return manifest ? openOwnManifest(manifest, shop) : undefined;
}

/** A manifest of this shop, expired or not. @throws {ProtocolError} What `openManifest` throws. */
export async function openOwnManifest(
  envelope: Envelope,
  { shop, publishers }: Pick<Shop, 'shop' | 'publishers'>,
): Promise<Published> {
  const trust = { publishingKeys: publishers, shop, lastSequence: 0, nowMs: 0 };
  const { manifest, payload } = await openManifest(envelope, trust);
  return { manifest, modelDigest: await digestOf(payload) };
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
  await publishStock(items, to);
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
  await publishStock(items, to);
}

/** Uploads what the edge lacks of the next version. After an interruption, or beside others, only that is sent. */
async function uploadNext(
  trained: TrainedModel,
  items: Dataset['items'],
  { edge, shop, key }: Shop,
): Promise<{ readonly publication: Publication; readonly envelope: Envelope }> {
  const sequence = (await edge.publication()).manifestSequence + 1;
  const bundle: Bundle = await buildBundle(trained, { items, shop, sequence, nowMs: Date.now() });
  const files = [...bundle.files];
  const missing = await edge.missingFiles(files.map(([digest, { length: bytes }]) => ({ digest, bytes })));
  const uploads = files.filter(([digest]) => missing.has(digest));
  await pMap(uploads, ([digest, bytes]) => edge.putFile(digest, bytes), { concurrency: UPLOADS_AT_ONCE });
  const publication = {
    version: bundle.manifest.version,
    sequence,
    numFiles: files.length,
    totalBytes: sumBytes(files),
    uploadedFiles: uploads.length,
    uploadedBytes: sumBytes(uploads),
  };
  return { publication, envelope: await signManifest(bundle.manifest, key) };
}

function sumBytes(files: readonly (readonly [Digest, Bytes])[]): number {
  return files.reduce((sum, [, { length }]) => sum + length, 0);
}

/** Stock as the catalog has it; rules, the kill switch and what else was pushed stay as they were. */
async function publishStock(items: Dataset['items'], to: Shop): Promise<void> {
  const stock = Object.fromEntries(items.filter((item) => item.stock !== 'in').map(({ id, stock }) => [id, stock]));
  await pushLive(to, { stock, priceCents: {}, canary: undefined });
}
