import type { Bytes } from '#protocol/bytes.ts';
import type { Circuit } from './circuit.ts';
import type { CommonKernel, OpenKernel } from './kernel.ts';

/** The draft that the messages are those of. */
const DRAFT = 18;
/** Bytes of seeds and of whatever is derived as one. */
export const SEED_BYTES = 32;
/** Proofs of a measurement: one is enough in fields of this size. */
export const NUM_PROOFS = 1;
/** Elements of a kernel's vector `input`, which bytes pass through. */
export const INPUT_LENGTH = 64;

/** What a stream is for (VDAF, draft-irtf-cfrg-vdaf-18 section 7.2). */
export const USAGE = {
  measurementShare: 1,
  proofShare: 2,
  jointRand: 3,
  proveRand: 4,
  queryRand: 5,
  jointRandSeed: 6,
  jointRandPart: 7,
} as const;

/** What fixes a stream, besides the circuit. */
export interface Stream {
  readonly usage: (typeof USAGE)[keyof typeof USAGE];
  readonly ctx: Bytes;
  /** `[SEED_BYTES]`. */
  readonly seed: Bytes;
  /** Joined. */
  readonly binder: readonly Uint8Array[];
}

/** XofTurboShake128 (VDAF, draft-irtf-cfrg-vdaf-18 section 6.2.1) as Prio3 uses it. */
export interface Prio3Xof {
  /** Writes a stream's first field elements. @param out An address. */
  expand(out: number, count: number, stream: Stream): void;
  /** A stream's first bytes, `[SEED_BYTES]`. */
  derive(stream: Stream): Bytes;
  /** The seed that all parts make together, one a share. */
  jointRandSeed(ctx: Bytes, parts: readonly Bytes[]): Bytes;
  /** Writes the joint randomness of a seed. @param out An address. */
  expandJointRand(out: number, count: number, ctx: Bytes, seed: Bytes): void;
}

/**
 * The XOF of one circuit.
 *
 *     input = u16 dst.length ‖ dst ‖ u8 seed.length ‖ seed ‖ binder
 *     dst   = u8 draft ‖ u8 0 ‖ u32 algorithm, big-endian ‖ u16 usage, big-endian ‖ ctx
 *
 * @throws {RangeError} From its functions: if a `ctx` is longer than 65,527 bytes.
 */
export function createXof(
  { algorithmId }: Circuit<never>,
  { kernel, at, bytesOf: { input: room } }: OpenKernel<CommonKernel, 'input'>,
): Prio3Xof {
  function absorb(input: Uint8Array): void {
    for (let start = 0; start < input.length; start += room.length) {
      const piece = input.subarray(start, start + room.length);
      room.set(piece);
      kernel.absorb(at.input, piece.length);
    }
  }

  function start({ usage, ctx, seed, binder }: Stream): void {
    const dstLength = 8 + ctx.length;
    if (dstLength > 0xffff) throw new RangeError(`expected ctx to have at most 65527 bytes, got ${ctx.length}`);
    kernel.begin();
    absorb(Uint8Array.of(dstLength & 255, dstLength >> 8, DRAFT, 0, 0, 0, 0, algorithmId, 0, usage));
    absorb(ctx);
    absorb(Uint8Array.of(SEED_BYTES));
    for (const part of [seed, ...binder]) absorb(part);
    kernel.finish();
  }

  function expand(out: number, count: number, stream: Stream): void {
    start(stream);
    kernel.sample(out, count);
  }

  function derive(stream: Stream): Bytes {
    start(stream);
    kernel.squeeze(at.input, SEED_BYTES);
    return room.slice(0, SEED_BYTES);
  }

  return {
    expand,
    derive,
    jointRandSeed: (ctx, parts) =>
      derive({ usage: USAGE.jointRandSeed, ctx, seed: new Uint8Array(SEED_BYTES), binder: parts }),
    expandJointRand: (out, count, ctx, seed) =>
      expand(out, count, { usage: USAGE.jointRand, ctx, seed, binder: [Uint8Array.of(NUM_PROOFS)] }),
  };
}

/** @throws {RangeError} If the caller's `bytes` have another length. */
export function checkBytes(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new RangeError(`expected ${name} to have ${length} bytes, got ${bytes.length}`);
}
