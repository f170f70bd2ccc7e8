import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import * as v from 'valibot';

/** One file that Vite built. */
export interface ClientFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/** The shop's own script and styles, as Vite built them. */
export interface ClientAssets {
  readonly scriptUrl: string;
  readonly styleUrls: readonly string[];
  /** Every built file by its address. Held in memory: it is a few kilobytes. */
  readonly fileByUrl: ReadonlyMap<string, ClientFile>;
}

/** The client has not been built, or something else lies in its place. */
export class ClientAssetsError extends Error {
  override readonly name = 'ClientAssetsError';
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const ManifestSchema = v.record(
  v.string(),
  v.object({ file: v.string(), isEntry: v.optional(v.boolean()), css: v.optional(v.array(v.string()), []) }),
);

/**
 * Reads what `vite build --config demo-shop/vite.config.ts` wrote.
 *
 * @throws {ClientAssetsError} If there is no build in `folder`.
 */
export async function readClientAssets(folder: string): Promise<ClientAssets> {
  const text = await readFile(join(folder, '.vite', 'manifest.json'), 'utf8').catch((cause: unknown) => {
    throw new ClientAssetsError(
      `expected the shop's built client in ${folder}, but there is none: run "vite build --config demo-shop/vite.config.ts" first`,
      { cause },
    );
  });
  const manifest = v.parse(ManifestSchema, JSON.parse(text));
  const entry = Object.values(manifest).find(({ isEntry }) => isEntry);
  if (entry === undefined)
    throw new ClientAssetsError(`expected an entry script in ${folder}, but its manifest has none`);
  return {
    scriptUrl: `/${entry.file}`,
    styleUrls: entry.css.map((file) => `/${file}`),
    fileByUrl: await readFiles(folder),
  };
}

async function readFiles(folder: string): Promise<Map<string, ClientFile>> {
  const names = await readdir(folder, { recursive: true });
  const files = new Map<string, ClientFile>();
  for (const name of names) {
    const contentType = CONTENT_TYPES[extname(name)];
    if (contentType === undefined) continue; // folders, and the manifest itself
    files.set(`/${name}`, { bytes: new Uint8Array(await readFile(join(folder, name))), contentType });
  }
  return files;
}
