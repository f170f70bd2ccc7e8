/** WebAssembly that the bundler puts into the script. */
declare module '*.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

/** What a bundler's plugin would put around voy's WebAssembly. */
declare module 'voy-search/voy_search_bg.js' {
  export * from 'voy-search';
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/** Its own types import each other in a way that only bundlers resolve. */
declare module 'hnswlib-wasm' {
  class HierarchicalNSW {
    constructor(space: 'l2' | 'ip' | 'cosine', dim: number, autoSaveFile: string);
    initIndex(numItems: number, m: number, efConstruction: number, seed: number): void;
    addPoint(point: Float32Array, label: number, replaceDeleted: boolean): void;
    /** A path of the library's own file system, in memory. */
    writeIndex(file: string): Promise<boolean>;
    readIndex(file: string, numItems: number): Promise<boolean>;
    setEfSearch(ef: number): void;
    searchKnn(query: Float32Array, count: number, filter: undefined): { readonly neighbors: number[] };
  }
  export function loadHnswlib(): Promise<{ readonly HierarchicalNSW: typeof HierarchicalNSW }>;
}
