// What a party needs of Prio3. Compiled by `trainer/build-kernels.mjs`, called by `privacy/prio3/verifier.ts`.
// All addresses are bytes; all vectors are of field elements.

export { subtract, useField } from './field';
export { decide, query } from './query';
export { absorb, begin, finish, sample, squeeze } from './turbo-shake';
export { addVector, areCanonical, dot, readDigits, sum } from './vectors';
export { wireChecks, wireElements } from './wires';

/** The first byte that is nobody's. */
export function heapStart(): usize {
  return __heap_base;
}
