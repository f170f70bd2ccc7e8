import { digestOf } from '#protocol/digest.ts';
import type { Digest, KeyFingerprint, ShopId } from '#protocol/ids.ts';
import { type Manifest, openManifest } from '#protocol/manifest.ts';
import { readJson } from '#protocol/parse.ts';
import type { MetaStore } from './meta.ts';
import type { ModelEdge, NamedFile } from './model-edge.ts';
import type { PublisherKeys } from './publisher-keys.ts';
import { readSequence } from './seen-sequence.ts';

/** A manifest whose signature, shop and expiry have been checked. */
export interface OpenedManifest {
  readonly manifest: Manifest;
  /** SHA-256 of the signed payload: names the model in learning tasks. */
  readonly modelDigest: Digest;
  readonly signedBy: KeyFingerprint;
  /** As it was signed, to be kept and opened again. */
  readonly envelope: unknown;
}

/** What the edge says about the newest version. */
export type NewestAnswer =
  | { readonly kind: 'opened'; readonly opened: OpenedManifest }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreachable' };

/** Which model versions there are. */
export interface ManifestSource {
  /** That of the last version in use on this device, while it is valid; its files may be gone. */
  stored(): Promise<OpenedManifest | undefined>;
  /** @throws {ProtocolError} If the edge's manifest cannot be trusted. {@link WidgetError} `edge-refused`. */
  newest(): Promise<NewestAnswer>;
  /**
   * A version that only some devices use.
   *
   * @param file Its signed manifest.
   * @throws {ProtocolError}, {@link WidgetError} If it cannot be had or trusted.
   */
  canary(file: NamedFile): Promise<OpenedManifest>;
  /** Remembers a version whose files are stored. Never rejects. */
  keep(opened: OpenedManifest): Promise<void>;
}

/**
 * @param meta Asked anew each time, so that a change of consent takes effect at once.
 * @param onNotStored Told of storage that is denied or full.
 */
export function createManifestSource({
  edge,
  meta,
  shop,
  keys,
  now,
  onNotStored,
}: {
  readonly edge: Pick<ModelEdge, 'manifest' | 'file'>;
  readonly meta: () => MetaStore;
  readonly shop: ShopId;
  readonly keys: Pick<PublisherKeys, 'trusted'>;
  readonly now: () => number;
  readonly onNotStored: (error: unknown) => void;
}): ManifestSource {
  const open = async (envelope: unknown, lastSequence: number): Promise<OpenedManifest> => {
    const trust = { shop, publishingKeys: await keys.trusted(), lastSequence, nowMs: now() };
    const { manifest, payload, signedBy } = await openManifest(envelope, trust);
    return { manifest, modelDigest: await digestOf(payload), signedBy, envelope };
  };
  return {
    async stored() {
      try {
        return await open(await meta().get('manifest'), 0);
      } catch {
        return undefined; // none, expired or unreadable: the edge has another
      }
    },
    async newest() {
      const [answer, lastSequence] = await Promise.all([edge.manifest(), readSequence(meta(), 'manifest-sequence')]);
      if (answer.kind !== 'bytes') return answer;
      const envelope = readJson(answer.bytes, 'envelope-invalid');
      const opened = await open(envelope, lastSequence);
      void meta().set('manifest-sequence', opened.manifest.sequence).catch(onNotStored);
      return { kind: 'opened', opened };
    },
    async canary(file) {
      return open(readJson(await edge.file(file), 'envelope-invalid'), 0);
    },
    keep: ({ envelope }) => meta().set('manifest', envelope).catch(onNotStored),
  };
}
