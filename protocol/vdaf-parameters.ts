import * as v from 'valibot';
import { PositiveCountSchema } from './ids.ts';

/** 10,000 ring elements are 40 kB, under `keepalive`'s 64 KiB. */
export const MAX_SUM_LENGTH = 10_000;
/** Elements of 16 bytes that a proved report may hold: with their proof under 60 KiB. */
const MAX_PROVED_ELEMENTS = 3500;
/** A device's entry in a sum of counts. */
const MAX_COUNT = 2 ** 16 - 1;

const LengthSchema = v.pipe(PositiveCountSchema, v.maxValue(MAX_PROVED_ELEMENTS));
/** Elements that one gadget call of the proof takes; about the root of all makes the shortest proof. */
const chunkLength = v.pipe(PositiveCountSchema, v.maxValue(MAX_PROVED_ELEMENTS));

export const UnverifiedVectorSumSchema = v.object({
  type: v.literal('UnverifiedVectorSum'),
  length: v.pipe(PositiveCountSchema, v.maxValue(MAX_SUM_LENGTH)),
});

export const Prio3SumVecSchema = v.pipe(
  v.object({
    type: v.literal('Prio3SumVec'),
    length: LengthSchema,
    maxMeasurement: v.pipe(PositiveCountSchema, v.maxValue(MAX_COUNT)),
    chunkLength,
  }),
  v.check(
    ({ length, maxMeasurement }) => length * Math.ceil(Math.log2(maxMeasurement + 1)) <= MAX_PROVED_ELEMENTS,
    `expected length × bits of maxMeasurement to be at most ${MAX_PROVED_ELEMENTS}`,
  ),
);

export const Prio3HistogramSchema = v.object({ type: v.literal('Prio3Histogram'), length: LengthSchema, chunkLength });

export const Prio3MultihotCountVecSchema = v.pipe(
  v.object({
    type: v.literal('Prio3MultihotCountVec'),
    length: LengthSchema,
    maxWeight: PositiveCountSchema,
    chunkLength,
  }),
  v.check(({ length, maxWeight }) => maxWeight <= length, 'expected maxWeight to be at most length'),
);

/**
 * What a task adds up, and how it is proved: the parameters of a VDAF (draft-irtf-cfrg-vdaf-18
 * section 7.4 for those that begin with `Prio3`).
 *
 * `UnverifiedVectorSum` adds vectors over the integers mod 2^32 and proves nothing: a device may send
 * any vector.
 */
export const VdafParametersSchema = v.variant('type', [
  UnverifiedVectorSumSchema,
  Prio3SumVecSchema,
  Prio3HistogramSchema,
  Prio3MultihotCountVecSchema,
]);
export type VdafParameters = v.InferOutput<typeof VdafParametersSchema>;
