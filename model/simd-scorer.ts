import { SIMD_KERNEL_BASE64 } from '#generated/simd-kernel.ts';
import type { ItemTable } from './item-table.ts';
import { checkScoreArguments, type Scorer } from './scorer.ts';

const PAGE_BYTES = 65536;
/** The query travels as int16, so its error is far below that of the int8 rows. */
const QUERY_MAX = 32767;

type Kernel = (
  values: number,
  scales: number,
  query: number,
  out: number,
  rows: number,
  dim: number,
  queryScale: number,
) => void;

/**
 * The WebAssembly SIMD scorer.
 *
 * Memory: values | scales | out | query, each starting at a multiple of 16 bytes.
 *
 * @throws {RangeError} If D is not a multiple of 8.
 * @throws {WebAssembly.CompileError} Where SIMD is missing or a Content-Security-Policy forbids
 *   WebAssembly; use the plain JavaScript scorer then.
 */
export async function createSimdScorer(items: ItemTable): Promise<Scorer> {
  const { numItems, dim } = items;
  if (dim % 8 !== 0) throw new RangeError(`expected dim to be a multiple of 8, got ${dim}`);
  const scalesAt = align16(numItems * dim);
  const outAt = align16(scalesAt + 4 * numItems);
  const queryAt = align16(outAt + 4 * numItems);
  const memory = new WebAssembly.Memory({ initial: Math.ceil((queryAt + 2 * dim) / PAGE_BYTES) });
  const { instance } = await WebAssembly.instantiate(kernelBytes(), { env: { memory } });
  const kernel = instance.exports.score as Kernel;
  new Int8Array(memory.buffer, 0, items.values.length).set(items.values);
  new Float32Array(memory.buffer, scalesAt, numItems).set(items.scales);
  const output = new Float32Array(memory.buffer, outAt, numItems);
  const query16 = new Int16Array(memory.buffer, queryAt, dim);
  return {
    kind: 'simd',
    async score(query, out) {
      checkScoreArguments(items, query, out);
      let largest = 0;
      for (const value of query) largest = Math.max(largest, Math.abs(value));
      const queryScale = largest / QUERY_MAX;
      for (let d = 0; d < dim; d++) query16[d] = queryScale > 0 ? Math.round((query[d] as number) / queryScale) : 0;
      kernel(0, scalesAt, queryAt, outAt, numItems, dim, queryScale);
      out.set(output);
    },
    dispose() {},
  };
}

function kernelBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(SIMD_KERNEL_BASE64), (character) => character.charCodeAt(0));
}

function align16(offset: number): number {
  return Math.ceil(offset / 16) * 16;
}
