/**
 * What Prio3 proves of a measurement, and how (VDAF, draft-irtf-cfrg-vdaf-18 section 7.4).
 *
 * A measurement is encoded as zeros and ones, that is what is proved, with one gadget of degree 2: the sum of the
 * products of its wires, taken two at a time, or x · (x − 1) where it has one wire only.
 */
export interface Circuit<Measurement> {
  readonly kind: 'count' | 'sum' | 'sum-vec' | 'histogram' | 'multihot-count-vec';
  /** The VDAF's number in the draft. */
  readonly algorithmId: number;
  /** Field64 or Field128. */
  readonly elementBytes: 8 | 16;
  /** Elements of the encoded measurement, each 0 or 1 where it is valid. */
  readonly measurementLength: number;
  /** Elements of an output share. */
  readonly outputLength: number;
  /** So many digits of the encoded measurement make up an output element; see {@link encodeDigits}. */
  readonly digitsPerOutput: number;
  /** What the largest integer made of digits is. */
  readonly maxValue: number;
  /** Wires of the gadget. */
  readonly arity: number;
  /** Calls of the gadget. */
  readonly numCalls: number;
  /** Random elements that the device and both parties draw alike: one a call, or none. */
  readonly jointRandLength: number;
  /** What the circuit puts out: one 0 or several. */
  readonly numChecks: number;

  /**
   * @returns `[measurementLength]`, zeros and ones.
   * @throws {RangeError} If there is no such measurement. The message does not repeat it.
   */
  encode(measurement: Measurement): Uint8Array;
}

/** What follows from a circuit: lengths in elements. */
export interface ProofLengths {
  /** Values of a wire: its seed, one a call, up to the next power of two. */
  readonly points: number;
  readonly proof: number;
  readonly queryRand: number;
  readonly verifier: number;
}

export function proofLengths({ arity, numCalls, numChecks }: Circuit<never>): ProofLengths {
  const points = 2 ** Math.ceil(Math.log2(1 + numCalls));
  return {
    points,
    proof: arity + 2 * points - 1,
    queryRand: 1 + (numChecks > 1 ? numChecks : 0),
    verifier: 1 + arity + 1,
  };
}

/** Digits that integers up to `maxValue` need. */
export function numDigits(maxValue: number): number {
  return maxValue.toString(2).length;
}

/** What the last digit of integers up to `maxValue` counts; the others count 1, 2, 4, … */
export function lastWeight(maxValue: number): number {
  return maxValue - (2 ** (numDigits(maxValue) - 1) - 1);
}

/**
 * Writes an integer as digits, zeros and ones, whose weights add up to `maxValue`: no digits make more of it.
 *
 * @param out `[numDigits(maxValue)]`, zeros.
 * @param value In 0…`maxValue`.
 */
export function encodeDigits(out: Uint8Array, value: number, maxValue: number): void {
  const last = out.length - 1;
  const isLarge = value >= 2 ** last;
  let rest = isLarge ? value - lastWeight(maxValue) : value;
  for (let i = 0; i < last; i++, rest = Math.floor(rest / 2)) out[i] = rest % 2;
  out[last] = isLarge ? 1 : 0;
}

/**
 * The number of elements that a call of the gadget should check, so that the proof is short.
 *
 * @param length Elements to be checked in all.
 */
export function chooseChunkLength(length: number): number {
  let best = 1;
  let shortest = Number.POSITIVE_INFINITY;
  // A proof's length depends on the points, so of the chunks that need as many the least is best.
  for (let points = 2; points <= 4 * length; points *= 2) {
    const chunkLength = Math.ceil(length / (points - 1));
    const proof = 2 * chunkLength + 2 * points;
    if (proof < shortest) {
      best = chunkLength;
      shortest = proof;
    }
  }
  return best;
}

/** @throws {RangeError} If `value` is not an integer in `min`…`max`. */
export function checkInteger(name: string, value: number, min: number, max = Number.MAX_SAFE_INTEGER): void {
  if (!(Number.isInteger(value) && value >= min && value <= max)) {
    throw new RangeError(`expected ${name} to be an integer in ${min}…${max}, got ${value}`);
  }
}
