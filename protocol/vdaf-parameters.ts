import * as v from 'valibot';
import { PositiveCountSchema } from './ids.ts';

/** 10,000 ring elements are 40 kB, under `keepalive`'s 64 KiB. */
export const MAX_SUM_LENGTH = 10_000;
/** Elements of 16 bytes, a measurement and its proof: with seeds and sealing a report stays under 60 KiB. */
const MAX_PROVED_ELEMENTS = 3820;
/** A device's entry in a sum of counts. */
const MAX_COUNT = 2 ** 16 - 1;

/** What functions with proofs have in common. */
const proved = {
  length: PositiveCountSchema,
  /** Elements that one gadget call of the proof takes; about the root of all makes the shortest proof. */
  chunkLength: PositiveCountSchema,
};
const TOO_LONG = `expected measurement and proof to have at most ${MAX_PROVED_ELEMENTS} elements`;

export const UnverifiedVectorSumSchema = v.object({
  type: v.literal('UnverifiedVectorSum'),
  length: v.pipe(PositiveCountSchema, v.maxValue(MAX_SUM_LENGTH)),
});

export const Prio3SumVecSchema = v.pipe(
  v.object({
    ...proved,
    type: v.literal('Prio3SumVec'),
    maxMeasurement: v.pipe(PositiveCountSchema, v.maxValue(MAX_COUNT)),
  }),
  v.check(
    ({ length, maxMeasurement, chunkLength }) => fitsReport(length * numBits(maxMeasurement), chunkLength),
    TOO_LONG,
  ),
);

export const Prio3HistogramSchema = v.pipe(
  v.object({ ...proved, type: v.literal('Prio3Histogram') }),
  v.check(({ length, chunkLength }) => fitsReport(length, chunkLength), TOO_LONG),
);

export const Prio3MultihotCountVecSchema = v.pipe(
  v.object({ ...proved, type: v.literal('Prio3MultihotCountVec'), maxWeight: PositiveCountSchema }),
  v.check(({ length, maxWeight }) => maxWeight <= length, 'expected maxWeight to be at most length'),
  v.check(({ length, maxWeight, chunkLength }) => fitsReport(length + numBits(maxWeight), chunkLength), TOO_LONG),
);

/** @param encoded Elements of the encoded measurement: its counts' and its weight's bits. */
function fitsReport(encoded: number, chunkLength: number): boolean {
  const points = 2 ** Math.ceil(Math.log2(1 + Math.ceil(encoded / chunkLength)));
  return encoded + 2 * chunkLength + 2 * points <= MAX_PROVED_ELEMENTS;
}

function numBits(maxValue: number): number {
  return maxValue.toString(2).length;
}

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
