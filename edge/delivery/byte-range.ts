/** Which bytes a request asks for. */
export type ByteRange =
  | { readonly kind: 'whole' }
  /** `offset` + `length` is at most the file's length; `length` is at least 1. */
  | { readonly kind: 'part'; readonly offset: number; readonly length: number }
  | { readonly kind: 'unsatisfiable' };

const RANGE = /^bytes=(\d*)-(\d*)$/;

/**
 * Reads a `Range` header (RFC 9110 section 14.1.2). Several ranges or another unit are answered
 * with the whole file, as the RFC allows.
 *
 * @param header The header, or `undefined`.
 * @param fileBytes Length of the file.
 */
export function parseByteRange(header: string | undefined, fileBytes: number): ByteRange {
  const [, first = '', last = ''] = RANGE.exec(header ?? '') ?? [];
  if (first === '' && last === '') return { kind: 'whole' };
  if (first === '') {
    const length = Math.min(Number(last), fileBytes);
    return length === 0 ? { kind: 'unsatisfiable' } : { kind: 'part', offset: fileBytes - length, length };
  }
  const offset = Number(first);
  const end = last === '' ? fileBytes - 1 : Number(last);
  if (end < offset && last !== '') return { kind: 'whole' };
  if (offset >= fileBytes) return { kind: 'unsatisfiable' };
  return { kind: 'part', offset, length: Math.min(end, fileBytes - 1) - offset + 1 };
}
