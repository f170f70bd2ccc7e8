import { type Bytes, concatBytes, utf8, utf8Text } from './bytes.ts';
import { ProtocolError, type ProtocolErrorCode } from './errors.ts';

/** Longest number: 2^53 − 1 in sevens of bits. */
const MAX_VARINT_BYTES = 8;

/** Numbers and texts one after another, each as long as it needs to be. */
export class VarintWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** @param value A safe integer of at least 0, in sevens of bits, the lowest first; the last byte is below 128. */
  writeNumber(value: number): void {
    const bytes: number[] = [];
    let left = value;
    for (; left >= 128; left = Math.floor(left / 128)) bytes.push(128 + (left % 128));
    bytes.push(left);
    this.writeBytes(Uint8Array.from(bytes));
  }

  /** Its length in UTF-8 bytes, then those. */
  writeText(text: string): void {
    const bytes = utf8(text);
    this.writeNumber(bytes.length);
    this.writeBytes(bytes);
  }

  writeBytes(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  bytes(): Bytes {
    return concatBytes(...this.#parts);
  }
}

/** Reads what a {@link VarintWriter} wrote; throws a {@link ProtocolError} instead of reading past the end. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  readonly #code: ProtocolErrorCode;
  /** The next byte to be read. */
  at: number;

  constructor(bytes: Uint8Array, { at = 0, code }: { readonly at?: number; readonly code: ProtocolErrorCode }) {
    this.#bytes = bytes;
    this.#code = code;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at === this.#bytes.length;
  }

  /** @throws {ProtocolError} If the number is cut off or above 2^53 − 1. */
  readNumber(): number {
    let value = 0;
    let unit = 1;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#bytes[this.at];
      if (byte === undefined) break;
      this.at++;
      value += (byte % 128) * unit;
      if (byte < 128 && value <= Number.MAX_SAFE_INTEGER) return value;
      unit *= 128;
    }
    throw new ProtocolError(this.#code, `expected a whole number at byte ${this.at}, got none`);
  }

  /** @throws {ProtocolError} If fewer are left. */
  readBytes(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.#bytes.length) {
      throw new ProtocolError(this.#code, `expected ${length} bytes at byte ${this.at}, got fewer`);
    }
    const bytes = this.#bytes.subarray(this.at, end);
    this.at = end;
    return bytes;
  }

  /** @throws {ProtocolError} If it is cut off or not UTF-8. */
  readText(): string {
    return textOf(this.readBytes(this.readNumber()), this.#code);
  }
}

/** @throws {ProtocolError} With `code` if `bytes` are not UTF-8. */
export function textOf(bytes: Uint8Array, code: ProtocolErrorCode): string {
  try {
    return utf8Text(bytes);
  } catch (cause) {
    throw new ProtocolError(code, 'expected text in UTF-8', { cause });
  }
}
