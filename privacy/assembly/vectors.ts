// Sums over vectors of field elements.

import { add, isCanonical, multiply, subtract, width } from './field';

const TERM = memory.data(16);
const TOTAL = memory.data(16);

/** Adds `a` to `out`, both [count]. */
export function addVector(out: usize, a: usize, count: usize): void {
  for (const end = out + count * width; out < end; out += width, a += width) add(out, out, a);
}

/** Subtracts `a` from `out`, both [count]. */
export function subtractVector(out: usize, a: usize, count: usize): void {
  for (const end = out + count * width; out < end; out += width, a += width) subtract(out, out, a);
}

/** Whether all of [count] elements are below the modulus. */
export function areCanonical(a: usize, count: usize): bool {
  for (const end = a + count * width; a < end; a += width) if (!isCanonical(a)) return false;
  return true;
}

/** Writes the sum of [count] elements, `step` bytes apart. */
export function sum(out: usize, a: usize, step: usize, count: usize): void {
  memory.fill(TOTAL, 0, 16);
  for (const end = a + count * step; a < end; a += step) add(TOTAL, TOTAL, a);
  memory.copy(out, TOTAL, width);
}

/** Writes the sum of [count] products of elements of `a`, `step` bytes apart, and `b`, `stepOfB` bytes apart. */
export function dot(out: usize, a: usize, step: usize, b: usize, stepOfB: usize, count: usize): void {
  memory.fill(TOTAL, 0, 16);
  for (const end = a + count * step; a < end; a += step, b += stepOfB) {
    multiply(TERM, a, b);
    add(TOTAL, TOTAL, TERM);
  }
  memory.copy(out, TOTAL, width);
}

/**
 * Reads integers from their digits: each is the sum of [numDigits] elements, weighted 1, 2, 4, … and the last of them
 * by `lastWeight`.
 *
 * @param out [count]. @param digits [count, numDigits]. @param lastWeight One element.
 */
export function readDigits(out: usize, digits: usize, numDigits: usize, count: usize, lastWeight: usize): void {
  for (const end = out + count * width; out < end; out += width) {
    const last = digits + (numDigits - 1) * width;
    memory.fill(out, 0, width);
    for (let digit = last; digit > digits; ) {
      digit -= width;
      add(out, out, out);
      add(out, out, digit);
    }
    multiply(TERM, last, lastWeight);
    add(out, out, TERM);
    digits = last + width;
  }
}
