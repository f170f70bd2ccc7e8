import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';

/** A picture's bytes, or that there is none under this name. */
export type PictureFile =
  | { readonly kind: 'found'; readonly bytes: Uint8Array<ArrayBuffer>; readonly contentType: string }
  | { readonly kind: 'missing' };

/** Pixels only: an SVG from someone else's folder could carry a script. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

/**
 * Reads one product photo.
 *
 * Guarantee: no name, however it is written, reaches a file outside `folder`.
 *
 * @param folder Where the catalog's photos are.
 * @param name Path inside the folder, already decoded. Comes from the address, so is hostile.
 */
export async function readPictureFile(folder: string, name: string): Promise<PictureFile> {
  const contentType = CONTENT_TYPES[extname(name).toLowerCase()];
  const root = resolve(folder) + sep;
  const path = resolve(root, name);
  if (contentType === undefined || name.includes('\0') || !path.startsWith(root)) return { kind: 'missing' };
  try {
    return { kind: 'found', bytes: new Uint8Array(await readFile(path)), contentType };
  } catch {
    return { kind: 'missing' }; // a page with a missing picture is still a page
  }
}
