import { create, insertMultiple, load, type RawData, save, search } from '@orama/orama';
import initEdgevec, { EdgeVec, EdgeVecConfig, JsIndexType } from 'edgevec/edgevec.js';
import edgevecWasm from 'edgevec/edgevec_bg.wasm';
import { loadHnswlib } from 'hnswlib-wasm';
import * as voyGlue from 'voy-search/voy_search_bg.js';
import voyWasm from 'voy-search/voy_search_bg.wasm';
import { type Contender, TOP, type Vectors } from './contender.ts';

/*
 * Vector search that runs in browsers and is published on npm. Each peer's code, WebAssembly included, is
 * compiled before any time is taken; ours compiles its kernel within it.
 *
 * Left out: usearch (native code only), client-vector-search (brings an ONNX runtime), mememo (keeps
 * its vectors in IndexedDB rows), faiss (no browser build).
 */

/** Plain float32, the least that a library has to beat. */
const FLOAT_LOOP: Contender = {
  name: 'float32 loop',
  form: 'float32 rows, scanned in JavaScript',
  prepare: async (vectors) => async () => (query) => exactTop(vectors, query),
};

const ORAMA: Contender = {
  name: 'orama 3.1.18',
  form: 'JSON of float32 rows, scanned in JavaScript',
  async prepare({ values, numItems, dim }) {
    const schema = { row: 'number', vector: `vector[${dim}]` } as const;
    const built = create({ schema });
    const rows = Array.from({ length: numItems }, (_, row) => ({ row, vector: rowAt({ values, dim }, row) }));
    await insertMultiple(built, rows, 500);
    const text = JSON.stringify(save(built));
    return async () => {
      const index = create({ schema });
      load(index, JSON.parse(text) as RawData);
      return async (query) => {
        const vector = { value: [...query], property: 'vector' };
        const { hits } = await search(index, { mode: 'vector', vector, similarity: -1, limit: TOP });
        return hits.map(({ document }) => document.row);
      };
    };
  },
};

const VOY: Contender = {
  name: 'voy-search 0.6.3',
  form: 'JSON of a k-d tree',
  async prepare({ values, numItems, dim }) {
    const { instance } = await WebAssembly.instantiate(voyWasm, { './voy_search_bg.js': voyGlue as never });
    voyGlue.__wbg_set_wasm(instance.exports);
    const embeddings = Array.from({ length: numItems }, (_, row) => ({
      id: String(row),
      title: '',
      url: '',
      embeddings: rowAt({ values, dim }, row),
    }));
    const text = new voyGlue.Voy({ embeddings }).serialize();
    return async () => {
      const index = voyGlue.Voy.deserialize(text);
      return (query) => index.search(query, TOP).neighbors.map(({ id }) => Number(id));
    };
  },
};

const HNSWLIB: Contender = {
  name: 'hnswlib-wasm 0.8.2',
  form: 'HNSW, M = 16, efSearch = 256, a file in memory',
  async prepare({ values, numItems, dim }) {
    const library = await loadHnswlib();
    const file = `${numItems}.dat`;
    const built = new library.HierarchicalNSW('ip', dim, '');
    built.initIndex(numItems, 16, 200, 100);
    for (let row = 0; row < numItems; row++) built.addPoint(values.subarray(row * dim, (row + 1) * dim), row, false);
    await built.writeIndex(file);
    return async () => {
      const index = new library.HierarchicalNSW('ip', dim, '');
      await index.readIndex(file, numItems);
      index.setEfSearch(256);
      return (query) => index.searchKnn(query, TOP, undefined).neighbors;
    };
  },
};

const EDGEVEC: Contender = {
  name: 'edgevec 0.9.0',
  form: 'HNSW, m = 16, efSearch = 256, built in the page: it cannot read what it has saved',
  async prepare({ values, numItems, dim }) {
    await initEdgevec({ module_or_path: edgevecWasm });
    let before: EdgeVec | undefined;
    return async () => {
      before?.free();
      const config = new EdgeVecConfig(dim);
      config.indexType = JsIndexType.Hnsw;
      config.m = 16;
      config.m0 = 32;
      config.ef_construction = 200;
      config.ef_search = 256;
      const index = new EdgeVec(config);
      before = index;
      const firstId = index.insertBatchFlat(values, numItems)[0] as number;
      // On vectors of length 1 the nearest by distance are the nearest by product.
      return (query) => (index.search(query, TOP) as { readonly id: number }[]).map(({ id }) => id - firstId);
    };
  },
};

export const PEERS: readonly Contender[] = [FLOAT_LOOP, ORAMA, VOY, HNSWLIB, EDGEVEC];

/** Rows of the nearest by inner product in float32, best first. */
export function exactTop({ values, numItems, dim }: Vectors, query: Float32Array): number[] {
  const scores = new Float32Array(numItems);
  const best: number[] = [];
  const scoreOf = (row: number | undefined): number => scores[row as number] as number;
  for (let row = 0, at = 0; row < numItems; row++) {
    let sum = 0;
    for (let d = 0; d < dim; d++, at++) sum += (query[d] as number) * (values[at] as number);
    scores[row] = sum;
    if (best.length === TOP && sum <= scoreOf(best[TOP - 1])) continue;
    let place = best.length;
    while (place > 0 && sum > scoreOf(best[place - 1])) place--;
    best.splice(place, 0, row);
    if (best.length > TOP) best.pop();
  }
  return best;
}

function rowAt({ values, dim }: Pick<Vectors, 'values' | 'dim'>, row: number): number[] {
  return Array.from(values.subarray(row * dim, (row + 1) * dim));
}
