import { median } from '../statistics.ts';
import type { Contender, Search, Vectors } from './contender.ts';
import { OURS } from './ours.ts';
import { exactTop, PEERS } from './peers.ts';
import { drawUnitVectors } from './unit-vectors.ts';

/** Runs in a Worker: one contender after the other, over the same vectors and queries. */

const DIM = 64;
const NUM_OPENINGS = 5;
/** What takes longer than this is opened once. */
const MAX_OPENING_MS = 5000;
const NUM_QUERIES = 50;

/** What a contender came to, or why it came to nothing. */
export type Measured =
  | {
      readonly kind: 'measured';
      readonly name: string;
      readonly form: string;
      /** From its bytes to the first result, in ms, median of several. */
      readonly firstResultMs: number;
      readonly queryMs: number;
      readonly recallAt20: number;
    }
  | { readonly kind: 'failed'; readonly name: string; readonly form: string; readonly message: string };

async function measure(contender: Contender, vectors: Vectors, queries: readonly Float32Array<ArrayBuffer>[]) {
  const open = await contender.prepare(vectors);
  const firstResultMs: number[] = [];
  let search: Search;
  const beginMs = performance.now();
  do {
    const startMs = performance.now();
    search = await open();
    await search(queries[firstResultMs.length] as Float32Array<ArrayBuffer>);
    firstResultMs.push(performance.now() - startMs);
  } while (firstResultMs.length < NUM_OPENINGS && performance.now() - beginMs < MAX_OPENING_MS);
  const queryMs: number[] = [];
  let numFound = 0;
  let numWanted = 0;
  for (const query of queries) {
    const startMs = performance.now();
    const found = new Set(await search(query));
    queryMs.push(performance.now() - startMs);
    const wanted = exactTop(vectors, query);
    numFound += wanted.filter((row) => found.has(row)).length;
    numWanted += wanted.length;
  }
  return { firstResultMs: median(firstResultMs), queryMs: median(queryMs), recallAt20: numFound / numWanted };
}

self.onmessage = async ({ data: numItems }: MessageEvent<number>) => {
  const values = drawUnitVectors(numItems + NUM_QUERIES, DIM);
  const vectors = { values: values.slice(0, numItems * DIM), numItems, dim: DIM };
  const queries = Array.from({ length: NUM_QUERIES }, (_, query) =>
    values.slice((numItems + query) * DIM, (numItems + query + 1) * DIM),
  );
  const all: Measured[] = [];
  for (const contender of [OURS, ...PEERS]) {
    const { name, form } = contender;
    try {
      all.push({ kind: 'measured', name, form, ...(await measure(contender, vectors, queries)) });
    } catch (error) {
      all.push({ kind: 'failed', name, form, message: error instanceof Error ? error.message : JSON.stringify(error) });
    }
  }
  self.postMessage(all);
};
