// What goes into a circuit's gadget (VDAF, draft-irtf-cfrg-vdaf-18 section 7.3): for each of its input wires the
// values at all its calls, after a seed.
//
//     wires [arity, points]: wire j of call k, from 0, is at j, k + 1; seeds at k + 1 = 0; zeros after the last call

import { copy, multiply, subtract, width } from './field';

const POWER = memory.data(16);
const ZERO = memory.data(16);

/**
 * Wires of circuits that square one element a call: the element on every wire.
 *
 * @param seeds [arity]. @param measurement [numCalls].
 */
export function wireElements(
  wires: usize,
  seeds: usize,
  arity: usize,
  points: usize,
  measurement: usize,
  numCalls: usize,
): void {
  placeSeeds(wires, seeds, arity, points);
  for (let j: usize = 0; j < arity; j++) {
    memory.copy(wires + (j * points + 1) * width, measurement, numCalls * width);
  }
}

/**
 * Wires of circuits that check many elements a call, each to be 0 or 1. With r random for each call, element j of it,
 * from 0, stands on two wires whose product is 0 for an honest one:
 *
 *     r^(j+1) · element   and   element − 1 / numShares
 *
 * @param seeds [arity]; half of the arity is the number of elements that a call checks. @param measurement [length];
 * zeros are checked after them. @param random [numCalls]. @param numCalls Enough for all elements. @param shareOfOne
 * 1 / numShares.
 */
export function wireChecks(
  wires: usize,
  seeds: usize,
  arity: usize,
  points: usize,
  measurement: usize,
  length: usize,
  random: usize,
  numCalls: usize,
  shareOfOne: usize,
): void {
  placeSeeds(wires, seeds, arity, points);
  const wire = points * width;
  const end = measurement + length * width;
  for (let call: usize = 0; call < numCalls; call++) {
    const r = random + call * width;
    copy(POWER, r);
    let cell = wires + (call + 1) * width;
    for (let j: usize = 0; j < arity; j += 2) {
      const element = measurement < end ? measurement : ZERO;
      multiply(cell, POWER, element);
      subtract(cell + wire, element, shareOfOne);
      multiply(POWER, POWER, r);
      cell += 2 * wire;
      measurement += width;
    }
  }
}

function placeSeeds(wires: usize, seeds: usize, arity: usize, points: usize): void {
  memory.fill(wires, 0, arity * points * width);
  for (let j: usize = 0; j < arity; j++) copy(wires + j * points * width, seeds + j * width);
}
