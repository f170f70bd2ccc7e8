import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes an empty folder that lives as long as the running test. */
export async function makeScratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a scratch folder of its own and returns its path. */
export async function writeScratchFile(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await makeScratchFolder(), name);
  await writeFile(path, content);
  return path;
}

/** Returns the content of every file below `folder`, by its path in it. */
export async function readFolder(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      paths.toSorted().map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')]),
    ),
  );
}
