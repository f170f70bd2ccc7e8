// Compiles the WebAssembly kernels and writes each source's into a module of its own: a Worker that starts
// from a `blob:` has no place to fetch a .wasm file from.

import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const COMMON = '--runtime stub --noAssert -O3 --importMemory --enable simd';
const RELAXED = `${COMMON} --enable relaxed-simd`;
/** Threads need an upper bound: all that 32-bit addresses reach. */
const SHARED = `${RELAXED} --enable threads --sharedMemory --maximumMemory 65536`;

/**
 * The constants of each source. Those of the widget are hexadecimal: brotli then finds what two kernels have
 * in common, and they weigh 1.0 kB together instead of 1.7 as base64.
 */
const KERNELS = {
  'model/assembly/top-kernel.ts': [
    { constant: 'SIMD_KERNEL_HEX', options: COMMON, encoding: 'hex' },
    { constant: 'RELAXED_SIMD_KERNEL_HEX', options: RELAXED, encoding: 'hex' },
  ],
  'trainer/assembly/dense-kernel.ts': [{ constant: 'DENSE_KERNEL_BASE64', options: COMMON, encoding: 'base64' }],
  'trainer/assembly/softmax-kernel.ts': [{ constant: 'SOFTMAX_KERNEL_BASE64', options: SHARED, encoding: 'base64' }],
};

const projectFolder = fileURLToPath(new URL('..', import.meta.url));
const generatedFolder = new URL('../generated/', import.meta.url);
await mkdir(generatedFolder, { recursive: true });
for (const [source, kernels] of Object.entries(KERNELS)) {
  const lines = [`/** WebAssembly of ${source}. */`];
  for (const { constant, options, encoding } of kernels) {
    const bytes = await compile(source, options);
    lines.push(`export const ${constant} =`, `  '${bytes.toString(encoding)}';`);
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
