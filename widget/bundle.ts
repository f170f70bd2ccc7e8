import type { Model } from '#model/model.ts';
import { createModelBuilder } from '#model/model-builder.ts';
import type { Pause } from '#model/scorer.ts';
import { codebooksFile, type ManifestFile } from '#protocol/manifest.ts';
import { unpack } from '#protocol/packed-file.ts';
import { type Catalog, createCatalog } from './catalog.ts';
import type { OpenedManifest } from './manifest-source.ts';

/** One model version, as far as it is there: model and catalog agree row by row. */
export interface Bundle {
  readonly opened: OpenedManifest;
  readonly model: Model;
  readonly catalog: Catalog;
  /** Whether an item can be shown: what its score and its card need is there. */
  hasRow(row: number): boolean;
  /** Whether nothing is missing: scores are what they were measured as. */
  readonly isComplete: boolean;
}

/** Puts a bundle together from files that come one by one, in any order. */
export interface BundleBuilder {
  /**
   * Takes a file as it travels, its digest already checked. Several may be taken at once.
   *
   * @throws {ProtocolError} If it does not fit the manifest's configuration: nothing of the bundle may be used then.
   */
  take(file: ManifestFile, packed: ArrayBuffer): Promise<void>;
  /** What is there now; `undefined` until the encoder is. Ask again after a file was taken. */
  readonly bundle: Bundle | undefined;
}

/** @param pause Called after every millisecond or so of work. */
export async function createBundle(opened: OpenedManifest, pause: Pause): Promise<BundleBuilder> {
  const { manifest } = opened;
  const { numItems } = manifest.config;
  const models = createModelBuilder(manifest.config, { isCoded: codebooksFile(manifest) !== undefined });
  const { catalog, take: takeCatalog } = createCatalog(numItems);
  let numRowsMissing = numItems; // of the catalog

  const takeContent = (file: ManifestFile, { buffer }: Uint8Array<ArrayBuffer>): Iterable<void> => {
    if (file.kind === 'first-shelf') return []; // for whom the rest is not there yet
    if (!('rows' in file)) return models.take({ kind: file.kind, bytes: buffer });
    const { kind, firstRow, rows } = file;
    if (kind === 'catalog') return takeCatalog(new Uint8Array(buffer), { firstRow, rows });
    return models.take({ kind, firstRow, rows, bytes: buffer });
  };

  return {
    async take(file, packed) {
      const content = await unpack(file, new Uint8Array(packed));
      for (const _ of takeContent(file, content)) await pause();
      if (file.kind === 'catalog') numRowsMissing -= file.rows;
    },

    get bundle() {
      const { model, isComplete } = models;
      if (!model) return undefined;
      return {
        opened,
        model,
        catalog,
        hasRow: (row: number) => models.hasRow(row) && catalog.hasRow(row),
        isComplete: isComplete && numRowsMissing === 0,
      };
    },
  };
}
