// The verifiers' half of the proof system (VDAF, draft-irtf-cfrg-vdaf-18 section 7.3.3), on a share of everything.

import { copy, invertPowerOf2, multiply, subtract, width } from './field';
import { makeRoots } from './polynomial';
import { dot } from './vectors';

const TERM = memory.data(16);
const ZERO = memory.data(16);

/**
 * Evaluates all polynomials at one random point.
 *
 * @param out [arity + 1]: the wires there, then the gadget.
 * @param wires See `wires.ts`, [arity, points].
 * @param values The gadget's, [2 · points]. The last one is not part of a proof; it is written here.
 * @param t The point, one element.
 * @param scratch [4 · points].
 * @returns Whether all is well: false where `t` is a point at which the wires' own values would come out.
 */
export function query(
  out: usize,
  wires: usize,
  arity: usize,
  points: usize,
  values: usize,
  t: usize,
  scratch: usize,
): bool {
  const row = points * width;
  const roots = scratch;
  const weights = roots + 2 * row;
  makeRoots(roots, 2 * points);
  copy(TERM, t);
  for (let n = points; n > 1; n >>= 1) multiply(TERM, TERM, TERM);
  if (equals(TERM, roots)) return false;

  // The gadget's degree is below 2 · points − 1, so that its highest coefficient, a multiple of this sum, is 0.
  const last: usize = 2 * row - width;
  dot(TERM, values, width, roots, width, 2 * points - 1);
  multiply(TERM, TERM, roots + width);
  subtract(values + last, ZERO, TERM);

  weigh(weights, t, points, roots, 2 * width);
  for (let j: usize = 0; j < arity; j++) dot(out + j * width, wires + j * row, width, weights, width, points);
  weigh(weights, t, 2 * points, roots, width);
  dot(out + arity * width, values, width, weights, width, 2 * points);
  return true;
}

/**
 * Whether a sum of all verifier shares shows a valid measurement: the circuit's output is 0, and the gadget's
 * polynomial at the random point is the gadget of the wires' polynomials there.
 *
 * @param verifier [1 + arity + 1].
 */
export function decide(verifier: usize, arity: usize): bool {
  if (!equals(verifier, ZERO)) return false;
  const wires = verifier + width;
  const gadget = wires + arity * width;
  if (arity === 1) {
    multiply(TERM, wires, wires);
    subtract(TERM, TERM, wires);
  } else {
    dot(TERM, wires, 2 * width, wires + width, 2 * width, arity >> 1);
  }
  return equals(TERM, gadget);
}

/**
 * Writes what each of n values counts at `t`: w^i / n times the product of all t − w^j but the i-th.
 *
 * @param roots w^0, w^1, …, `step` bytes apart.
 */
function weigh(out: usize, t: usize, n: usize, roots: usize, step: usize): void {
  const end = out + n * width;
  invertPowerOf2(TERM, ctz<u64>(n));
  let root = roots;
  for (let at = out; at < end; at += width, root += step) {
    multiply(at, TERM, root);
    multiplyByDistance(t, root);
  }
  copy(TERM, roots);
  for (let at = end; at > out; ) {
    at -= width;
    root -= step;
    multiply(at, at, TERM);
    multiplyByDistance(t, root);
  }
}

const DISTANCE = memory.data(16);

function multiplyByDistance(t: usize, root: usize): void {
  subtract(DISTANCE, t, root);
  multiply(TERM, TERM, DISTANCE);
}

function equals(a: usize, b: usize): bool {
  return memory.compare(a, b, width) === 0;
}
