import { ProtocolError, type ProtocolErrorCode } from './errors.ts';

/** Bytes whose buffer is not shared: what WebCrypto and `Response` accept. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** UTF-8 bytes of `text`. */
export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/**
 * Text of UTF-8 bytes.
 *
 * @throws {TypeError} If the bytes are not valid UTF-8.
 */
export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** @throws {ProtocolError} With `code` if `bytes` are not UTF-8. */
export function textOf(bytes: Uint8Array, code: ProtocolErrorCode): string {
  try {
    return utf8Text(bytes);
  } catch (cause) {
    throw new ProtocolError(code, 'expected text in UTF-8', { cause });
  }
}

/** Lower-case hexadecimal, two characters a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/**
 * Bytes of lower-case hexadecimal.
 *
 * @throws {ProtocolError} `bad-id` if `text` is not pairs of 0-9a-f.
 */
export function fromHex(text: string): Bytes {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) {
    throw new ProtocolError('bad-id', `expected lower-case hexadecimal pairs, got ${text.length} characters`);
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Base64url without padding (RFC 4648 section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * Bytes of base64url without padding (RFC 4648 section 5).
 *
 * @throws {ProtocolError} `bad-id` if `text` has another character or length.
 */
export function fromBase64Url(text: string): Bytes {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
    throw new ProtocolError('bad-id', `expected unpadded base64url, got ${text.length} characters`);
  }
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** One array of all `parts`, in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Four bytes, little-endian. `value` is an integer in 0…2^32 − 1. */
export function u32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/**
 * Reads bytes from front to back.
 *
 * @param start Where to begin.
 * @returns A function that copies the next `count` bytes. The caller has checked that they are there.
 */
export function byteTaker(bytes: Uint8Array, start = 0): (count: number) => Bytes {
  let offset = start;
  return (count) => {
    const part = bytes.slice(offset, offset + count);
    offset += count;
    return part as Bytes;
  };
}

/**
 * A copy whose first byte sits at the start of its own buffer, so that typed arrays of any
 * element size can be laid over it.
 */
export function alignedCopy(bytes: Uint8Array): ArrayBuffer {
  // Not slice: a Buffer's is a view of memory that others share.
  return new Uint8Array(bytes).buffer;
}

/**
 * Checks how long a file is.
 *
 * @throws {ProtocolError} With `code` if it is not `expected` bytes.
 */
export function checkLength({ byteLength }: ArrayBuffer, expected: number, code: ProtocolErrorCode): void {
  if (byteLength !== expected) throw new ProtocolError(code, `expected ${expected} bytes, got ${byteLength}`);
}
