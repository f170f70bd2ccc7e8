import type { Bytes } from '#protocol/bytes.ts';

/** Seeds of both functions here; also what {@link Xof.next} yields first where a new seed is derived. */
export const XOF_SEED_BYTES = 32;

/** What fixes an XOF's output stream. */
export interface XofInput {
  /** Uniformly random, `[XOF_SEED_BYTES]`. */
  readonly seed: Bytes;
  /** Domain separation tag: what the output is for. At most 255 bytes. */
  readonly dst: Bytes;
  /** What the output is bound to. Any length. */
  readonly binder: Bytes;
}

/**
 * An extendable output function with its input absorbed (VDAF, draft-irtf-cfrg-vdaf-18 section 6.2).
 *
 * Without the seed, the stream is indistinguishable from uniformly random bytes.
 */
export interface Xof {
  /**
   * The next `numBytes` bytes of the stream. Await it, and don't ask again before it has come:
   * one of the two functions answers at once, the other needs WebCrypto.
   */
  next(numBytes: number): Bytes | Promise<Bytes>;
}

/**
 * Starts a stream.
 *
 * @throws {RangeError} If the seed or the tag has a length that the function does not take.
 */
export type OpenXof = (input: XofInput) => Xof | Promise<Xof>;

/** The lengths that both functions require. */
export function checkXofInput({ seed, dst }: XofInput): void {
  if (seed.length !== XOF_SEED_BYTES) {
    throw new RangeError(`expected seed to have ${XOF_SEED_BYTES} bytes, got ${seed.length}`);
  }
  if (dst.length > 255) throw new RangeError(`expected dst to have at most 255 bytes, got ${dst.length}`);
}
