import { readFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

/** Everything below the kernels, so that a test can call what the kernels export only through more. */
export interface Assembly {
  readonly memory: WebAssembly.Memory;
  heapStart(): number;
  useField(elementBytes: number): void;
  isCanonical(a: number): number;
  add(out: number, a: number, b: number): void;
  subtract(out: number, a: number, b: number): void;
  multiply(out: number, a: number, b: number): void;
  invertPowerOf2(out: number, log: bigint): void;
  storeGenerator(out: number): bigint;
  makeRoots(roots: number, n: number): void;
  scaleRoots(out: number, roots: number, n: number): void;
  valuesBetween(out: number, values: number, ...nRootsScaled: number[]): void;
  query(out: number, ...wiresArityPointsValuesPointScratch: number[]): number;
  begin(): void;
  absorb(at: number, numBytes: number): void;
  finish(): void;
  squeeze(out: number, numBytes: number): void;
  sample(out: number, count: number): void;
}

const ENTRY = 'privacy/assembly/everything.ts';
const SOURCE = `
  export * from './field';
  export * from './polynomial';
  export { query } from './query';
  export * from './turbo-shake';
  export function heapStart(): usize { return __heap_base; }`;

/** Compiled as the kernels are. */
export async function compileAssembly(): Promise<Assembly> {
  let code: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main(
    [ENTRY, '--outFile', 'everything.wasm', '--runtime', 'stub', '--noAssert', '-O3'],
    {
      readFile: (name) => (name === ENTRY ? SOURCE : readFile(name, 'utf8').catch(() => null)),
      writeFile: (_name, contents) => {
        code = new Uint8Array(contents as Uint8Array);
      },
      listFiles: () => [],
    },
  );
  if (!code) throw new Error(`expected the sources to compile: ${stderr.toString()}`, { cause: error });
  const { instance } = await WebAssembly.instantiate(code);
  return instance.exports as unknown as Assembly;
}

/** Integers in a memory, little-endian. */
export function integersIn(memory: WebAssembly.Memory, elementBytes: number) {
  const view = new DataView(memory.buffer);
  return {
    store(at: number, values: readonly bigint[]): void {
      for (const [i, value] of values.entries()) {
        for (let byte = 0; byte < elementBytes; byte += 8) {
          view.setBigUint64(at + i * elementBytes + byte, (value >> BigInt(8 * byte)) & 0xffffffffffffffffn, true);
        }
      }
    },
    load(at: number, count: number): bigint[] {
      return Array.from({ length: count }, (_, i) => {
        let value = 0n;
        for (let byte = 0; byte < elementBytes; byte += 8) {
          value |= view.getBigUint64(at + i * elementBytes + byte, true) << BigInt(8 * byte);
        }
        return value;
      });
    },
  };
}

export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let rest = exponent, square = base; rest > 0n; rest >>= 1n, square = (square * square) % modulus) {
    if (rest & 1n) result = (result * square) % modulus;
  }
  return result;
}
