import { readdir, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

/** What the worker is made of. */
const SOURCES = ['edge', 'protocol', 'privacy'];
const BUILT = new URL('dist/edge/worker.js', root);

/**
 * The worker as one script: the built one if no source has changed since, else bundled now.
 *
 * @throws {Error} If it neither is built nor can be bundled.
 */
export async function workerScript(): Promise<string> {
  if ((await changedAtMs(BUILT)) > (await newestSourceMs())) return readFile(BUILT, 'utf8');
  // Loaded only here: an installed copy comes built and needs no bundler.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('edge/worker.ts', root))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:workers'],
    logLevel: 'silent',
  });
  const [script] = outputFiles;
  if (!script) throw new Error('expected the bundler to write one file, got none');
  return script.text;
}

async function newestSourceMs(): Promise<number> {
  const folders = await Promise.all(SOURCES.map(async (name) => filesIn(new URL(`${name}/`, root))));
  return Math.max(...(await Promise.all(folders.flat().map(changedAtMs))));
}

async function filesIn(folder: URL): Promise<URL[]> {
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => new URL(name, folder));
}

/** When a file was last written, or −∞ if there is none. */
async function changedAtMs(file: URL): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.NEGATIVE_INFINITY,
  );
}
