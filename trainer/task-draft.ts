import type { Model } from '#model/model.ts';
import { chooseChunkLength, numDigits } from '#privacy/prio3/circuit.ts';
import { toHex } from '#protocol/bytes.ts';
import type { Digest } from '#protocol/ids.ts';
import { itemFeatureDigest } from '#protocol/item-feature-digest.ts';
import type { Manifest } from '#protocol/manifest.ts';
import { CLIP_NORM_UNITS, METRICS_EVENT_KINDS, NUM_SHADOW_CELLS, type TaskKind, type TaskOf } from '#protocol/task.ts';
import { createFactors } from './choose-factor.ts';

/** What tasks of every kind say: given by the round, not by the kind. */
type CommonField =
  | 'format'
  | 'shop'
  | 'modelDigest'
  | 'minBatch'
  | 'maxBatch'
  | 'noiseMultiplier'
  | 'delta'
  | 'minSeparationMs'
  | 'maxParticipations'
  | 'privacyWindowMs'
  | 'ledger'
  | 'leader'
  | 'helper'
  | 'opensAtMs'
  | 'closesAtMs';

/** What only a task of one kind says. */
export type TaskDraftOf<Kind extends TaskKind> = Omit<TaskOf<Kind>, CommonField>;
export type TaskDraft = { readonly [Kind in TaskKind]: TaskDraftOf<Kind> }[TaskKind];

/** Any: factors are public. */
const FACTOR_SEED = 1;
/** A device's count of one kind of event is at most this: higher would drown everyone in noise for a few. */
const MAX_EVENT_COUNT = 15;
/** Items that one device may name. */
const MAX_ITEMS = 8;
/** Buckets beyond the catalog's size bring nothing, and reports have room for so many. */
const MAX_BUCKETS = 3400;
/** Of every `shadow-eval` task. */
export const SHADOW_VDAF: TaskOf<'shadow-eval'>['vdaf'] = {
  type: 'Prio3Histogram',
  length: NUM_SHADOW_CELLS,
  chunkLength: chooseChunkLength(NUM_SHADOW_CELLS),
};

/**
 * How devices would change the item table.
 *
 * @param start The model that learning began with.
 * @param numBefore Rounds that the model has learned from: each asks for other directions.
 */
export async function draftModelUpdate(
  manifest: Manifest,
  {
    start,
    rank,
    clipNorm,
    numBefore,
  }: { readonly start: Model; readonly rank: number; readonly clipNorm: number; readonly numBefore: number },
): Promise<TaskDraftOf<'model-update'>> {
  const { numGroups } = manifest.config;
  return {
    kind: 'model-update',
    vdaf: { type: 'UnverifiedVectorSum', length: numGroups * rank },
    itemFeatureDigest: await itemFeatureDigest(manifest),
    rank,
    factor: createFactors(start, { rank, seed: FACTOR_SEED })(numBefore),
    clipNorm,
    scale: CLIP_NORM_UNITS / clipNorm,
  };
}

/** How often devices saw, chose and bought something within a time. */
export function draftMetrics({ windowMs }: { readonly windowMs: number }): TaskDraftOf<'metrics'> {
  const length = METRICS_EVENT_KINDS.length;
  const chunkLength = chooseChunkLength(length * numDigits(MAX_EVENT_COUNT));
  return {
    kind: 'metrics',
    vdaf: { type: 'Prio3SumVec', length, maxMeasurement: MAX_EVENT_COUNT, chunkLength },
    windowMs,
  };
}

/** Which items devices had to do with within a time. */
export function draftPopularity({
  numItems,
  windowMs,
}: {
  readonly numItems: number;
  readonly windowMs: number;
}): TaskDraftOf<'popularity'> {
  const length = Math.max(MAX_ITEMS, Math.min(MAX_BUCKETS, numItems));
  const chunkLength = chooseChunkLength(length + numDigits(MAX_ITEMS));
  return {
    kind: 'popularity',
    vdaf: { type: 'Prio3MultihotCountVec', length, maxWeight: MAX_ITEMS, chunkLength },
    bucketSeed: toHex(crypto.getRandomValues(new Uint8Array(32))) as Digest,
    windowMs,
  };
}

/** Where the current and a candidate model rank what shoppers really choose. */
export function draftShadowEval(candidate: TaskOf<'shadow-eval'>['candidate']): TaskDraftOf<'shadow-eval'> {
  return { kind: 'shadow-eval', vdaf: SHADOW_VDAF, candidate };
}
