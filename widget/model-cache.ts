import type { Bytes } from '#protocol/bytes.ts';
import { FIRST_SHELF_MAX_BYTES, FirstShelfSchema, type ItemCard } from '#protocol/catalog.ts';
import { digestOf, verifyFile } from '#protocol/digest.ts';
import { gunzip } from '#protocol/gzip.ts';
import type { Digest, KeyFingerprint, ShopId } from '#protocol/ids.ts';
import { type Manifest, type ManifestFile, openManifest, wholeFile } from '#protocol/manifest.ts';
import { parseJson, readJson } from '#protocol/parse.ts';
import type { EdgeReader } from './edge-client.ts';
import type { FileStore } from './file-store.ts';
import { type MetaStore, readSequence } from './meta.ts';
import { WidgetError } from './widget-error.ts';

/** A manifest whose signature, shop and expiry have been checked. */
export interface OpenedManifest {
  readonly manifest: Manifest;
  /** SHA-256 of the signed payload: names the model in learning tasks. */
  readonly modelDigest: Digest;
  /** As it was signed, to be kept and opened again. */
  readonly envelope: unknown;
}

/** Every file of one manifest by digest, each verified and at the start of its own buffer. */
export type BundleFiles = ReadonlyMap<Digest, ArrayBuffer>;

/** What the edge says about the newest version. */
export type NewestAnswer =
  | { readonly kind: 'opened'; readonly opened: OpenedManifest }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreachable' };

/** Where a page's engine keeps things; swapped when consent changes. */
export interface EngineStorage {
  readonly files: FileStore;
  readonly meta: MetaStore;
}

/** The model's way from the edge to this device. */
export interface ModelCache {
  /** The last version in use here, while it is valid and every file of it is still stored. */
  stored(): Promise<{ readonly opened: OpenedManifest; readonly files: BundleFiles } | undefined>;
  /** @throws {ProtocolError} If the edge's manifest cannot be trusted. */
  newest(): Promise<NewestAnswer>;
  /**
   * All files of a version; fetches only those that are not stored.
   *
   * Guarantees: every file has the digest and length that the signed manifest states; none of
   * another version is among them.
   *
   * @param onFirstShelf Called before the larger files are fetched, with the most popular items.
   * @throws {ProtocolError} `digest-mismatch`. {@link WidgetError} `edge-unreachable`, `edge-refused`.
   */
  complete(opened: OpenedManifest, onFirstShelf: (cards: readonly ItemCard[]) => void): Promise<BundleFiles>;
  /**
   * Remembers a version that is in use now and drops the files of all others.
   *
   * Guarantee: a version that could not be stored whole changes nothing; the one before stays.
   */
  keep(opened: OpenedManifest): Promise<void>;
}

const MANIFEST_MAX_BYTES = 1 << 20;

/** Gunzipped, the first shelf is cards of repetitive JSON: a hundredfold is more than it can need. */
const FIRST_SHELF_MAX_TEXT_BYTES = 100 * FIRST_SHELF_MAX_BYTES;

/**
 * @param storage Asked anew each time, so that a change of consent takes effect at once.
 * @param onNotStored Told once, with the first error of storage that is denied or full; the page goes
 *   on with what it holds.
 */
