import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from './child-process.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

interface Build {
  readonly output: string;
  /** Files and folders it is made of. */
  readonly sources: readonly string[];
  readonly script: string;
  readonly args: readonly string[];
}

const BUILDS: readonly Build[] = [
  {
    output: 'dist/widget/vitrine.js',
    sources: ['widget', 'model', 'privacy', 'protocol', 'generated', 'package-lock.json'],
    script: 'widget/build.ts',
    args: [],
  },
  {
    output: 'dist/demo-shop',
    sources: ['demo-shop', 'package-lock.json'],
    script: 'node_modules/vite/bin/vite.js',
    args: ['build', '--config', 'demo-shop/vite.config.ts', '--logLevel', 'warn'],
  },
];

/**
 * Builds the widget and the demo shop's client where a source is newer than what was built.
 *
 * @param onBuild Told what is built now.
 */
export async function buildAssets(onBuild: (output: string) => void): Promise<void> {
  for (const { output, sources, script, args } of BUILDS) {
    const newest = Math.max(...(await Promise.all(sources.map((source) => newestMs(join(PROJECT_FOLDER, source))))));
    if ((await oldestMs(join(PROJECT_FOLDER, output))) > newest) continue;
    onBuild(output);
    await runToEnd(script, args);
  }
}

/** When a file, or any file below a folder, was last written; −∞ if it is not there. */
async function newestMs(path: string): Promise<number> {
  const times = await writtenAtMs(path);
  return Math.max(...times, Number.NEGATIVE_INFINITY);
}

async function oldestMs(path: string): Promise<number> {
  const times = await writtenAtMs(path);
  return times.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...times);
}

async function writtenAtMs(path: string): Promise<number[]> {
  const info = await stat(path).catch(() => undefined); // not built yet
  if (!info) return [];
  if (!info.isDirectory()) return [info.mtimeMs];
  const names = await readdir(path);
  return (await Promise.all(names.map((name) => writtenAtMs(join(path, name))))).flat();
}
