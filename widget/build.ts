import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { minifyHTMLLiterals } from 'minify-literals';
import { build, type Plugin } from 'vite';
import type { Chunks } from './assemble.ts';
import type { Chunk } from './start-worker.ts';
import { withoutMessages } from './without-messages.ts';

/**
 * Builds what the edge serves: `vitrine.js` and `widget/<name>.<hash>.js`.
 *
 * Each script carries the digests of those that it starts, so they are built from the leaves up:
 * Workers (the learner's own before it) and privacy panel, main chunk, loader. Every one is a single file.
 */

/** A finished script. */
export interface BuiltScript {
  /** Relative to the output folder, as the edge serves it. */
  readonly path: string;
  readonly bytes: Buffer;
}

/** @param outDir Emptied first. */
export async function buildWidget(outDir: string): Promise<readonly BuiltScript[]> {
  const worker = await buildNamed('worker', 'iife', {});
  const gpuWorker = await buildNamed('worker-webgpu', 'iife', {});
  const prover = await buildNamed('prover', 'iife', {});
  const learner = await buildNamed('learner', 'iife', { VITRINE_PROVER: toChunk(prover) });
  const privacy = await buildNamed('privacy', 'iife', {});
  const chunks: Chunks = {
    worker: toChunk(worker),
    gpuWorker: toChunk(gpuWorker),
    learner: toChunk(learner),
    privacy: toChunk(privacy),
  };
  const main = await buildNamed('main', 'es', { VITRINE_CHUNKS: chunks });
  const integrity = `sha256-${createHash('sha256').update(main.bytes).digest('base64')}`;
  const loader = {
    path: 'vitrine.js', // the one name that merchants have pasted
    bytes: await bundle('loader', 'iife', { VITRINE_MAIN: { path: main.path, integrity } }),
  };

  const scripts = [loader, main, worker, gpuWorker, learner, prover, privacy];
  await rm(outDir, { recursive: true, force: true });
  await mkdir(join(outDir, 'widget'), { recursive: true });
  for (const { path, bytes } of scripts) await writeFile(join(outDir, path), bytes);
  return scripts;
}

type Format = 'es' | 'iife';
type Constants = Readonly<Record<string, unknown>>;

async function buildNamed(name: string, format: Format, constants: Constants): Promise<BuiltScript> {
  const bytes = await bundle(name, format, constants);
  return { path: `widget/${name}.${sha256Hex(bytes).slice(0, 12)}.js`, bytes };
}

/** By script: libraries that it finds on its own element, put there by the script that starts it. */
const GIVEN_LIBRARIES: Readonly<Record<string, readonly string[]>> = { privacy: ['lit'] };

async function bundle(name: string, format: Format, constants: Constants): Promise<Buffer> {
  const results = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [minifiedTemplates, withoutNodeCrypto, withoutMessages],
    // Production code of every library, whatever NODE_ENV says where the build runs.
    resolve: {
      conditions: ['module', 'browser', 'production'],
      alias: { valibot: fileURLToPath(new URL('small-valibot.ts', import.meta.url)) },
    },
    define: Object.fromEntries(Object.entries(constants).map(([key, value]) => [key, JSON.stringify(value)])),
    build: {
      write: false,
      target: 'es2023',
      minify: 'terser',
      terserOptions: {
        ecma: 2020,
        module: true,
        toplevel: true,
        compress: { passes: 3, unsafe_arrows: true, pure_getters: true, keep_fargs: false },
        format: { comments: false },
      },
      modulePreload: false,
      rolldownOptions: {
        input: fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
        checks: { bundlerTimings: false }, // the minifier is slow, and that is no news
        onwarn: (warning, warn) => {
          // What valibot has and small-valibot.ts has not.
          if (warning.code === 'IMPORT_IS_UNDEFINED') throw new Error(`${name}: ${warning.message}`);
          warn(warning);
        },
        external: [...(GIVEN_LIBRARIES[name] ?? [])],
        output: { format, codeSplitting: false, globals: (library) => `document.currentScript.${library}` },
        treeshake: { manualPureFunctions: ['v'], propertyReadSideEffects: false }, // a schema that nothing reads may go
        transform: format === 'iife' ? { define: { 'import.meta': '{}' } } : {},
      },
    },
  });
  const outputs = [results].flat().flatMap((result) => ('output' in result ? result.output : []));
  const [script] = outputs;
  if (outputs.length !== 1 || script?.type !== 'chunk') {
    throw new Error(`expected ${name} to become one script, got ${outputs.length} files`);
  }
  return Buffer.from(script.code);
}

/** Markup and styles in template literals, which no minifier of scripts may touch. */
const minifiedTemplates: Plugin = {
  name: 'minified-templates',
  enforce: 'post', // plain JavaScript by then
  async transform(code, id) {
    if (id.includes('node_modules')) return null;
    return (await minifyHTMLLiterals(code, { fileName: id }))?.code ?? null;
  },
};

/** The HPKE library asks Node for WebCrypto where a platform has none; browsers have it. */
const withoutNodeCrypto: Plugin = {
  name: 'without-node-crypto',
  enforce: 'pre',
  resolveId: (source) => (source === 'crypto' ? '\0node-crypto' : null),
  load: (id) => (id === '\0node-crypto' ? 'export const webcrypto = undefined;' : null),
};

function toChunk({ path, bytes }: BuiltScript): Chunk {
  return { path, digest: sha256Hex(bytes) };
}

function sha256Hex(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function printSizes(scripts: readonly BuiltScript[]): void {
  console.log('script'.padEnd(48), 'raw'.padStart(10), 'brotli'.padStart(10));
  for (const { path, bytes } of scripts) {
    const brotliBytes = brotliCompressSync(bytes).length;
    console.log(path.padEnd(48), `${bytes.length} B`.padStart(10), `${brotliBytes} B`.padStart(10));
  }
}

if (import.meta.main) {
  printSizes(await buildWidget(fileURLToPath(new URL('../dist/widget', import.meta.url))));
}
