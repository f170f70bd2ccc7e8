import { cryptoRandom, type FillRandom } from '#privacy/random.ts';
import { NONCE_BYTES } from '#privacy/vdaf.ts';
import { type Bytes, concatBytes } from '#protocol/bytes.ts';
import { type Circuit, proofLengths } from './circuit.ts';
import { type CommonKernel, openKernel } from './kernel.ts';
import { fillWires } from './wires.ts';
import { checkBytes, createXof, INPUT_LENGTH, NUM_PROOFS, SEED_BYTES, USAGE } from './xof.ts';

/** What `privacy/assembly/prio3-shard-kernel.ts` exports. */
interface ShardKernel extends CommonKernel {
  subtractVector(out: number, a: number, count: number): void;
  prove(out: number, ...wiresArityPointsScratch: number[]): void;
}

/** A measurement in shares. */
export interface Prio3Report {
  readonly publicShare: Bytes;
  /** The leader's, then each helper's. */
  readonly inputShares: readonly Bytes[];
}

/** Splits measurements of one circuit. */
export type Prio3Shard<Measurement> = (
  measurement: Measurement,
  how: { readonly ctx: Bytes; readonly nonce: Bytes; readonly random?: FillRandom },
) => Prio3Report;

/**
 * Prepares to split measurements, into any number of shares (VDAF, draft-irtf-cfrg-vdaf-18 section 7.2.1).
 *
 *     public share        a joint randomness part of SEED_BYTES for each share
 *     leader input share  measurement share ‖ proof share ‖ blind
 *     helper input share  seed of both ‖ blind
 *
 * Seeds and blinds are SEED_BYTES long. Without joint randomness there are neither its parts nor blinds.
 *
 * @param module The compiled shard kernel.
 * @param numShares 2…255.
 * @returns A function that throws RangeError if there is no such measurement, or the nonce has another length.
 */
export function createPrio3Shard<Measurement>(
  circuit: Circuit<Measurement>,
  module: WebAssembly.Module,
  numShares = 2,
): Prio3Shard<Measurement> {
  const { elementBytes, measurementLength, arity, jointRandLength } = circuit;
  const { points, proof: proofLength } = proofLengths(circuit);
  const opened = openKernel(module, elementBytes, {
    input: INPUT_LENGTH,
    measurement: measurementLength,
    // Leader's share of the measurement, then of the proof, as in its input share.
    leader: measurementLength + proofLength + 1,
    helper: Math.max(measurementLength, proofLength),
    jointRand: jointRandLength,
    wireSeeds: arity,
    shareOfOne: 1,
    wires: arity * points,
    scratch: 6 * points,
  });
  const { at, bytesOf } = opened;
  const kernel = opened.kernel as ShardKernel;
  const xof = createXof(circuit, opened);
  const leaderProof = at.leader + measurementLength * elementBytes;
  const isBlinded = jointRandLength > 0;
  bytesOf.shareOfOne[0] = 1; // the measurement that is proved is not shared

  function writeMeasurement(measurement: Measurement): void {
    bytesOf.measurement.fill(0);
    for (const [i, digit] of circuit.encode(measurement).entries()) bytesOf.measurement[i * elementBytes] = digit;
    bytesOf.leader.set(bytesOf.measurement);
  }

  /** Takes each helper's share of the measurement from the leader's. @returns All shares' joint randomness parts. */
  function splitMeasurement({ helpers, leaderBlind }: Secrets, ctx: Bytes, nonce: Bytes): Bytes[] {
    const partOf = (share: number, blind: Bytes, ofMeasurement: Bytes): Bytes => {
      const binder = [Uint8Array.of(share), nonce, ofMeasurement.subarray(0, bytesOf.measurement.length)];
      return xof.derive({ usage: USAGE.jointRandPart, ctx, seed: blind, binder });
    };
    const helperParts = helpers.map(({ seed, blind }, i) => {
      const binder = [Uint8Array.of(i + 1)];
      xof.expand(at.helper, measurementLength, { usage: USAGE.measurementShare, ctx, seed, binder });
      kernel.subtractVector(at.leader, at.helper, measurementLength);
      return isBlinded ? partOf(i + 1, blind, bytesOf.helper) : blind;
    });
    return isBlinded ? [partOf(0, leaderBlind, bytesOf.leader), ...helperParts] : [];
  }

  /** Writes the leader's share of the proof. */
  function proveInShares({ helpers, proverSeed }: Secrets, ctx: Bytes): void {
    const binder = [Uint8Array.of(NUM_PROOFS)];
    xof.expand(at.wireSeeds, arity, { usage: USAGE.proveRand, ctx, seed: proverSeed, binder });
    fillWires(circuit, opened);
    kernel.prove(leaderProof, at.wires, arity, points, at.scratch);
    for (const [i, { seed }] of helpers.entries()) {
      const binder = [Uint8Array.of(NUM_PROOFS, i + 1)];
      xof.expand(at.helper, proofLength, { usage: USAGE.proofShare, ctx, seed, binder });
      kernel.subtractVector(leaderProof, at.helper, proofLength);
    }
  }

  return (measurement, { ctx, nonce, random = cryptoRandom }) => {
    checkBytes('nonce', nonce, NONCE_BYTES);
    writeMeasurement(measurement);
    const secrets = drawSecrets(random, numShares, isBlinded);
    const parts = splitMeasurement(secrets, ctx, nonce);
    if (isBlinded) xof.expandJointRand(at.jointRand, jointRandLength, ctx, xof.jointRandSeed(ctx, parts));
    proveInShares(secrets, ctx);
    return {
      publicShare: concatBytes(...parts),
      inputShares: [
        concatBytes(bytesOf.leader.subarray(0, (measurementLength + proofLength) * elementBytes), secrets.leaderBlind),
        ...secrets.helpers.map(({ seed, blind }) => concatBytes(seed, blind)),
      ],
    };
  };
}

/** What a report is made from besides the measurement. Without joint randomness blinds are empty. */
interface Secrets {
  readonly helpers: readonly { readonly seed: Bytes; readonly blind: Bytes }[];
  readonly leaderBlind: Bytes;
  readonly proverSeed: Bytes;
}

function drawSecrets(random: FillRandom, numShares: number, isBlinded: boolean): Secrets {
  const drawn = new Uint8Array((isBlinded ? 2 : 1) * numShares * SEED_BYTES);
  random(drawn);
  let taken = 0;
  const take = (numBytes: number): Bytes => {
    taken += numBytes;
    return drawn.slice(taken - numBytes, taken);
  };
  const blindBytes = isBlinded ? SEED_BYTES : 0;
  const helpers = Array.from({ length: numShares - 1 }, () => ({ seed: take(SEED_BYTES), blind: take(blindBytes) }));
  return { helpers, leaderBlind: take(blindBytes), proverSeed: take(SEED_BYTES) };
}
