// Compiles the WebAssembly kernels and writes each source's into a module of its own: a Worker that starts
// from a `blob:` has no place to fetch a .wasm file from.

import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const PLAIN = '--runtime stub --noAssert -O3';
/** A tenth less is downloaded, for a tenth more time. */
const SMALL = `${PLAIN} --shrinkLevel 1`;
const COMMON = `${PLAIN} --importMemory --enable simd`;
const RELAXED = `${COMMON} --enable relaxed-simd`;
/** Threads need an upper bound: all that 32-bit addresses reach. */
const SHARED = `${RELAXED} --enable threads --sharedMemory --maximumMemory 65536`;

/** How a module writes its bytes down. */
const ENCODINGS = {
  base64: (bytes) => bytes.toString('base64'),
  /**
   * A character a byte, 43 above it: the opcodes that come most often are then one byte of UTF-8, and brotli finds
   * what two kernels have in common. They weigh 1.5 kB together instead of 1.7 in hexadecimal and 2.7 as base64.
   */
  characters: (bytes) => Buffer.from(bytes.map((byte) => byte + 43)).toString('latin1'),
};

/** The constants of each source; `alsoAsFile` for runtimes that compile nothing but what is deployed as a file. */
const KERNELS = {
  'model/assembly/top-kernel.ts': [
    { constant: 'SIMD_KERNEL', options: COMMON, encoding: 'characters' },
    { constant: 'RELAXED_SIMD_KERNEL', options: RELAXED, encoding: 'characters' },
  ],
  'privacy/assembly/prio3-shard-kernel.ts': [
    { constant: 'PRIO3_SHARD_KERNEL', options: SMALL, encoding: 'characters' },
  ],
  'privacy/assembly/prio3-verify-kernel.ts': [
    { constant: 'PRIO3_VERIFY_KERNEL_BASE64', options: PLAIN, encoding: 'base64', alsoAsFile: true },
  ],
  'trainer/assembly/dense-kernel.ts': [{ constant: 'DENSE_KERNEL_BASE64', options: COMMON, encoding: 'base64' }],
  'trainer/assembly/softmax-kernel.ts': [{ constant: 'SOFTMAX_KERNEL_BASE64', options: SHARED, encoding: 'base64' }],
};

const projectFolder = fileURLToPath(new URL('..', import.meta.url));
const generatedFolder = new URL('../generated/', import.meta.url);
await mkdir(generatedFolder, { recursive: true });
for (const [source, kernels] of Object.entries(KERNELS)) {
  const lines = [`/** WebAssembly of ${source}. */`];
  for (const { constant, options, encoding, alsoAsFile } of kernels) {
    const bytes = await compile(source, options);
    if (alsoAsFile) await writeFile(new URL(source.split('/').at(-1).replace(/ts$/, 'wasm'), generatedFolder), bytes);
    lines.push(`export const ${constant} =`, `  ${JSON.stringify(ENCODINGS[encoding](bytes))};`);
  }
  await writeFile(new URL(source.split('/').at(-1), generatedFolder), `${lines.join('\n')}\n`);
}

/** Ends the process where a source does not compile. */
async function compile(source, options) {
  const written = new Map();
  const { error, stderr } = await asc.main(
    [source, '--outFile', 'kernel.wasm', ...options.split(' '), '--baseDir', projectFolder],
    { writeFile: (name, contents) => written.set(name, contents) },
  );
  if (error) {
    process.stderr.write(stderr.toString());
    process.exit(1);
  }
  return Buffer.from(written.get('kernel.wasm'));
}
