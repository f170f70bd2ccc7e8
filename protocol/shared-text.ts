import type { VarintReader, VarintWriter } from './varint.ts';

/**
 * Writes a text by what it shares with another one:
 *
 *     number of the other's first characters | number of its last ones | what stands between
 *
 * Links of one shop begin and end alike, as often do its items' ids.
 */
export function writeShared(out: VarintWriter, text: string, other: string): void {
  const most = Math.min(text.length, other.length);
  let start = 0;
  while (start < most && text[start] === other[start]) start++;
  if (isHighSurrogate(text[start - 1])) start--; // half a character is no UTF-8
  let end = 0;
  while (end < most - start && text.at(-1 - end) === other.at(-1 - end)) end++;
  if (end > 0 && isHighSurrogate(text.at(-1 - end))) end--;
  out.writeNumber(start);
  out.writeNumber(end);
  out.writeText(text.slice(start, text.length - end));
}

/** Reads what {@link writeShared} wrote. Shares of a shorter text than it was are cut to it. */
export function readShared(reader: VarintReader, other: string): string {
  const start = reader.readNumber();
  const end = reader.readNumber();
  const between = reader.readText();
  return other.slice(0, start) + between + other.slice(Math.max(0, other.length - end));
}

function isHighSurrogate(character: string | undefined): boolean {
  return character !== undefined && /^[\uD800-\uDBFF]/.test(character);
}
