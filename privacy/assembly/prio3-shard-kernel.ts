// What a device needs of Prio3. Compiled by `trainer/build-kernels.mjs`, called by `privacy/prio3/sharder.ts`.
// All addresses are bytes; all vectors are of field elements.

export { useField } from './field';
export { prove } from './prove';
export { absorb, begin, finish, sample, squeeze } from './turbo-shake';
export { subtractVector } from './vectors';
export { wireChecks, wireElements } from './wires';

/** The first byte that is nobody's. */
export function heapStart(): usize {
  return __heap_base;
}
