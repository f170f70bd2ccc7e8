import * as v from 'valibot';
import { type Bytes, utf8 } from './bytes.ts';
import { type Envelope, openEnvelope, signEnvelope } from './envelope.ts';
import { ProtocolError } from './errors.ts';
import {
  CountSchema,
  DigestSchema,
  type KeyFingerprint,
  ModelVersionSchema,
  PositiveCountSchema,
  type ShopId,
  ShopIdSchema,
  TimeMsSchema,
} from './ids.ts';
import type { SigningKey } from './keys.ts';
import { parseJson } from './parse.ts';

/** 2 since neighbors, popularity, groups and catalog come in shards too, and every file is gzip. */
export const MANIFEST_FORMAT = 2;

/** Shards are fetched whole, each at most this long: no request tells what a shopper looked at. */
export const SHARD_MAX_BYTES = 256 * 1024;

/**
 * Kinds with something for each item, in shards of neighboring rows: what changed is fetched again alone. In the
 * order in which a device has use for them.
 */
export const ROW_KINDS = ['popularity', 'items', 'catalog', 'neighbors', 'groups'] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/** Kinds that occur once. */
const REQUIRED_WHOLE_KINDS = ['first-shelf', 'encoder', 'words'] as const;

/** `codebooks` occurs once at most: where it does, item shards hold codes, else int8 rows. */
const WHOLE_KINDS = [...REQUIRED_WHOLE_KINDS, 'codebooks'] as const;
export type WholeKind = (typeof WHOLE_KINDS)[number];

export type FileKind = RowKind | WholeKind;

/** Kinds that no manifest lacks. */
export const FILE_KINDS = [...REQUIRED_WHOLE_KINDS, ...ROW_KINDS] as const;

const RowFileSchema = v.object({
  kind: v.picklist(ROW_KINDS),
  digest: DigestSchema,
  bytes: v.pipe(PositiveCountSchema, v.maxValue(SHARD_MAX_BYTES)),
  /** The shard's first row in the embedding table, and how many rows it holds. */
  firstRow: CountSchema,
  rows: PositiveCountSchema,
});

const WholeFileSchema = v.object({
  kind: v.picklist(WHOLE_KINDS),
  digest: DigestSchema,
  bytes: PositiveCountSchema,
});

const FileSchema = v.variant('kind', [RowFileSchema, WholeFileSchema]);
export type ManifestFile = v.InferOutput<typeof FileSchema>;
export type RowFile = v.InferOutput<typeof RowFileSchema>;

const WeightSchema = v.pipe(v.number(), v.finite());

/** The blend's weights for profiles of up to `maxEvents` item events; `null` is the last, for the rest. */
const BlendSchema = v.object({
  maxEvents: v.nullable(PositiveCountSchema),
  sequence: WeightSchema,
  neighbors: WeightSchema,
  text: WeightSchema,
  popularity: WeightSchema,
  /** Of what this visit's events were about; often negative, so that a shelf shows something new. */
  seen: WeightSchema,
  /** Of what earlier visits' events were about, by how likely it is wanted again. */
  again: WeightSchema,
  /** Of the new items in the neighbor lists of what this visit's events were about. */
  fresh: WeightSchema,
});
export type BlendWeights = v.InferOutput<typeof BlendSchema>;

const ShareSchema = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** What an event still counts: `eventDecay^age` in this visit, `visitDecay^(visits − 1)` in an earlier one. */
const RecallSchema = v.object({
  eventDecay: ShareSchema,
  visitDecay: ShareSchema,
  /** An earlier visit's event counts this times as much for its neighbors. */
  earlier: ShareSchema,
  /** How much more an earlier visit says of what is wanted again the more it was like this one. */
  likeness: v.pipe(WeightSchema, v.minValue(0)),
});
export type Recall = v.InferOutput<typeof RecallSchema>;

export const ModelConfigSchema = v.object({
  /** N: rows of the embedding table, of the catalog and of the popularity file. */
  numItems: PositiveCountSchema,
  /** D: width of an item vector and of the session vector. */
  dim: v.pipe(PositiveCountSchema, v.maxValue(256)),
  /** Attention heads; divides `dim`. */
  numHeads: PositiveCountSchema,
  /** Width of the feed-forward layer. */
  hiddenDim: PositiveCountSchema,
  /** T: the encoder reads at most this many of the last item events. */
  maxEvents: v.pipe(PositiveCountSchema, v.maxValue(200)),
  /** Row groups that share a row of a model update; N where every row has its own. */
  numGroups: PositiveCountSchema,
  blend: v.pipe(v.array(BlendSchema), v.minLength(1)),
  /** How far back a profile's events reach in the terms that read neighbor lists. */
  recall: RecallSchema,
  /** How far a personal shelf keeps similar items apart, 0…1; absent means 0, off. */
  diversity: v.optional(ShareSchema),
});
export type ModelConfig = v.InferOutput<typeof ModelConfigSchema>;