export function createModelCache({
  edge,
  storage,
  trust,
  now,
  onNotStored,
}: {
  readonly edge: EdgeReader;
  readonly storage: () => EngineStorage;
  readonly trust: { readonly shop: ShopId; readonly publishingKey: KeyFingerprint };
  readonly now: () => number;
  readonly onNotStored: (error: unknown) => void;
}): ModelCache {
  let isFailureTold = false;
  /** Denied or full: this page goes on with what it holds in memory. */
  const isKept = async (step: () => Promise<void>): Promise<boolean> => {
    try {
      await step();
      return true;
    } catch (error) {
      if (!isFailureTold) onNotStored(error);
      isFailureTold = true;
      return false;
    }
  };
  const open = async (envelope: unknown, lastSequence: number): Promise<OpenedManifest> => {
    const { manifest, payload } = await openManifest(envelope, { ...trust, lastSequence, nowMs: now() });
    return { manifest, modelDigest: await digestOf(payload), envelope };
  };

  return {
    async stored() {
      const opened = await attempt(async () => open(await storage().meta.get('manifest'), 0));
      if (!opened) return undefined;
      const files = await readAll(storage().files, opened.manifest.files);
      return files.size === new Set(opened.manifest.files.map((file) => file.digest)).size
        ? { opened, files }
        : undefined;
    },

    async newest() {
      const answer = await edge.read('manifest', MANIFEST_MAX_BYTES);
      if (answer.kind !== 'bytes') return answer;
      const envelope = readJson(answer.bytes, 'envelope-invalid');
      const opened = await open(envelope, await readSequence(storage().meta, 'manifest-sequence'));
      await isKept(() => storage().meta.set('manifest-sequence', opened.manifest.sequence));
      return { kind: 'opened', opened };
    },

    async complete({ manifest }, onFirstShelf) {
      const files = await readAll(storage().files, manifest.files);
      const fetchOne = async (file: ManifestFile) => {
        if (files.has(file.digest)) return;
        const bytes = await fetchFile(edge, file);
        files.set(file.digest, bytes.buffer);
        await isKept(() => storage().files.write(file.digest, bytes));
      };
      const firstShelf = wholeFile(manifest, 'first-shelf');
      await fetchOne(firstShelf);
      onFirstShelf(await parseFirstShelf(files.get(firstShelf.digest) as ArrayBuffer));
      const results = await Promise.allSettled(manifest.files.map(fetchOne));
      for (const result of results) if (result.status === 'rejected') throw result.reason;
      return files;
    },

    async keep({ manifest, envelope }) {
      const used = new Set(manifest.files.map((file) => file.digest));
      const stored = new Set(await attempt(() => storage().files.digests()));
      for (const digest of used) if (!stored.has(digest)) return;
      if (!(await isKept(() => storage().meta.set('manifest', envelope)))) return;
      for (const digest of stored) if (!used.has(digest)) await attempt(() => storage().files.remove(digest));
    },
  };
}

/** Storage may be denied, full or damaged at any call; the model is then fetched as if it were empty. */
async function attempt<T>(step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch {
    return undefined;
  }
}

async function readAll(store: FileStore, files: readonly ManifestFile[]): Promise<Map<Digest, ArrayBuffer>> {
  const found = new Map<Digest, ArrayBuffer>();
  await Promise.all(
    files.map(async (file) => {
      const bytes = await attempt(() => store.read(file.digest));
      // Disks lose bytes and scripts of the page can write here: checked like a download.
      if (bytes && (await attempt(async () => (await verifyFile(bytes, file)) ?? true))) {
        found.set(file.digest, bytes.buffer);
      }
    }),
  );
  return found;
}

async function fetchFile(edge: EdgeReader, file: ManifestFile): Promise<Bytes> {
  const answer = await edge.read(`files/${file.digest}`, file.bytes);
  switch (answer.kind) {
    case 'unreachable':
      throw new WidgetError('edge-unreachable', `expected the file of kind ${file.kind}, got no answer`);
    case 'none':
      throw new WidgetError('edge-refused', `expected the file of kind ${file.kind}, got status 404`);
    case 'bytes':
      await verifyFile(answer.bytes, file);
      return answer.bytes;
    default:
      return answer satisfies never;
  }
}

async function parseFirstShelf(bytes: ArrayBuffer): Promise<readonly ItemCard[]> {
  const text = await gunzip(new Uint8Array(bytes), FIRST_SHELF_MAX_TEXT_BYTES);
  return parseJson(FirstShelfSchema, text, 'catalog-invalid');
}
