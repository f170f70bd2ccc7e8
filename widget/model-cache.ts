import type { Bytes } from '#protocol/bytes.ts';
import { digestOf, verifyFile } from '#protocol/digest.ts';
import type { Digest, KeyFingerprint, ShopId } from '#protocol/ids.ts';
import { type Manifest, type ManifestFile, openManifest } from '#protocol/manifest.ts';
import { readJson } from '#protocol/parse.ts';
import type { EdgeReader } from './edge-client.ts';
import type { EngineStorage } from './engine-storage.ts';
import { readSequence } from './meta.ts';
import { createModelEdge } from './model-edge.ts';
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

/** Is given a file of a version, in a buffer of its own. What it throws ends the load. */
export type TakeFile = (file: ManifestFile, bytes: ArrayBuffer) => Promise<void> | void;

/** The model's way from the edge to this device. */
export interface ModelCache {
  /** The last version in use here, while it is valid and every file of it is stored; none is read yet. */
  stored(): Promise<OpenedManifest | undefined>;
  /**
   * @throws {ProtocolError} If the edge's manifest cannot be trusted. {@link WidgetError} `edge-refused`.
   */
  newest(): Promise<NewestAnswer>;
  /**
   * Hands over all files of a version, each once and as soon as it is there; fetches only those that are
   * not stored, and stores them.
   *
   * Guarantees:
   * - Every file has the digest and length that the signed manifest states; none of another version is
   *   among them.
   * - They are begun in the order of {@link inOrder}, {@link MAX_REQUESTS} at a time.
   * - Over the network the first shelf comes alone, and the others once `restMayCome`.
   * - Of several tabs that need a file, one fetches it.
   * - Nothing is held here that `take` has been given.
   * - Files of the version before stay until {@link ModelCache.keep}.
   *
   * @throws {ProtocolError} `digest-mismatch`. {@link WidgetError} `edge-unreachable`, `edge-refused`. What
   *   has come by then is stored: the next load fetches the rest.
   */
  load(opened: OpenedManifest, take: TakeFile, restMayCome?: Promise<void>): Promise<void>;
  /**
   * Remembers a version that is in use now and drops the files of all others. Never rejects.
   *
   * Guarantees:
   * - A version that could not be stored whole changes nothing; the one before stays.
   * - Where both do not fit into the merchant's quota, the one before goes only now, when the new one is
   *   in use.
   * - A newer version that another tab keeps stays.
   */
  keep(opened: OpenedManifest): Promise<void>;
}

