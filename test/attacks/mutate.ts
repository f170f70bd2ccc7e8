import { type Bytes, concatBytes } from '#protocol/bytes.ts';

/** Uniform numbers in [0, 1). */
export type Uniform = () => number;

/** An integer in 0…`bound` − 1. */
export function below(bound: number, uniform: Uniform): number {
  return Math.floor(uniform() * bound);
}

export function pick<T>(choices: readonly T[], uniform: Uniform): T {
  return choices[below(choices.length, uniform)] as T;
}

/**
 * Bytes as long with something wrong: bits flipped, a stretch drawn anew, zeroed, filled or moved, or the rest of another
 * message in place of its own.
 *
 * @param other As long; what stretches are taken from.
 * @returns A copy that differs from both.
 */
export function mutate(bytes: Bytes, { uniform, other }: { readonly uniform: Uniform; readonly other: Bytes }): Bytes {
  const start = below(bytes.length, uniform);
  const end = start + 1 + below(Math.min(bytes.length - start, 40), uniform);
  const mutated = bytes.slice();
  switch (below(6, uniform)) {
    case 0:
      for (let flips = 1 + below(8, uniform); flips > 0; flips--) {
        const at = below(bytes.length, uniform);
        mutated[at] = (mutated[at] as number) ^ (1 << below(8, uniform));
      }
      break;
    case 1:
      for (let at = start; at < end; at++) mutated[at] = below(256, uniform);
      break;
    case 2:
      mutated.fill(0, start, end);
      break;
    case 3:
      mutated.fill(255, start, end);
      break;
    case 4:
      mutated.copyWithin(start, below(bytes.length, uniform), end);
      break;
    default:
      mutated.set(other.subarray(start), start);
  }
  // What has come out the same, or as the other message, has a bit flipped.
  if (isSame(mutated, bytes) || isSame(mutated, other)) mutated[start] = (mutated[start] as number) ^ 1;
  return mutated;
}

function isSame(bytes: Bytes, other: Bytes): boolean {
  return bytes.length === other.length && bytes.every((byte, i) => byte === other[i]);
}

/** A copy that is cut, has bytes in front, or goes on. */
export function mutateLength(bytes: Bytes, uniform: Uniform): Bytes {
  const junk = Uint8Array.from({ length: 1 + below(60, uniform) }, () => below(256, uniform));
  switch (below(4, uniform)) {
    case 0:
      return bytes.slice(0, below(bytes.length, uniform));
    case 1:
      return bytes.slice(1 + below(bytes.length, uniform));
    case 2:
      return concatBytes(junk, bytes);
    default:
      return concatBytes(bytes, junk);
  }
}
