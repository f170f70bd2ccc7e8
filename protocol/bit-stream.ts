import type { Bytes } from './bytes.ts';

/** Whole numbers in as few bits as their ranges need, the highest bit first. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #numFree = 0; // bits of the last byte

  /**
   * Writes a number of a range that the reader knows (truncated binary).
   *
   * @param value 0…`size − 1`. @param size At most 2^30. Of size 1 nothing is written.
   */
  writeBelow(value: number, size: number): void {
    const length = lengthOf(size);
    const numShort = numShortOf(size, length);
    if (value < numShort) this.#write(value, length);
    else this.#write(value + numShort, length + 1);
  }

  /** What was written, filled up with zeros to whole bytes. */
  bytes(): Bytes {
    return Uint8Array.from(this.#bytes);
  }

  #write(value: number, length: number): void {
    for (let at = length - 1; at >= 0; at--) {
      if (this.#numFree === 0) {
        this.#bytes.push(0);
        this.#numFree = 8;
      }
      this.#numFree--;
      const last = this.#bytes.length - 1;
      this.#bytes[last] = (this.#bytes[last] as number) | (((value >>> at) & 1) << this.#numFree);
    }
  }
}

/** Reads what a {@link BitWriter} wrote. Past the end all bits are 0: it never fails, and never reads outside. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  /** The last `#numReady` bits are read from `#bytes` and not asked for yet. */
  #ready = 0;
  #numReady = 0;

  /** @param firstByte Where to begin in `bytes`. */
  constructor(bytes: Uint8Array, firstByte: number) {
    this.#bytes = bytes;
    this.#at = firstByte;
  }

  /** A number below `size`, whatever the bits are. */
  readBelow(size: number): number {
    const length = lengthOf(size);
    const value = this.#read(length);
    const numShort = numShortOf(size, length);
    return value < numShort ? value : 2 * value + this.#read(1) - numShort;
  }

  #read(length: number): number {
    let value = 0;
    let left = length;
    while (left > this.#numReady) {
      left -= this.#numReady;
      value |= (this.#ready & ((1 << this.#numReady) - 1)) << left;
      this.#ready = this.#at < this.#bytes.length ? (this.#bytes[this.#at++] as number) : 0;
      this.#numReady = 8;
    }
    this.#numReady -= left;
    return value | ((this.#ready >>> this.#numReady) & ((1 << left) - 1));
  }
}

/** The first numbers of a range take so many bits, all others one more. */
function lengthOf(size: number): number {
  return 31 - Math.clz32(size);
}

/** How many are the first. */
function numShortOf(size: number, length: number): number {
  return 2 * (1 << length) - size;
}
