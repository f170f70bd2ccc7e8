// The prover's half of the proof system (VDAF, draft-irtf-cfrg-vdaf-18 section 7.3.3).
//
// All circuits here have one gadget, of degree 2: the sum of the products of its wires, taken two at a time, or with
// one wire only x · (x − 1).

import { add, copy, multiply, subtract, width } from './field';
import { makeRoots, scaleRoots, valuesBetween } from './polynomial';

const TERM = memory.data(16);

/**
 * Writes a proof: each wire's seed, then the values of the gadget applied to the wires' polynomials, at the roots of
 * unity of order 2 · points. The last of those is not part of the proof.
 *
 * @param out [arity + 2 · points]. @param wires See `wires.ts`, [arity, points]. @param scratch [6 · points].
 */
export function prove(out: usize, wires: usize, arity: usize, points: usize, scratch: usize): void {
  const row = points * width;
  const roots = scratch;
  const scaled = roots + 2 * row;
  const left = scaled + row;
  const right = left + row;
  const lessOne = right + row;
  makeRoots(roots, 2 * points);
  scaleRoots(scaled, roots, 2 * points);
  for (let j: usize = 0; j < arity; j++) copy(out + j * width, wires + j * row);
  const values = out + arity * width;
  memory.fill(values, 0, 2 * row);
  for (let j: usize = 0; j < arity; j += 2) {
    const a = wires + j * row;
    let b = a + row;
    if (arity === 1) {
      for (let at: usize = 0; at < row; at += width) subtract(lessOne + at, a + at, roots);
      b = lessOne;
    }
    valuesBetween(left, a, points, roots, scaled);
    valuesBetween(right, b, points, roots, scaled);
    for (let at: usize = 0, out = values; at < row; at += width, out += 2 * width) {
      addProduct(out, a + at, b + at);
      addProduct(out + width, left + at, right + at);
    }
  }
}

function addProduct(out: usize, a: usize, b: usize): void {
  multiply(TERM, a, b);
  add(out, out, TERM);
}
