import type { Bytes } from '#protocol/bytes.ts';
import { verifyFile } from '#protocol/digest.ts';
import type { Digest } from '#protocol/ids.ts';
import type { Manifest, ManifestFile } from '#protocol/manifest.ts';
import type { FileStore, KeptVersion } from './file-store.ts';
import type { OpenedManifest } from './manifest-source.ts';
import type { ModelEdge } from './model-edge.ts';
import { WidgetError } from './widget-error.ts';

/** Is given a file of a version, in a buffer of its own. What it throws ends the load. */
export type TakeFile = (file: ManifestFile, bytes: ArrayBuffer) => Promise<void> | void;

/** The model's way from the edge to this device. */
export interface ModelCache {
  /** Whether every file of a version is stored; none is read yet. */
  isStored(opened: OpenedManifest): Promise<boolean>;
  /**
   * Hands over all files of a version, each once and as soon as it is there; fetches only those that are
   * not stored, and stores them.
   *
   * Guarantees:
   * - Every file has the digest and length that the signed manifest states; none of another version is
   *   among them.
   * - They are begun in the order in which they are of use, {@link MAX_REQUESTS} at a time.
   * - Where the network is needed, none is begun before `mayBegin`.
   * - Of several tabs that need a file, one fetches it.
   * - Nothing is held here that `take` has been given.
   * - Files of the version before stay until {@link ModelCache.keep}.
   *
   * @throws {ProtocolError} `digest-mismatch`. {@link WidgetError} `edge-unreachable`, `edge-refused`. What
   *   has come by then is stored: the next load fetches the rest.
   */
  load(opened: OpenedManifest, take: TakeFile, mayBegin?: Promise<void>): Promise<void>;
  /**
   * Notes that a version is in use now and drops the files of all others. Never rejects.
   *
   * @returns Whether all of it is stored.
   *
   * Guarantees:
   * - A version that could not be stored whole changes nothing; the one before stays.
   * - Where both do not fit into the merchant's quota, the one before goes only now, when the new one is
   *   in use.
   * - A newer version that another tab keeps stays.
   */
  keep(opened: OpenedManifest): Promise<boolean>;
}

/** Enough to fill a line, few enough that shards come in their order. */
const MAX_REQUESTS = 6;

/**
 * @param files Asked anew each time, so that a change of consent takes effect at once.
 * @param onNotStored Told once, with the first error of storage that is denied or full; the page goes
 *   on with what it holds.
 */
