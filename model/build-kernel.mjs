// Compiles the SIMD kernel and writes it as a module holding base64: a Worker that starts from a
// `blob:` has no place to fetch a .wasm file from.

import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const projectFolder = fileURLToPath(new URL('..', import.meta.url));
const written = new Map();
const { error, stderr } = await asc.main(
  'model/assembly/simd-kernel.ts --outFile kernel.wasm --enable simd --runtime stub --noAssert -O3 --importMemory'
    .split(' ')
    .concat('--baseDir', projectFolder),
  { writeFile: (name, contents) => written.set(name, contents) },
);
if (error) {
  process.stderr.write(stderr.toString());
  process.exit(1);
}

const base64 = Buffer.from(written.get('kernel.wasm')).toString('base64');
const generatedFolder = new URL('../generated/', import.meta.url);
await mkdir(generatedFolder, { recursive: true });
await writeFile(
  new URL('simd-kernel.ts', generatedFolder),
  `/** WebAssembly of model/assembly/simd-kernel.ts, base64. */\nexport const SIMD_KERNEL_BASE64 =\n  '${base64}';\n`,
);
