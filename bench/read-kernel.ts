import asc from 'assemblyscript/asc';

/** Adds up all 16-byte vectors of a stretch of memory, as fast as it can be read: four chains of sums. */
const SOURCE = `
  export function read(at: usize, end: usize): i32 {
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    let c = i32x4.splat(0);
    let d = i32x4.splat(0);
    for (; at + 64 <= end; at += 64) {
      a = i32x4.add(a, v128.load(at));
      b = i32x4.add(b, v128.load(at, 16));
      c = i32x4.add(c, v128.load(at, 32));
      d = i32x4.add(d, v128.load(at, 48));
    }
    for (; at < end; at += 16) a = i32x4.add(a, v128.load(at));
    a = i32x4.add(i32x4.add(a, b), i32x4.add(c, d));
    return (
      i32x4.extract_lane(a, 0) + i32x4.extract_lane(a, 1) + i32x4.extract_lane(a, 2) + i32x4.extract_lane(a, 3)
    );
  }`;

/** What no scorer can beat: WebAssembly that exports `read(at, end)`, multiples of 16, and imports its memory. */
export async function compileReadKernel(): Promise<Uint8Array> {
  const { binary, error, stderr } = await asc.compileString(SOURCE, {
    runtime: 'stub',
    noAssert: true,
    optimizeLevel: 3,
    importMemory: true,
    enable: ['simd'],
  });
  if (!binary) throw new Error(`expected the reading kernel to compile: ${stderr.toString()}`, { cause: error });
  return binary;
}