export function createModelCache({
  edge,
  files,
  onNotStored,
}: {
  readonly edge: Pick<ModelEdge, 'file'>;
  readonly files: () => FileStore;
  readonly onNotStored: (error: unknown) => void;
}): ModelCache {
  let isFailureTold = false;
  const tell = (error: unknown): void => {
    if (!isFailureTold) onNotStored(error);
    isFailureTold = true;
  };
  /** Denied or full: this page goes on with what it holds in memory. */
  const isDone = async (step: () => Promise<void>): Promise<boolean> => {
    try {
      await step();
      return true;
    } catch (error) {
      tell(error);
      return false;
    }
  };

  /** The version that was last stored whole, if it still is. */
  const kept = async (): Promise<KeptVersion | undefined> => {
    const version = await attempt(() => files().keptVersion());
    return isVersion(version) && (await hasAll(version)) ? version : undefined;
  };
  const storedDigests = async () => new Set(await attempt(() => files().digests()));
  const hasAll = async (version: KeptVersion): Promise<boolean> => {
    const digests = await storedDigests();
    return version.files.every(([digest]) => digests.has(digest));
  };
  const dropAllBut = async (...kept: (KeptVersion | undefined)[]): Promise<void> => {
    const used = sizesOf(kept);
    for (const digest of await storedDigests()) {
      if (!used.has(digest)) await attempt(() => files().remove(digest));
    }
  };
  const hasRoomFor = (...versions: (KeptVersion | undefined)[]): boolean =>
    [...sizesOf(versions).values()].reduce((sum, bytes) => sum + bytes, 0) <= files().quotaBytes;

  const load = async (opened: OpenedManifest, take: TakeFile, mayBegin?: Promise<void>): Promise<void> => {
    const version = versionOf(opened);
    let mayWrite = true;
    if (!(await hasAll(version))) {
      const before = await kept();
      await dropAllBut(version, before); // of a version that never became whole
      mayWrite = hasRoomFor(version, before);
      await mayBegin;
    }
    const takeStored = async (file: ManifestFile): Promise<boolean> => {
      const bytes = await attempt(() => files().read(file.digest));
      // Disks lose bytes and scripts of the page can write here: checked like a download.
      if (!bytes || !(await attempt(async () => (await verifyFile(bytes, file)) ?? true))) return false;
      await take(file, bytes.buffer);
      return true;
    };
    const write = async ({ digest }: ManifestFile, bytes: Bytes): Promise<void> => {
      if (mayWrite && !(await isDone(() => files().write(digest, bytes)))) mayWrite = false;
    };
    const loadOne = async (file: ManifestFile): Promise<void> => {
      if (await takeStored(file)) return;
      await files().alone(file.digest, async () => {
        if (await takeStored(file)) return; // another tab was at it
        const bytes = await edge.file(file);
        await Promise.all([take(file, bytes.buffer), write(file, bytes)]);
      });
    };

    const queue = inOrder(opened.manifest);
    const loadRest = async (): Promise<void> => {
      for (let file = queue.shift(); file; file = queue.shift()) await loadOne(file);
    };
    const results = await Promise.allSettled(Array.from({ length: MAX_REQUESTS }, loadRest));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };

  const keep = async (opened: OpenedManifest): Promise<boolean> => {
    const version = versionOf(opened);
    const before = await kept();
    if (!hasRoomFor(version)) {
      tell(new WidgetError('storage-full', 'expected a model within the quota'));
      await dropAllBut(hasRoomFor(before) ? before : undefined);
      return false;
    }
    if (before?.modelDigest === version.modelDigest) return true;
    if (before && before.sequence > version.sequence) return false;
    if (!hasRoomFor(version, before)) {
      await dropAllBut(version);
      // All of it has just been downloaded: the browser's HTTP cache has it.
      await attempt(() => load(opened, () => {}));
    }
    if (!(await hasAll(version)) || !(await isDone(() => files().noteKept(version)))) return false;
    await dropAllBut(version);
    return true;
  };

  return {
    isStored: (opened) => hasAll(versionOf(opened)),
    load,
    keep: (opened) => files().alone('keep', () => keep(opened)),
  };
}

/** Files in the order of their use: whole ones, the smallest first, then shards by row. The page reads the first shelf. */
function inOrder({ files }: Manifest): ManifestFile[] {
  const place = (file: ManifestFile): number => ('rows' in file ? file.firstRow : -1);
  return modelFiles(files).sort((a, b) => place(a) - place(b) || a.bytes - b.bytes);
}

function modelFiles(files: readonly ManifestFile[]): ManifestFile[] {
  return files.filter(({ kind }) => kind !== 'first-shelf');
}

function versionOf({ manifest, modelDigest }: OpenedManifest): KeptVersion {
  const files = modelFiles(manifest.files).map(({ digest, bytes }) => [digest, bytes] as const);
  return { modelDigest, sequence: manifest.sequence, files };
}

/** Whether a note is one of ours: it says what may be dropped, and nothing is ranked by it. */
function isVersion(note: unknown): note is KeptVersion {
  return Array.isArray((note as Partial<KeptVersion> | undefined)?.files);
}

/** Bytes of every file of these versions, by digest: a file that two of them share counts once. */
function sizesOf(versions: readonly (KeptVersion | undefined)[]): Map<Digest, number> {
  return new Map(versions.flatMap((version) => version?.files ?? []));
}

/** Storage may be denied, full or damaged at any call; the model is then fetched as if it were empty. */
async function attempt<T>(step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch {
    return undefined;
  }
}
