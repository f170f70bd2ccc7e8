/** What an imported .wasm file is in the runtime, which compiles it when the worker is deployed. */
declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}
