import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const FOLDERS = ['protocol', 'model', 'privacy', 'widget', 'edge', 'trainer', 'demo-shop'] as const;
type Folder = (typeof FOLDERS)[number];

/** Which of our folders a folder may import besides itself. */
const ALLOWED: Readonly<Record<Folder, readonly string[]>> = {
  protocol: [],
  model: ['protocol', 'generated'],
  privacy: ['protocol', 'generated'],
  widget: ['protocol', 'model', 'privacy'],
  edge: ['protocol', 'privacy', 'generated'],
  trainer: ['protocol', 'model', 'privacy', 'generated'],
  'demo-shop': [],
};

const IMPORT = /(?:from|import)\s*\(?\s*'([^']+)'/g;

async function importsOf(folder: Folder): Promise<{ file: string; target: string }[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => /\.m?[tj]s$/.test(file));
  const found = await Promise.all(
    files.map(async (name) => {
      const file = join(folder, name);
      const source = await readFile(file, 'utf8');
      return [...source.matchAll(IMPORT)].map(([, target]) => ({ file, target: target as string }));
    }),
  );
  return found.flat();
}

describe.each(FOLDERS)('%s', (folder) => {
  test('imports only the folders that the architecture allows it', async () => {
    const imports = await importsOf(folder);
    expect(imports.length).toBeGreaterThan(0);
    const foreign = imports.filter(({ target }) => {
      const [, other] = /^#([^/]+)\//.exec(target) ?? [];
      return other !== undefined && other !== folder && !ALLOWED[folder].includes(other);
    });
    expect(foreign).toEqual([]);
  });

  test('reaches other folders by subpath imports and never by "../"', async () => {
    const climbing = (await importsOf(folder)).filter(({ target }) => target.startsWith('../'));
    expect(climbing).toEqual([]);
  });
});
