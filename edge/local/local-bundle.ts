import { readdir, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../..', import.meta.url);

/** What the worker is made of. */
const SOURCES = ['edge', 'protocol', 'privacy', 'generated'];
const ENTRY = new URL('edge/worker.ts', root);
/** The built worker and what it imports. */
const BUILT = new URL('dist/edge/', root);
const BUILT_SCRIPT = new URL('worker.js', BUILT);

/** A file of a worker, as the simulator takes it. */
export type WorkerModule =
  | { readonly type: 'ESModule'; readonly path: string; readonly contents: string }
  | { readonly type: 'CompiledWasm'; readonly path: string; readonly contents: Uint8Array<ArrayBuffer> };

/**
 * The worker, its script first: the built one if no source has changed since, else bundled now.
 *
 * @throws {Error} If it neither is built nor can be bundled.
 */
export async function workerModules(): Promise<WorkerModule[]> {
  if ((await changedAtMs(BUILT_SCRIPT)) <= (await newestSourceMs())) return bundleWorker(ENTRY);
  const names = (await readdir(BUILT)).filter((name) => name.endsWith('.wasm'));
  const files = ['worker.js', ...names].map(async (name) => toModule(name, await readFile(new URL(name, BUILT))));
  return Promise.all(files);
}

/**
 * Bundles a worker into one script, and the WebAssembly that it imports beside it.
 *
 * @returns The script first.
 */
export async function bundleWorker(entry: URL): Promise<WorkerModule[]> {
  // Loaded only here: an installed copy comes built and needs no bundler.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    outdir: fileURLToPath(BUILT),
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:workers'],
    // Stays an import: the runtime compiles nothing that is not deployed as a file.
    loader: { '.wasm': 'copy' },
    assetNames: '[name]',
    logLevel: 'silent',
  });
  const modules = outputFiles.map(({ path, contents }) => toModule(basename(path), contents));
  return modules.sort((a, b) => Number(b.type === 'ESModule') - Number(a.type === 'ESModule'));
}

function toModule(path: string, contents: Uint8Array): WorkerModule {
  if (path.endsWith('.wasm')) return { type: 'CompiledWasm', path, contents: contents.slice() };
  return { type: 'ESModule', path, contents: new TextDecoder().decode(contents) };
}

async function newestSourceMs(): Promise<number> {
  const folders = await Promise.all(SOURCES.map(async (name) => filesIn(new URL(`${name}/`, root))));
  return Math.max(...(await Promise.all(folders.flat().map(changedAtMs))));
}

async function filesIn(folder: URL): Promise<URL[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.map((name) => new URL(name, folder));
}

/** When a file was last written, or −∞ if there is none. */
async function changedAtMs(file: URL): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.NEGATIVE_INFINITY,
  );
}
