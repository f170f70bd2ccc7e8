import type { Bytes } from '#protocol/bytes.ts';

/** Bytes of an element: 4 in Z/2^32, 8 in Field64, 16 in Field128. */
export type ElementBytes = 4 | 8 | 16;

/** How many elements there are: what sums are reduced by. */
export const MODULI: Readonly<Record<ElementBytes, bigint>> = {
  4: 2n ** 32n,
  8: 2n ** 64n - 2n ** 32n + 1n,
  16: 2n ** 128n - 28n * 2n ** 64n + 1n,
};

/**
 * What the parties and the collector do with vectors of elements: shares of measurements, of sums, and sums.
 *
 * A vector is bytes, its elements little-endian, one after the other, each below the modulus.
 */
export interface ElementRing {
  readonly elementBytes: ElementBytes;

  /**
   * Whether bytes from elsewhere are a vector.
   *
   * @param length In elements.
   */
  isVector(bytes: Uint8Array, length: number): boolean;

  /**
   * Adds a vector to another.
   *
   * @param out Modified. May be the other vector itself.
   * @throws {RangeError} If the lengths differ.
   */
  add(out: Bytes, vector: Bytes): void;

  /**
   * Adds integers, noise say, to a vector. What is below 0 is subtracted.
   *
   * @param out Modified.
   * @param integers Within ±(2^53 − 1).
   * @throws {RangeError} If there is another value or the lengths differ. The message does not repeat it.
   */
  addIntegers(out: Bytes, integers: ArrayLike<number>): void;

  /**
   * The integers that a vector stands for: what is above half of the modulus is below 0.
   *
   * Right for a sum that is within ±modulus / 2 before it is reduced.
   *
   * @throws {RangeError} If one is not within ±(2^53 − 1): it is no sum of what devices send, so a share was missing,
   *   another round's, or broken.
   */
  toIntegers(vector: Bytes): Float64Array;
}

const WORD = 2 ** 32;

/** The ring whose elements take so many bytes. */
export function elementRing(elementBytes: ElementBytes): ElementRing {
  const numWords = elementBytes / 4;
  const modulus = wordsOf(MODULI[elementBytes], numWords);
  const firstNegative = wordsOf(MODULI[elementBytes] / 2n + 1n, numWords); // moduli of more than a word are odd
  const hasPrime = elementBytes > 4;
  const element = new Uint32Array(numWords);
  const other = new Uint32Array(numWords);

  function load(into: Uint32Array, view: DataView, at: number): void {
    for (let i = 0; i < numWords; i++) into[i] = view.getUint32(at + 4 * i, true);
  }

  function store(view: DataView, at: number): void {
    for (let i = 0; i < numWords; i++) view.setUint32(at + 4 * i, element[i] as number, true);
  }

  /** Adds `other` to `element`. */
  function addOther(): void {
    const carry = addWords(element, other);
    if (hasPrime && (carry > 0 || isAtLeast(element, modulus))) subtractWords(element, modulus);
  }

  function subtractOther(): void {
    const borrow = subtractWords(element, other);
    if (hasPrime && borrow > 0) addWords(element, modulus);
  }

  function integerAt(view: DataView, at: number): number {
    if (!hasPrime) return view.getInt32(at, true);
    load(element, view, at);
    const isNegative = isAtLeast(element, firstNegative);
    if (isNegative) {
      other.set(element);
      element.set(modulus);
      subtractWords(element, other);
    }
    let magnitude = 0;
    for (let i = numWords - 1; i >= 0; i--) magnitude = magnitude * WORD + (element[i] as number);
    if (!(magnitude <= Number.MAX_SAFE_INTEGER)) {
      throw new RangeError('expected a sum within ±2^53, got more: its shares do not belong together');
    }
    return isNegative ? -magnitude : magnitude;
  }

  return {
    elementBytes,
    isVector(bytes, length) {
      if (bytes.length !== length * elementBytes) return false;
      if (!hasPrime) return true;
      const view = viewOf(bytes);
      for (let at = 0; at < bytes.length; at += elementBytes) {
        load(element, view, at);
        if (isAtLeast(element, modulus)) return false;
      }
      return true;
    },
    add(out, vector) {
      if (vector.length !== out.length) throw new RangeError(`expected ${out.length} bytes, got ${vector.length}`);
      const sum = viewOf(out);
      const added = viewOf(vector);
      if (!hasPrime) {
        for (let at = 0; at < out.length; at += 4) {
          sum.setUint32(at, sum.getUint32(at, true) + added.getUint32(at, true), true);
        }
        return;
      }
      for (let at = 0; at < out.length; at += elementBytes) {
        load(element, sum, at);
        load(other, added, at);
        addOther();
        store(sum, at);
      }
    },
    addIntegers(out, integers) {
      const length = out.length / elementBytes;
      if (integers.length !== length) throw new RangeError(`expected ${length} integers, got ${integers.length}`);
      const sum = viewOf(out);
      for (let i = 0, at = 0; i < length; i++, at += elementBytes) {
        const value = integers[i] as number;
        if (!Number.isSafeInteger(value))
          throw new RangeError(`expected integers within ±2^53, got another value at ${i}`);
        const magnitude = Math.abs(value);
        other.fill(0);
        other[0] = magnitude;
        other[1] = magnitude / WORD;
        load(element, sum, at);
        if (value < 0) subtractOther();
        else addOther();
        store(sum, at);
      }
    },
    toIntegers(vector) {
      const view = viewOf(vector);
      return Float64Array.from({ length: vector.length / elementBytes }, (_, i) => integerAt(view, i * elementBytes));
    },
  };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function wordsOf(value: bigint, numWords: number): Uint32Array {
  return Uint32Array.from({ length: numWords }, (_, i) => Number((value >> BigInt(32 * i)) & 0xffffffffn));
}

/** @returns What does not fit. */
function addWords(out: Uint32Array, added: Uint32Array): number {
  let carry = 0;
  for (let i = 0; i < out.length; i++) {
    const sum = (out[i] as number) + (added[i] as number) + carry;
    out[i] = sum;
    carry = sum >= WORD ? 1 : 0;
  }
  return carry;
}

/** @returns What is missing. */
function subtractWords(out: Uint32Array, taken: Uint32Array): number {
  let borrow = 0;
  for (let i = 0; i < out.length; i++) {
    const rest = (out[i] as number) - (taken[i] as number) - borrow;
    out[i] = rest;
    borrow = rest < 0 ? 1 : 0;
  }
  return borrow;
}

function isAtLeast(words: Uint32Array, limit: Uint32Array): boolean {
  for (let i = words.length - 1; i >= 0; i--) {
    if (words[i] !== limit[i]) return (words[i] as number) > (limit[i] as number);
  }
  return true;
}
