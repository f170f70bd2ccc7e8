import { MODULI } from '#privacy/element-ring.ts';
import { NONCE_BYTES, VERIFY_KEY_BYTES, type VerifyInput, type VerifyStart } from '#privacy/vdaf.ts';
import { type Bytes, concatBytes } from '#protocol/bytes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { type Circuit, lastWeight, proofLengths } from './circuit.ts';
import { type SumKernel, writeCircuitOutput } from './circuit-output.ts';
import { openKernel } from './kernel.ts';
import { reportBytes } from './report-bytes.ts';
import { fillWires } from './wires.ts';
import { checkBytes, createXof, INPUT_LENGTH, NUM_PROOFS, SEED_BYTES, USAGE } from './xof.ts';

/** What `privacy/assembly/prio3-verify-kernel.ts` exports. */
interface VerifyKernel extends SumKernel {
  addVector(out: number, a: number, count: number): void;
  areCanonical(a: number, count: number): number;
  query(out: number, ...wiresArityPointsValuesPointScratch: number[]): number;
  decide(verifier: number, arity: number): number;
}

/** Verification of one circuit's reports, by any number of parties. */
export interface Prio3Verify {
  /**
   * @param party 0 is the leader.
   * @throws {ProtocolError} `report-invalid` if a share is malformed.
   */
  init(party: number, input: VerifyInput): VerifyStart;
  /** @throws {ProtocolError} `report-invalid` if the measurement is not valid, or a share is malformed. */
  combine(ctx: Bytes, verifierShares: readonly Bytes[]): Bytes;
  /** @throws {ProtocolError} `report-invalid` if the message is not about the report that `state` is of. */
  next(state: Bytes, verifierMessage: Bytes): Bytes;
}

/**
 * Prepares to verify reports (VDAF, draft-irtf-cfrg-vdaf-18 section 7.2.2).
 *
 *     verifier share    circuit's output ‖ wires at a random point ‖ gadget there ‖ joint randomness part
 *     verifier message  joint randomness seed
 *     state             output share ‖ joint randomness seed
 *
 * Without joint randomness, parts and seeds are absent.
 *
 * @param module The compiled verify kernel.
 * @param numShares 2…255.
 */
