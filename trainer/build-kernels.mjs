// Compiles the WebAssembly kernels and writes each as a module holding base64: a Worker that starts from a
// `blob:` has no place to fetch a .wasm file from.

import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const COMMON = '--runtime stub --noAssert -O3 --importMemory --enable simd';
/** Threads need an upper bound: all that 32-bit addresses reach. */
const SHARED = '--enable threads --enable relaxed-simd --sharedMemory --maximumMemory 65536';
const KERNELS = [
  { source: 'model/assembly/simd-kernel.ts', options: COMMON, constant: 'SIMD_KERNEL_BASE64' },
  { source: 'trainer/assembly/softmax-kernel.ts', options: `${COMMON} ${SHARED}`, constant: 'SOFTMAX_KERNEL_BASE64' },
];

const projectFolder = fileURLToPath(new URL('..', import.meta.url));
const generatedFolder = new URL('../generated/', import.meta.url);
await mkdir(generatedFolder, { recursive: true });
for (const { source, options, constant } of KERNELS) {
  const written = new Map();
  const { error, stderr } = await asc.main(
    [source, '--outFile', 'kernel.wasm', ...options.split(' '), '--baseDir', projectFolder],
    { writeFile: (name, contents) => written.set(name, contents) },
  );
  if (error) {
    process.stderr.write(stderr.toString());
    process.exit(1);
  }
  const base64 = Buffer.from(written.get('kernel.wasm')).toString('base64');
  await writeFile(
    new URL(source.split('/').at(-1), generatedFolder),
    `/** WebAssembly of ${source}, base64. */\nexport const ${constant} =\n  '${base64}';\n`,
  );
}
