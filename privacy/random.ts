import type { Bytes } from '#protocol/bytes.ts';

/**
 * A source of uniform random bytes: fills the whole of `out`.
 *
 * Every function of this folder that draws takes one, so that a test can repeat its draws. Outside
 * tests it is {@link cryptoRandom}.
 */
export type FillRandom = (out: Bytes) => void;

/** The most bytes that one call of `crypto.getRandomValues` may ask for (Web Cryptography API, section 10.1.1). */
const MAX_BYTES_PER_CALL = 65_536;

/** The platform's cryptographic random source, for any length. */
export const cryptoRandom: FillRandom = (out) => {
  for (let start = 0; start < out.length; start += MAX_BYTES_PER_CALL) {
    crypto.getRandomValues(out.subarray(start, start + MAX_BYTES_PER_CALL));
  }
};

/** The next uniform integer in 0…2^32 − 1. */
export type NextWord = () => number;

/** Words that {@link randomWords} fetches at once: one call of the platform's source costs as much as a kilobyte. */
const BUFFERED_WORDS = 1024;

/**
 * A stream of 32-bit words, each from the next 4 bytes of `random`, little-endian.
 *
 * @param random Asked for 4 kB at a time.
 */
export function randomWords(random: FillRandom): NextWord {
  const bytes = new Uint8Array(4 * BUFFERED_WORDS);
  const view = new DataView(bytes.buffer);
  let offset = bytes.length;
  return () => {
    if (offset === bytes.length) {
      random(bytes);
      offset = 0;
    }
    const word = view.getUint32(offset, true);
    offset += 4;
    return word;
  };
}
