import * as v from 'valibot';
import { utf8 } from './bytes.ts';
import { digestOf } from './digest.ts';
import { cosignEnvelope, type Envelope, openEnvelope, signEnvelope, type TrustedSigner } from './envelope.ts';
import { ProtocolError } from './errors.ts';
import {
  CountSchema,
  DigestSchema,
  PositiveCountSchema,
  PositiveSchema,
  type ShopId,
  ShopIdSchema,
  type TaskId,
  TimeMsSchema,
} from './ids.ts';
import type { SigningKey } from './keys.ts';
import { LedgerStateSchema } from './ledger-state.ts';
import { parseJson } from './parse.ts';
import {
  Prio3HistogramSchema,
  Prio3MultihotCountVecSchema,
  Prio3SumVecSchema,
  UnverifiedVectorSumSchema,
} from './vdaf-parameters.ts';

export const TASK_FORMAT = 2;

/** With `clipNorm · scale` = 2^15 a sum of this many stays below 2^31. */
export const MAX_BATCH = 60_000;
/** No batch below this is ever released. */
export const MIN_BATCH_FLOOR = 100;
/** Limits of arithmetic, not of privacy: what a merchant may spend is in the budget. Below, epsilon is no number any more. */
const MIN_NOISE_MULTIPLIER = 1e-6;
/** Above, nothing is left of any sum, and the longest could pass 2^53. */
const MAX_NOISE_MULTIPLIER = 1e4;
/** `clipNorm · scale`: one device's L2 norm in ring units. */
export const CLIP_NORM_UNITS = 2 ** 15;
/** Columns of a change of the item table. */
export const MAX_RANK = 16;
/** Of one device in tasks of one kind within their window: its record has room for all. */
export const MAX_PARTICIPATIONS = 250;
/** Of a candidate's signed manifest: one of some thousand files is shorter. */
const MAX_MANIFEST_BYTES = 2 ** 20;
/** What a `metrics` task counts, in the order of its sum. */
export const METRICS_EVENT_KINDS = ['view', 'impression', 'select', 'add', 'purchase', 'search'] as const;
/**
 * Where the buckets of a `shadow-eval` task begin, as ranks of the item that was really chosen next:
 * first, second to fifth, and so on; the last one holds all the rest.
 */
export const SHADOW_RANK_STARTS = [0, 1, 5, 10, 20] as const;
/** The last one counts devices that have chosen nothing yet. */
export const NUM_SHADOW_CELLS = SHADOW_RANK_STARTS.length ** 2 + 1;

/** Without encryption on this machine alone. */
const ORIGIN = /^(https:\/\/[^/\s]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)$/;

const PartySchema = v.object({
  /** Where the party's routes are. */
  origin: v.pipe(v.string(), v.regex(ORIGIN, 'expected an origin such as https://edge.example')),
  /** One byte, so that a party can tell its keys apart. */
  hpkeKeyId: v.pipe(CountSchema, v.maxValue(255)),
  /** X25519 public key, 32 bytes as base64url; used for this task only. */
  hpkePublicKey: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/, 'expected 32 bytes as base64url')),
});

/** What tasks of all kinds say. */
const common = {
  format: v.literal(TASK_FORMAT),
  shop: ShopIdSchema,
  /** SHA-256 of the manifest payload that devices must be using. */
  modelDigest: DigestSchema,
  minBatch: v.pipe(PositiveCountSchema, v.minValue(MIN_BATCH_FLOOR)),
  maxBatch: v.pipe(PositiveCountSchema, v.maxValue(MAX_BATCH)),
  /** Standard deviation of each party's noise on the sum ÷ the most that one device can change it (L2). */
  noiseMultiplier: v.pipe(PositiveSchema, v.minValue(MIN_NOISE_MULTIPLIER), v.maxValue(MAX_NOISE_MULTIPLIER)),
  /** Delta at which epsilon is stated. */
  delta: v.pipe(PositiveSchema, v.maxValue(1e-3)),
  /** A device takes part in a task of this kind again no sooner than this after its last time. */
  minSeparationMs: PositiveCountSchema,
  /** A device takes part in tasks of this kind at most this often within `privacyWindowMs`. */
  maxParticipations: v.pipe(PositiveCountSchema, v.maxValue(MAX_PARTICIPATIONS)),
  privacyWindowMs: PositiveCountSchema,
  /** All tasks of the shop before this one: a party that knows others does not sign. */
  ledger: LedgerStateSchema,
  leader: PartySchema,
  helper: PartySchema,
  opensAtMs: TimeMsSchema,
  closesAtMs: TimeMsSchema,
};