const ManifestSchema = v.pipe(
  v.object({
    format: v.literal(MANIFEST_FORMAT),
    shop: ShopIdSchema,
    version: ModelVersionSchema,
    /** Rises with every publication; a device refuses a lower one than it has seen. */
    sequence: PositiveCountSchema,
    createdAtMs: TimeMsSchema,
    expiresAtMs: TimeMsSchema,
    config: ModelConfigSchema,
    files: v.array(FileSchema),
  }),
  v.check(({ config }) => config.dim % config.numHeads === 0, 'expected numHeads to divide dim'),
  v.check(
    ({ files, config }) => ROW_KINDS.every((kind) => coversRows(files, kind, config.numItems)),
    'expected the shards of each kind to cover every row once, in order',
  ),
  v.check(
    ({ files }) =>
      REQUIRED_WHOLE_KINDS.every((kind) => ofKind(files, kind).length === 1) && ofKind(files, 'codebooks').length <= 1,
    'expected one file of each kind',
  ),
);

/** What a published model consists of. Readers skip fields they don't know. */
export type Manifest = v.InferOutput<typeof ManifestSchema>;

function ofKind(files: readonly ManifestFile[], kind: WholeKind): ManifestFile[] {
  return files.filter((file) => file.kind === kind);
}

function shardsOf(files: readonly ManifestFile[], kind: RowKind): RowFile[] {
  return files.filter((file): file is RowFile => file.kind === kind);
}

function coversRows(files: readonly ManifestFile[], kind: RowKind, numItems: number): boolean {
  let nextRow = 0;
  for (const { firstRow, rows } of shardsOf(files, kind)) {
    if (firstRow !== nextRow) return false;
    nextRow += rows;
  }
  return nextRow === numItems;
}

/** The shards of one kind in row order. */
export function rowFiles({ files }: Manifest, kind: RowKind): RowFile[] {
  return shardsOf(files, kind);
}

/** The one file of a kind that occurs once. */
export function wholeFile({ files }: Manifest, kind: WholeKind): ManifestFile {
  const [file] = ofKind(files, kind);
  if (!file) throw new ProtocolError('manifest-invalid', `expected a file of kind ${kind}, got none`);
  return file;
}

/** The codebooks that item shards are coded with; `undefined` where they hold int8 rows. */
export function codebooksFile({ files }: Manifest): ManifestFile | undefined {
  return ofKind(files, 'codebooks')[0];
}

/** Signs a manifest with the shop's publishing key. */
export async function signManifest(manifest: Manifest, key: SigningKey): Promise<Envelope> {
  return signEnvelope('application/vnd.vitrine.manifest+json', utf8(JSON.stringify(manifest)), key);
}

export interface ManifestTrust {
  /** One of them has to have signed: from the pasted tag on a device, from the shop's record at the edge. */
  readonly publishingKeys: readonly KeyFingerprint[];
  readonly shop: ShopId;
  /** Highest sequence number seen so far, 0 if none. */
  readonly lastSequence: number;
  readonly nowMs: number;
}

/**
 * Opens a signed manifest.
 *
 * Guarantees: signed by a trusted key, for this shop, not expired, not older than one seen.
 *
 * @returns The manifest and its payload's bytes, whose SHA-256 is the model digest.
 * @throws {ProtocolError} What {@link openEnvelope} throws; `manifest-invalid`, `manifest-expired`
 *   or `manifest-older-than-seen`.
 */
export async function openManifest(
  envelope: unknown,
  trust: ManifestTrust,
): Promise<{ readonly manifest: Manifest; readonly payload: Bytes; readonly signedBy: KeyFingerprint }> {
  const {
    payload,
    signedBy: [signedBy],
  } = await openEnvelope(envelope, {
    payloadType: 'application/vnd.vitrine.manifest+json',
    trusted: [trust.publishingKeys],
  });
  const manifest = parseJson(ManifestSchema, payload, 'manifest-invalid');
  if (manifest.shop !== trust.shop) {
    throw new ProtocolError('manifest-invalid', `expected a manifest of shop ${trust.shop}, got another's`);
  }
  if (manifest.expiresAtMs <= trust.nowMs) {
    throw new ProtocolError('manifest-expired', `expected a manifest valid now, got ${manifest.version}, expired`);
  }
  if (manifest.sequence < trust.lastSequence) {
    throw new ProtocolError(
      'manifest-older-than-seen',
      `expected sequence number ${trust.lastSequence} or higher, got ${manifest.sequence}`,
    );
  }
  return { manifest, payload, signedBy };
}