/** Enough to fill a line, few enough that shards come in their order. */
const MAX_REQUESTS = 6;

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
  pause = (ms) => new Promise((done) => setTimeout(done, ms)),
}: {
  readonly edge: EdgeReader;
  readonly storage: () => EngineStorage;
  readonly trust: { readonly shop: ShopId; readonly publishingKey: KeyFingerprint };
  readonly now: () => number;
  readonly onNotStored: (error: unknown) => void;
  readonly pause?: (ms: number) => Promise<void>;
}): ModelCache {
  const modelEdge = createModelEdge(edge, pause);
  let isFailureTold = false;
  const tell = (error: unknown): void => {
    if (!isFailureTold) onNotStored(error);
    isFailureTold = true;
  };
  /** Denied or full: this page goes on with what it holds in memory. */
  const isKept = async (step: () => Promise<void>): Promise<boolean> => {
    try {
      await step();
      return true;
    } catch (error) {
      tell(error);
      return false;
    }
  };

  const open = async (envelope: unknown, lastSequence: number): Promise<OpenedManifest> => {
    const { manifest, payload } = await openManifest(envelope, { ...trust, lastSequence, nowMs: now() });
    return { manifest, modelDigest: await digestOf(payload), envelope };
  };
  const stored = async (): Promise<OpenedManifest | undefined> => {
    const opened = await attempt(async () => open(await storage().meta.get('manifest'), 0));
    return opened && (await isStored(opened)) ? opened : undefined;
  };
  const storedDigests = async () => new Set(await attempt(() => storage().files.digests()));
  const isStored = async ({ manifest }: OpenedManifest): Promise<boolean> => {
    const digests = await storedDigests();
    return manifest.files.every(({ digest }) => digests.has(digest));
  };
  const dropAllBut = async (...kept: (OpenedManifest | undefined)[]): Promise<void> => {
    const used = sizesOf(kept);
    for (const digest of await storedDigests()) {
      if (!used.has(digest)) await attempt(() => storage().files.remove(digest));
    }
  };
  const hasRoomFor = (...versions: (OpenedManifest | undefined)[]): boolean =>
    [...sizesOf(versions).values()].reduce((sum, bytes) => sum + bytes, 0) <= storage().files.quotaBytes;

  const load = async (opened: OpenedManifest, take: TakeFile, restMayCome?: Promise<void>): Promise<void> => {
    const isWhole = await isStored(opened);
    let mayWrite = true;
    if (!isWhole) {
      const before = await stored();
      await dropAllBut(opened, before); // of a version that never became whole
      mayWrite = hasRoomFor(opened, before);
    }
    const takeStored = async (file: ManifestFile): Promise<boolean> => {
      const bytes = await attempt(() => storage().files.read(file.digest));
      // Disks lose bytes and scripts of the page can write here: checked like a download.
      if (!bytes || !(await attempt(async () => (await verifyFile(bytes, file)) ?? true))) return false;
      await take(file, bytes.buffer);
      return true;
    };
    const write = async ({ digest }: ManifestFile, bytes: Bytes): Promise<void> => {
      if (mayWrite && !(await isKept(() => storage().files.write(digest, bytes)))) mayWrite = false;
    };
    const loadOne = async (file: ManifestFile): Promise<void> => {
      if (await takeStored(file)) return;
      await storage().files.alone(file.digest, async () => {
        if (await takeStored(file)) return; // another tab was at it
        const bytes = await modelEdge.file(file);
        await Promise.all([take(file, bytes.buffer), write(file, bytes)]);
      });
    };

    const queue = inOrder(opened.manifest);
    const loadRest = async (): Promise<void> => {
      for (let file = queue.shift(); file; file = queue.shift()) await loadOne(file);
    };
    if (!isWhole) {
      await loadOne(queue.shift() as ManifestFile);
      await restMayCome;
    }
    const results = await Promise.allSettled(Array.from({ length: MAX_REQUESTS }, loadRest));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };

  return {
    stored,
    load,

    async newest() {
      const answer = await modelEdge.manifest();
      if (answer.kind !== 'bytes') return answer;
      const envelope = readJson(answer.bytes, 'envelope-invalid');
      const opened = await open(envelope, await readSequence(storage().meta, 'manifest-sequence'));
      await isKept(() => storage().meta.set('manifest-sequence', opened.manifest.sequence));
      return { kind: 'opened', opened };
    },

    keep: (opened) =>
      storage().files.alone('keep', async () => {
        const before = await stored();
        if (!hasRoomFor(opened)) {
          tell(new WidgetError('storage-full', 'expected a model within the quota'));
          return dropAllBut(hasRoomFor(before) ? before : undefined);
        }
        if (before?.modelDigest === opened.modelDigest) return;
        if (before && before.manifest.sequence > opened.manifest.sequence) return;
        if (!hasRoomFor(opened, before)) {
          await dropAllBut(opened);
          // All of it has just been downloaded: the browser's HTTP cache has it.
          await attempt(() => load(opened, () => {}));
        }
        if (!(await isStored(opened))) return;
        if (await isKept(() => storage().meta.set('manifest', opened.envelope))) await dropAllBut(opened);
      }),
  };
}

/** Files in the order of their use: the first shelf, the other whole files, the smallest first, shards by row. */
function inOrder({ files }: Manifest): ManifestFile[] {
  const place = (file: ManifestFile): number => ('rows' in file ? file.firstRow : -1);
  const isLater = ({ kind }: ManifestFile): number => (kind === 'first-shelf' ? 0 : 1);
  return files.toSorted((a, b) => isLater(a) - isLater(b) || place(a) - place(b) || a.bytes - b.bytes);
}

/** Bytes of every file of these versions, by digest: a file that two of them share counts once. */
function sizesOf(versions: readonly (OpenedManifest | undefined)[]): Map<Digest, number> {
  return new Map(
    versions.flatMap((version) => version?.manifest.files.map(({ digest, bytes }) => [digest, bytes] as const) ?? []),
  );
}

/** Storage may be denied, full or damaged at any call; the model is then fetched as if it were empty. */
async function attempt<T>(step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch {
    return undefined;
  }
}
