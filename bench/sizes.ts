import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { buildWidget } from '#widget/build.ts';
import type { Row } from './table.ts';

/** Most a script may weigh, brotli bytes, by the first part of its name. */
export const SIZE_LIMITS: Readonly<Record<string, number>> = {
  vitrine: 2000,
  main: 18_000,
  worker: 14_000,
  'worker-webgpu': 50_000,
  learner: 20_000,
  privacy: 6_000,
};

/** The shipped scripts, built afresh, beside their limits. */
export async function benchSizes(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-sizes-'));
  try {
    const scripts = await buildWidget(folder);
    const rows = scripts.map(({ path, bytes }): Row => {
      const name = nameOf(path);
      return [name, bytes.length, brotliCompressSync(bytes).length, SIZE_LIMITS[name] ?? 'none'];
    });
    return [['script', 'bytes', 'brotli bytes', 'limit'], ...rows];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `widget/main.<hash>.js` → `main`. */
function nameOf(path: string): string {
  return (path.split('/').at(-1) as string).split('.')[0] as string;
}
