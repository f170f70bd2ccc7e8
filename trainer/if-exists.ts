import { readFile } from 'node:fs/promises';
import { InputError } from './input-error.ts';

/**
 * What is read at a path; `undefined` if nothing is there.
 *
 * @throws {InputError} If it is there and cannot be read: taken for missing, it would be written anew.
 */
export async function ifExists<Content>(
  path: string,
  read: (path: string) => Promise<Content>,
): Promise<Content | undefined> {
  try {
    return await read(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new InputError(`expected to read ${path}, but ${message}; mend that and run again`, { cause });
  }
}

/** The text of a file; `undefined` if there is none. @throws {InputError} As {@link ifExists}. */
export function textIfExists(path: string): Promise<string | undefined> {
  return ifExists(path, (file) => readFile(file, 'utf8'));
}
