import * as v from 'valibot';
import { type Bytes, utf8 } from './bytes.ts';
import { digestOf } from './digest.ts';
import { cosignEnvelope, type Envelope, openEnvelope, signEnvelope } from './envelope.ts';
import { ProtocolError } from './errors.ts';
import {
  CountSchema,
  DigestSchema,
  type KeyFingerprint,
  PositiveCountSchema,
  PositiveSchema,
  type ShopId,
  ShopIdSchema,
  type TaskId,
  TimeMsSchema,
} from './ids.ts';
import type { SigningKey } from './keys.ts';
import { parseJson } from './parse.ts';

export const TASK_FORMAT = 1;

/** What a report may hold at most: 10,000 ring elements are 40 kB, under `keepalive`'s 64 KiB. */
export const MAX_PARAMS = 10_000;
/** With `clipNorm · scale` = 2^15 a sum of this many stays below 2^31. */
export const MAX_BATCH = 60_000;
/** No batch below this is ever released. */
export const MIN_BATCH_FLOOR = 100;
/** `clipNorm · scale`: one device's L2 norm in ring units. */
export const CLIP_NORM_UNITS = 2 ** 15;

const PartySchema = v.object({
  /** Where the party's routes are. */
  origin: v.pipe(v.string(), v.regex(/^https?:\/\/[^/\s]+$/, 'expected an origin such as https://edge.example')),
  /** One byte, so that a party can tell its keys apart. */
  hpkeKeyId: v.pipe(CountSchema, v.maxValue(255)),
  /** X25519 public key, 32 bytes as base64url; used for this task only. */
  hpkePublicKey: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/, 'expected 32 bytes as base64url')),
});

/** As signed; see {@link openTask}. Exported for a party that reads back what it once accepted. */
export const TaskSchema = v.pipe(
  v.object({
    format: v.literal(TASK_FORMAT),
    kind: v.literal('model-update'),
    shop: ShopIdSchema,
    /** SHA-256 of the manifest payload that devices must be using. */
    modelDigest: DigestSchema,
    /** SHA-256 over the digests of item shards and groups: the features a device trains on. */
    itemFeatureDigest: DigestSchema,
    /** Length of an update: numGroups × rank. */
    numParams: v.pipe(PositiveCountSchema, v.maxValue(MAX_PARAMS)),
    /** r: columns of B; the item table changes by B · A. */
    rank: v.pipe(PositiveCountSchema, v.maxValue(16)),
    /** A: `i8[r × D]` in base64url, in units of 1/127. The same for all devices, and no wider than a manifest allows. */
    factor: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{2,4096}$/, 'expected a factor as base64url')),
    clipNorm: PositiveSchema,
    /** Ring units per 1.0. */
    scale: PositiveSchema,
    minBatch: v.pipe(PositiveCountSchema, v.minValue(MIN_BATCH_FLOOR)),
    maxBatch: v.pipe(PositiveCountSchema, v.maxValue(MAX_BATCH)),
    /** Standard deviation of each party's noise on the sum ÷ clipNorm. */
    noiseMultiplier: PositiveSchema,
    /** Delta at which epsilon is stated. */
    delta: v.pipe(PositiveSchema, v.maxValue(1e-3)),
    /** A device takes part again no sooner than this after its last time. */
    minSeparationMs: PositiveCountSchema,
    /** A device takes part at most this often within `privacyWindowMs`. */
    maxParticipations: PositiveCountSchema,
    privacyWindowMs: PositiveCountSchema,
    leader: PartySchema,
    helper: PartySchema,
    opensAtMs: TimeMsSchema,
    closesAtMs: TimeMsSchema,
  }),
  v.check((task) => task.numParams % task.rank === 0, 'expected rank to divide numParams'),
  v.check(
    (task) => Math.abs(task.clipNorm * task.scale - CLIP_NORM_UNITS) < 1e-6 * CLIP_NORM_UNITS,
    `expected clipNorm × scale to be ${CLIP_NORM_UNITS}`,
  ),
  v.check((task) => task.minBatch <= task.maxBatch, 'expected minBatch to be at most maxBatch'),
  v.check((task) => fitsRing(task), 'expected the noised sum to stay below 2^31'),
  v.check((task) => task.opensAtMs < task.closesAtMs, 'expected the task to open before it closes'),
);

/** One aggregation, agreed by trainer and helper before any device sees it. */
export type Task = v.InferOutput<typeof TaskSchema>;

/** n · C·s + 8·√2·σ < 2^31: eight standard deviations of both parties' noise. */
function fitsRing({
  maxBatch,
  noiseMultiplier,
}: {
  readonly maxBatch: number;
  readonly noiseMultiplier: number;
}): boolean {
  return maxBatch * CLIP_NORM_UNITS + 8 * Math.SQRT2 * noiseMultiplier * CLIP_NORM_UNITS < 2 ** 31;
}

/** Signs a new task with the trainer's key; the helper's signature is added by {@link cosignTask}. */
export async function signTask(task: Task, trainerKey: SigningKey): Promise<Envelope> {
  return signEnvelope('application/vnd.vitrine.task+json', utf8(JSON.stringify(task)), trainerKey);
}

/** Adds the helper's signature to a task it has read and accepts. */
export async function cosignTask(envelope: Envelope, helperKey: SigningKey): Promise<Envelope> {
  return cosignEnvelope(envelope, helperKey);
}

export interface OpenedTask {
  readonly task: Task;
  readonly id: TaskId;
}

/**
 * Opens a signed task.
 *
 * Guarantees: signed by every trusted key; `id` is the SHA-256 of the very bytes they signed, so no
 * two readers of one id can hold different parameters.
 *
 * @param trusted The trainer's key, and the helper's wherever a device or the leader reads it.
 * @throws {ProtocolError} What {@link openEnvelope} throws; `task-invalid` if it does not fit or is
 *   another shop's.
 */
export async function openTask(
  envelope: unknown,
  { shop, trusted }: { readonly shop: ShopId; readonly trusted: readonly KeyFingerprint[] },
): Promise<OpenedTask> {
  const payload: Bytes = await openEnvelope(envelope, { payloadType: 'application/vnd.vitrine.task+json', trusted });
  const task = parseJson(TaskSchema, payload, 'task-invalid');
  if (task.shop !== shop) throw new ProtocolError('task-invalid', `expected a task of shop ${shop}, got another's`);
  return { task, id: (await digestOf(payload)) as string as TaskId };
}