/** How a device would change the item table, from its own history. */
const ModelUpdateSchema = v.pipe(
  v.object({
    ...common,
    kind: v.literal('model-update'),
    /** B of the change B · A of the item table, `[numGroups, rank]` flattened. */
    vdaf: UnverifiedVectorSumSchema,
    /** SHA-256 over the digests of the files that a device trains on. */
    itemFeatureDigest: DigestSchema,
    /** r: columns of B. */
    rank: v.pipe(PositiveCountSchema, v.maxValue(MAX_RANK)),
    /** A: `i8[r × D]` in base64url, in units of 1/127. The same for all devices, and no wider than a manifest allows. */
    factor: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{2,4096}$/, 'expected a factor as base64url')),
    clipNorm: PositiveSchema,
    /** Ring units per 1.0. */
    scale: PositiveSchema,
  }),
  v.check((task) => task.vdaf.length % task.rank === 0, 'expected rank to divide the length of the sum'),
  v.check(
    (task) => Math.abs(task.clipNorm * task.scale - CLIP_NORM_UNITS) < 1e-6 * CLIP_NORM_UNITS,
    `expected clipNorm × scale to be ${CLIP_NORM_UNITS}`,
  ),
  v.check((task) => fitsRing(task), 'expected the noised sum to stay below 2^31'),
);

/** How many events of each of {@link METRICS_EVENT_KINDS} a device saw within `windowMs`, each up to a most. */
const MetricsSchema = v.pipe(
  v.object({
    ...common,
    kind: v.literal('metrics'),
    vdaf: Prio3SumVecSchema,
    windowMs: PositiveCountSchema,
  }),
  v.check((task) => task.vdaf.length === METRICS_EVENT_KINDS.length, 'expected one entry an event kind'),
);

/** Which items a device had to do with lately, hashed into buckets. */
const PopularitySchema = v.object({
  ...common,
  kind: v.literal('popularity'),
  /** A one for each bucket of the latest items, at most `maxWeight` of them. */
  vdaf: Prio3MultihotCountVecSchema,
  /** Of the hash: another one in each task, so that items share a bucket with others each time. */
  bucketSeed: DigestSchema,
  windowMs: PositiveCountSchema,
});

/** At which rank the current and a candidate model have the item that was really chosen next. */
const ShadowEvalSchema = v.pipe(
  v.object({
    ...common,
    kind: v.literal('shadow-eval'),
    /** One device is in one cell of (bucket under the current model, bucket under the candidate), or in the last. */
    vdaf: Prio3HistogramSchema,
    /** The file that is the candidate's signed manifest, an envelope as JSON. */
    candidate: v.object({ digest: DigestSchema, bytes: v.pipe(PositiveCountSchema, v.maxValue(MAX_MANIFEST_BYTES)) }),
  }),
  v.check((task) => task.vdaf.length === NUM_SHADOW_CELLS, 'expected one cell a pair of rank buckets and one more'),
);

/** As signed; see {@link openTask}. Exported for a party that reads back what it once accepted. */
export const TaskSchema = v.pipe(
  v.variant('kind', [ModelUpdateSchema, MetricsSchema, PopularitySchema, ShadowEvalSchema]),
  v.check((task) => task.minBatch <= task.maxBatch, 'expected minBatch to be at most maxBatch'),
  v.check((task) => task.opensAtMs < task.closesAtMs, 'expected the task to open before it closes'),
);

/** One aggregation, agreed by trainer and helper before any device sees it. */
export type Task = v.InferOutput<typeof TaskSchema>;
export type TaskKind = Task['kind'];
/** A task of one kind. */
export type TaskOf<Kind extends TaskKind> = Extract<Task, { readonly kind: Kind }>;

/** Whether a sum of updates stays below 2^31: n · C·s + 8·√2·σ, eight standard deviations of both parties' noise. */
export function fitsRing({
  maxBatch,
  noiseMultiplier,
}: Readonly<Record<'maxBatch' | 'noiseMultiplier', number>>): boolean {
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
  { shop, trusted }: { readonly shop: ShopId; readonly trusted: readonly TrustedSigner[] },
): Promise<OpenedTask> {
  const { payload } = await openEnvelope(envelope, { payloadType: 'application/vnd.vitrine.task+json', trusted });
  const task = parseJson(TaskSchema, payload, 'task-invalid');
  if (task.shop !== shop) throw new ProtocolError('task-invalid', `expected a task of shop ${shop}, got another's`);
  return { task, id: (await digestOf(payload)) as string as TaskId };
}
