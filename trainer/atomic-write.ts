import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError } from './input-error.ts';

/** One file to be written: its path and its whole content. */
export interface FileContent {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/**
 * Writes files so that a reader finds either the old content or the new one.
 *
 * Guarantees:
 * - Every file is complete on disk under a temporary name before the first one is renamed, so a
 *   full disk or a broken connection changes none of them.
 * - Renames happen in the order given: put the file that vouches for the others last.
 * - Missing folders are made.
 *
 * @throws {InputError} If the disk is full or the folder may not be written.
 */
export async function writeFiles(files: readonly FileContent[]): Promise<void> {
  const temporaryPath = ({ path }: FileContent) => `${path}.${process.pid}.tmp`;
  try {
    for (const file of files) {
      await mkdir(dirname(file.path), { recursive: true });
      await writeThrough(temporaryPath(file), file.content);
    }
    for (const file of files) await rename(temporaryPath(file), file.path);
  } catch (cause) {
    for (const file of files) await rm(temporaryPath(file), { force: true }).catch(() => {}); // the first error tells more
    throw asInputError(cause);
  }
}

/** Writes one text or binary file, see {@link writeFiles}. */
export function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  return writeFiles([{ path, content }]);
}

/** Writes one JSON file, indented for people, see {@link writeFiles}. */
export function writeJsonAtomically(path: string, value: unknown): Promise<void> {
  return writeFiles([{ path, content: formatJson(value) }]);
}

/** Returns `value` as JSON the way every JSON file of a workspace is written. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

async function writeThrough(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync(); // a rename may reach the disk before the content does
  } finally {
    await handle.close();
  }
}

const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'it may not be written; change its permissions or name another folder',
  EDQUOT: 'the quota is used up; free some space and run again',
  EEXIST: 'a file is in the way of a folder; name another folder',
  EISDIR: 'a folder has its name; name another file',
  ENOSPC: 'the disk is full; free some space and run again',
  ENOTDIR: 'a file is in the way of a folder; name another folder',
  EPERM: 'it may not be written; change its permissions or name another folder',
  EROFS: 'the disk is read-only; name another folder',
};

function asInputError(error: unknown): unknown {
  const { code = '', path = 'the file' } = error as NodeJS.ErrnoException;
  const refusal = REFUSALS[code];
  return refusal === undefined ? error : new InputError(`expected to write ${path}, but ${refusal}`, { cause: error });
}
