import { DENSE_KERNEL_BASE64 } from '#generated/dense-kernel.ts';
import type { ScoreAll } from '#model/dense-scores.ts';
import type { ItemTable } from '#model/item-table.ts';

const PAGE_BYTES = 65536;
/** The query travels as int16, so its error is far below that of the int8 rows. */
const QUERY_MAX = 32767;
/** The kernel's sums are int32: 2048 / 4 · 128 · 32767 < 2^31. */
const MAX_DIM = 2048;

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
 * Products of a query with all rows of a table, where a device looks for the best ones only.
 *
 * Guarantee: each product is within 1e-3 of both norms of the exact one. What it returns throws a RangeError if
 * a length is another.
 *
 * Memory: values | scales | out | query, each starting at a multiple of 16 bytes.
 *
 * @param items Copied.
 * @throws {RangeError} If D is not a multiple of 8 or above 2048.
 */
export function createDenseScorer(items: ItemTable): ScoreAll {
  const { numItems, dim } = items;
  if (dim % 8 !== 0 || dim > MAX_DIM) {
    throw new RangeError(`expected dim to be a multiple of 8 up to ${MAX_DIM}, got ${dim}`);
  }
  const scalesAt = align16(numItems * dim);
  const outAt = align16(scalesAt + 4 * numItems);
  const queryAt = align16(outAt + 4 * numItems);
  const memory = new WebAssembly.Memory({ initial: Math.ceil((queryAt + 2 * dim) / PAGE_BYTES) });
  const code = new WebAssembly.Module(Buffer.from(DENSE_KERNEL_BASE64, 'base64'));
  const kernel = new WebAssembly.Instance(code, { env: { memory } }).exports.score as Kernel;
  new Int8Array(memory.buffer, 0, items.values.length).set(items.values);
  new Float32Array(memory.buffer, scalesAt, numItems).set(items.scales);
  const output = new Float32Array(memory.buffer, outAt, numItems);
  const query16 = new Int16Array(memory.buffer, queryAt, dim);
  return (query, out) => {
    checkLength('query', query, dim);
    checkLength('out', out, numItems);
    let largest = 0;
    for (const value of query) largest = Math.max(largest, Math.abs(value));
    const queryScale = largest / QUERY_MAX;
    for (let d = 0; d < dim; d++) query16[d] = queryScale > 0 ? Math.round((query[d] as number) / queryScale) : 0;
    kernel(0, scalesAt, queryAt, outAt, numItems, dim, queryScale);
    out.set(output);
  };
}

function checkLength(name: string, { length }: Float32Array, expected: number): void {
  if (length !== expected) throw new RangeError(`expected ${name} to have ${expected} values, got ${length}`);
}

function align16(offset: number): number {
  return Math.ceil(offset / 16) * 16;
}
