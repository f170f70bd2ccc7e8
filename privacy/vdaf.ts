import type { Bytes } from '#protocol/bytes.ts';
import type { PartyRole } from '#protocol/report.ts';
import type { ElementBytes } from './element-ring.ts';
import type { FillRandom } from './random.ts';

// A VDAF, a verifiable distributed aggregation function (draft-irtf-cfrg-vdaf-18 section 5), for two parties and one
// round: a device splits its measurement, both parties check the shares against each other and learn nothing but that
// they are those of a valid measurement, and only sums are ever put together. What crosses a border is bytes, each of a
// length that is the same for every report of a task.

/** Bytes of a report's nonce: its id. */
export const NONCE_BYTES = 16;
/** Bytes of the key that the parties share and devices don't know. */
export const VERIFY_KEY_BYTES = 32;

/** What is the same for every report of a task. */
export interface VdafShape {
  /** In bytes. */
  readonly sizes: {
    readonly publicShare: number;
    readonly leaderInputShare: number;
    readonly helperInputShare: number;
    readonly verifierShare: number;
    readonly verifierMessage: number;
    /** What a party keeps between its two steps. */
    readonly verifyState: number;
  };
  /** Elements of an output share. */
  readonly outputLength: number;
  /** 4 in Z/2^32, 8 in Field64, 16 in Field128: see `elementRing`. */
  readonly elementBytes: ElementBytes;
}

/** A measurement in shares. */
export interface SharedMeasurement {
  /** For both parties. */
  readonly publicShare: Bytes;
  readonly leaderInputShare: Bytes;
  readonly helperInputShare: Bytes;
}

/** The device's side. It does without the shape: what a device downloads is scarce. */
export interface Sharder<Measurement> {
  /**
   * Splits a measurement.
   *
   * Guarantee: either party's view, its input share with the public one, is independent of the measurement, as far as
   * the XOF's output is indistinguishable from random.
   *
   * @param how.ctx What the shares are bound to besides the nonce: the task's id.
   * @param how.nonce `[NONCE_BYTES]`, of this report only.
   * @throws {RangeError} If the measurement is not one of the task's.
   */
  shard(
    measurement: Measurement,
    how: { readonly ctx: Bytes; readonly nonce: Bytes; readonly random?: FillRandom },
  ): SharedMeasurement | Promise<SharedMeasurement>;
}

/** A party's first step done. */
export interface VerifyStart {
  /** Private to the party. It may be stored. */
  readonly state: Bytes;
  /** For the other party. It says nothing of the measurement. */
  readonly verifierShare: Bytes;
}

/** What a party needs for its first step. */
export interface VerifyInput {
  /** `[VERIFY_KEY_BYTES]`, agreed on before the first report. */
  readonly verifyKey: Bytes;
  /** As in {@link Sharder.shard}. */
  readonly ctx: Bytes;
  readonly nonce: Bytes;
  readonly publicShare: Bytes;
  readonly inputShare: Bytes;
}

/** A party's side. Everything that a device or the other party sent is checked; nothing else is. */
export interface Verifier extends VdafShape {
  /**
   * The first step of each party.
   *
   * @throws {ProtocolError} `report-invalid` if a share is malformed.
   */
  verifyInit(role: PartyRole, input: VerifyInput): VerifyStart | Promise<VerifyStart>;

  /**
   * Judges a report by both parties' verifier shares. One party does it and tells the other.
   *
   * @returns The verifier message, for both.
   * @throws {ProtocolError} `report-invalid` if the measurement is not valid, or a share is malformed.
   */
  combineVerifierShares(ctx: Bytes, leaderShare: Bytes, helperShare: Bytes): Bytes;

  /**
   * The second step of each party.
   *
   * @param state From its first step.
   * @returns The output share: `outputLength` elements, to be added to the party's sum.
   * @throws {ProtocolError} `report-invalid` if the message is not about the report that `state` is of.
   */
  verifyNext(state: Bytes, verifierMessage: Bytes): Bytes;
}

/** Both sides, for whoever plays all parts: simulations and tests. */
export interface Vdaf<Measurement> extends Sharder<Measurement>, Verifier {}
