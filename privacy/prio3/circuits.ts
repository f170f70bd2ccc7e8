import { type Circuit, checkInteger, encodeDigits, numDigits } from './circuit.ts';

/** How many devices something is true of. A measurement is 0 or 1. */
export function count(): Circuit<number> {
  return {
    kind: 'count',
    algorithmId: 1,
    elementBytes: 8,
    measurementLength: 1,
    outputLength: 1,
    digitsPerOutput: 1,
    maxValue: 1,
    arity: 2,
    numCalls: 1,
    jointRandLength: 0,
    numChecks: 1,
    encode: (measurement) => integerDigits(measurement, 1),
  };
}

/**
 * The sum of a number that each device has.
 *
 * @param maxMeasurement Measurements are integers in 0…`maxMeasurement`. 1…2^53 − 1.
 * @throws {RangeError} If it is no such number.
 */
export function sum(maxMeasurement: number): Circuit<number> {
  checkInteger('maxMeasurement', maxMeasurement, 1);
  const digits = numDigits(maxMeasurement);
  return {
    kind: 'sum',
    algorithmId: 2,
    elementBytes: 8,
    measurementLength: digits,
    outputLength: 1,
    digitsPerOutput: digits,
    maxValue: maxMeasurement,
    arity: 1,
    numCalls: digits,
    jointRandLength: 0,
    numChecks: digits,
    encode: (measurement) => integerDigits(measurement, maxMeasurement),
  };
}

/**
 * The sum of vectors.
 *
 * @param length Elements of a measurement.
 * @param maxMeasurement An element is an integer in 0…`maxMeasurement`. 1…2^53 − 1.
 * @param chunkLength Digits that a call of the gadget checks; see `chooseChunkLength`.
 * @throws {RangeError} If a parameter is out of range.
 */
export function sumVec(length: number, maxMeasurement: number, chunkLength: number): Circuit<ArrayLike<number>> {
  checkInteger('length', length, 1);
  checkInteger('maxMeasurement', maxMeasurement, 1);
  const digits = numDigits(maxMeasurement);
  return {
    kind: 'sum-vec',
    algorithmId: 3,
    outputLength: length,
    digitsPerOutput: digits,
    maxValue: maxMeasurement,
    ...checkedChunks(length * digits, chunkLength),
    numChecks: 1,
    encode: (measurement) => vectorDigits(measurement, length, maxMeasurement),
  };
}

/**
 * How many devices are in each of some buckets.
 *
 * @param length Buckets. A measurement is the number of one, from 0.
 * @param chunkLength Buckets that a call of the gadget checks; see `chooseChunkLength`.
 * @throws {RangeError} If a parameter is out of range.
 */
export function histogram(length: number, chunkLength: number): Circuit<number> {
  checkInteger('length', length, 1);
  return {
    kind: 'histogram',
    algorithmId: 4,
    outputLength: length,
    digitsPerOutput: 1,
    maxValue: 1,
    ...checkedChunks(length, chunkLength),
    numChecks: 2,
    encode(measurement) {
      if (!(Number.isInteger(measurement) && measurement >= 0 && measurement < length)) {
        throw new RangeError(`expected a bucket in 0…${length - 1}, got another`);
      }
      const encoded = new Uint8Array(length);
      encoded[measurement] = 1;
      return encoded;
    },
  };
}

/**
 * How many devices each of some things is true of, where at most `maxWeight` are true of one device.
 *
 * @param length Elements of a measurement, each 0 or 1.
 * @param maxWeight 1…`length`.
 * @param chunkLength Elements that a call of the gadget checks; see `chooseChunkLength`.
 * @throws {RangeError} If a parameter is out of range.
 */
export function multihotCountVec(
  length: number,
  maxWeight: number,
  chunkLength: number,
): Circuit<ArrayLike<number | boolean>> {
  checkInteger('length', length, 1);
  checkInteger('maxWeight', maxWeight, 1, length);
  return {
    kind: 'multihot-count-vec',
    algorithmId: 5,
    outputLength: length,
    digitsPerOutput: 1,
    maxValue: maxWeight,
    ...checkedChunks(length + numDigits(maxWeight), chunkLength),
    numChecks: 2,
    encode(measurement) {
      const counts = vectorDigits(measurement, length, 1);
      let weight = 0;
      for (const isTrue of counts) weight += isTrue;
      if (weight > maxWeight) throw new RangeError(`expected at most ${maxWeight} of the elements to be 1, got more`);
      const encoded = new Uint8Array(length + numDigits(maxWeight));
      encoded.set(counts);
      encodeDigits(encoded.subarray(length), weight, maxWeight);
      return encoded;
    },
  };
}

/** What circuits have in common that check many elements a call. */
function checkedChunks(measurementLength: number, chunkLength: number) {
  checkInteger('chunkLength', chunkLength, 1);
  const numCalls = Math.ceil(measurementLength / chunkLength);
  const arity = 2 * chunkLength;
  return { elementBytes: 16, measurementLength, arity, numCalls, jointRandLength: numCalls } as const;
}

function integerDigits(value: number, maxValue: number): Uint8Array {
  return vectorDigits([value], 1, maxValue);
}

function vectorDigits(values: ArrayLike<number | boolean>, length: number, maxValue: number): Uint8Array {
  if (values.length !== length) throw new RangeError(`expected ${length} elements, got ${values.length}`);
  const digits = numDigits(maxValue);
  const encoded = new Uint8Array(length * digits);
  for (let i = 0; i < length; i++) {
    const value = Number(values[i]);
    if (!(Number.isInteger(value) && value >= 0 && value <= maxValue)) {
      throw new RangeError(`expected integers in 0…${maxValue}, got another value at ${i}`);
    }
    encodeDigits(encoded.subarray(i * digits, (i + 1) * digits), value, maxValue);
  }
  return encoded;
}
