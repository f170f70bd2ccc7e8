// Polynomials given by their values at all n-th roots of unity, n a power of two: what the proof system calls the
// Lagrange basis (VDAF, draft-irtf-cfrg-vdaf-18 section 6.1.3). Element i is the value at w^i.

import { add, copy, invertPowerOf2, multiply, storeGenerator, subtract, width } from './field';

/** One element. */
const TERM = memory.data(16);

/**
 * Writes w^0, w^1, … for w of order n.
 *
 * @param roots [n]. @param n A power of two, at least 2.
 */
export function makeRoots(roots: usize, n: usize): void {
  const w = roots + width;
  for (let order = storeGenerator(w); order > ctz<u64>(n); order--) multiply(w, w, w);
  memory.fill(roots, 0, width);
  store<u8>(roots, 1);
  for (let i: usize = 2; i < n; i++) multiply(roots + i * width, roots + (i - 1) * width, w);
}

/**
 * Writes each of n / 2 roots ÷ n / 2: what a transform back and forth needs.
 *
 * @param out [n / 2]. @param roots See {@link makeRoots}, [n].
 */
export function scaleRoots(out: usize, roots: usize, n: usize): void {
  const half = n >> 1;
  invertPowerOf2(out, ctz<u64>(half));
  for (let i: usize = 1; i < half; i++) multiply(out + i * width, out, roots + i * width);
}

/**
 * From the values at the n-th roots of unity, finds those at the others of order 2n: at w^1, w^3, w^5, …
 *
 * @param out [n]. @param values [n]. @param roots Of order 2n. @param scaled {@link scaleRoots} of them.
 */
export function valuesBetween(out: usize, values: usize, n: usize, roots: usize, scaled: usize): void {
  memory.copy(out, values, n * width);
  transform(out, n, roots);
  // These are n times the coefficients, in reverse after the first.
  for (let i: usize = 1, j = n - 1; i < j; i++, j--) swap(out + i * width, out + j * width);
  for (let i: usize = 0; i < n; i++) multiply(out + i * width, out + i * width, scaled + i * width);
  transform(out, n, roots);
}

/** Coefficients to values, in place. @param roots Of order 2n. */
function transform(at: usize, n: usize, roots: usize): void {
  for (let i: usize = 1, reversed: usize = 0; i < n; i++) {
    let bit = n >> 1;
    for (; reversed & bit; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (i < reversed) swap(at + i * width, at + reversed * width);
  }
  for (let half: usize = 1; half < n; half <<= 1) {
    const reach = half * width;
    // The roots of order 2 · half are each so many bytes apart.
    const step = (n / half) * width;
    for (let start: usize = 0; start < n; start += 2 * half) {
      let root = roots;
      for (let low = at + start * width, end = low + reach; low < end; low += width, root += step) {
        if (root === roots) copy(TERM, low + reach);
        else multiply(TERM, low + reach, root);
        subtract(low + reach, low, TERM);
        add(low, low, TERM);
      }
    }
  }
}

function swap(a: usize, b: usize): void {
  copy(TERM, a);
  copy(a, b);
  copy(b, TERM);
}