export function createPrio3Verify(circuit: Circuit<never>, module: WebAssembly.Module, numShares = 2): Prio3Verify {
  const { elementBytes, measurementLength, outputLength, digitsPerOutput, arity, jointRandLength } = circuit;
  const lengths = proofLengths(circuit);
  const { points } = lengths;
  const sizes = reportBytes(circuit, numShares);
  const opened = openKernel(module, elementBytes, {
    input: INPUT_LENGTH,
    // As in the leader's input share: the measurement, then the proof, which is the wires' seeds and the gadget's values.
    measurement: measurementLength,
    wireSeeds: arity,
    values: 2 * points,
    jointRand: jointRandLength,
    queryRand: lengths.queryRand,
    shareOfOne: 1,
    lastWeight: 1,
    checks: 2,
    verifier: lengths.verifier,
    summand: lengths.verifier,
    output: outputLength,
    wires: arity * points,
    scratch: 4 * points,
  });
  const { at, bytesOf } = opened;
  const kernel = opened.kernel as VerifyKernel;
  const xof = createXof(circuit, opened);
  const isBlinded = jointRandLength > 0;
  writeElement(bytesOf.shareOfOne, inverse(BigInt(numShares), MODULI[elementBytes]));
  writeElement(bytesOf.lastWeight, BigInt(lastWeight(circuit.maxValue)));

  /** Fills the measurement's and the proof's share. @returns The blind. */
  function openInputShare(party: number, ctx: Bytes, inputShare: Bytes): Bytes {
    if (party > 0) {
      checkReport('helper input share', inputShare, sizes.helperInputShare);
      const seed = inputShare.slice(0, SEED_BYTES);
      const binder = [Uint8Array.of(party)];
      xof.expand(at.measurement, measurementLength, { usage: USAGE.measurementShare, ctx, seed, binder });
      const proofBinder = [Uint8Array.of(NUM_PROOFS, party)];
      xof.expand(at.wireSeeds, lengths.proof, { usage: USAGE.proofShare, ctx, seed, binder: proofBinder });
      return inputShare.slice(SEED_BYTES);
    }
    checkReport('leader input share', inputShare, sizes.leaderInputShare);
    const length = measurementLength + lengths.proof;
    placeElements('leader input share', bytesOf.measurement.byteOffset, inputShare, length);
    return inputShare.slice(length * elementBytes);
  }

  /** Copies elements from elsewhere. */
  function placeElements(what: string, address: number, bytes: Bytes, length: number): void {
    new Uint8Array(bytesOf.input.buffer).set(bytes.subarray(0, length * elementBytes), address);
    if (!kernel.areCanonical(address, length)) {
      throw new ProtocolError(
        'report-invalid',
        `expected elements of ${what} to be below the modulus, got a larger one`,
      );
    }
  }

  /** Fills the output share. */
  function writeOutput(): void {
    if (digitsPerOutput === 1) bytesOf.output.set(bytesOf.measurement.subarray(0, bytesOf.output.length));
    else kernel.readDigits(at.output, at.measurement, digitsPerOutput, outputLength, at.lastWeight);
  }

  return {
    init(party, { verifyKey, ctx, nonce, publicShare, inputShare }) {
      checkBytes('verifyKey', verifyKey, VERIFY_KEY_BYTES);
      checkBytes('nonce', nonce, NONCE_BYTES);
      checkReport('public share', publicShare, sizes.publicShare);
      const blind = openInputShare(party, ctx, inputShare);
      let part = blind;
      let jointRandSeed = blind;
      if (isBlinded) {
        const binder = [Uint8Array.of(party), nonce, bytesOf.measurement];
        part = xof.derive({ usage: USAGE.jointRandPart, ctx, seed: blind, binder });
        // The party knows its own part better than the device tells it.
        const parts = publicShare.slice();
        parts.set(part, party * SEED_BYTES);
        jointRandSeed = xof.jointRandSeed(ctx, [parts]);
        xof.expandJointRand(at.jointRand, jointRandLength, ctx, jointRandSeed);
      }
      const binder = [Uint8Array.of(NUM_PROOFS), nonce];
      xof.expand(at.queryRand, lengths.queryRand, { usage: USAGE.queryRand, ctx, seed: verifyKey, binder });
      fillWires(circuit, opened);
      writeCircuitOutput(circuit, { ...opened, kernel }, at.verifier);
      const testPoint = at.queryRand + (lengths.queryRand - 1) * elementBytes;
      const tests = at.verifier + elementBytes;
      if (!kernel.query(tests, at.wires, arity, points, at.values, testPoint, at.scratch)) {
        throw new ProtocolError('report-invalid', 'expected a test point off the roots of unity, got one of them');
      }
      writeOutput();
      return { state: concatBytes(bytesOf.output, jointRandSeed), verifierShare: concatBytes(bytesOf.verifier, part) };
    },

    combine(ctx, verifierShares) {
      if (verifierShares.length !== numShares) {
        throw new RangeError(`expected ${numShares} verifier shares, got ${verifierShares.length}`);
      }
      bytesOf.verifier.fill(0);
      for (const share of verifierShares) {
        checkReport('verifier share', share, sizes.verifierShare);
        placeElements('verifier share', at.summand, share, lengths.verifier);
        kernel.addVector(at.verifier, at.summand, lengths.verifier);
      }
      if (!kernel.decide(at.verifier, arity)) {
        throw new ProtocolError('report-invalid', 'expected a valid measurement, got one that does not pass its proof');
      }
      if (!isBlinded) return new Uint8Array();
      const parts = verifierShares.map((share) => share.slice(bytesOf.verifier.length));
      return xof.jointRandSeed(ctx, parts);
    },

    next(state, verifierMessage) {
      checkBytes('state', state, sizes.verifyState);
      checkReport('verifier message', verifierMessage, sizes.verifierMessage);
      const jointRandSeed = state.subarray(bytesOf.output.length);
      if (jointRandSeed.some((byte, i) => byte !== verifierMessage[i])) {
        throw new ProtocolError('report-invalid', 'expected the joint randomness that was verified, got another');
      }
      return state.slice(0, bytesOf.output.length);
    },
  };
}

/** @throws {ProtocolError} `report-invalid` if bytes from elsewhere have another length. */
function checkReport(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) {
    throw new ProtocolError('report-invalid', `expected ${what} to have ${length} bytes, got ${bytes.length}`);
  }
}

function writeElement(out: Bytes, value: bigint): void {
  for (let i = 0; i < out.length; i++) out[i] = Number((value >> BigInt(8 * i)) & 255n);
}

/** Of a small number, modulo a prime. */
function inverse(value: bigint, modulus: bigint): bigint {
  let numerator = 1n;
  while (numerator % value !== 0n) numerator += modulus;
  return numerator / value;
}
