import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeFileAtomically } from './atomic-write.ts';
import { runToEnd } from './child-process.ts';
import { textIfExists } from './if-exists.ts';
import { importCatalog } from './import-catalog.ts';
import { importOrders } from './import-orders.ts';
import { formatCatalogReport, formatOrdersReport } from './import-summary.ts';
import { InputError } from './input-error.ts';
import type { ShopWorkspace } from './workspace.ts';

/** What a served shop is filled with. */
export type ShopSource =
  /** The demo shop's own catalog and its simulated orders. */
  | { readonly kind: 'demo' }
  | { readonly kind: 'orders'; readonly file: string; readonly catalogFile?: string }
  | { readonly kind: 'catalog'; readonly file: string };

/** Where a source's pictures are, if it has any: beside its catalog. */
export function picturesFolder(source: ShopSource): string | undefined {
  const catalogFile =
    source.kind === 'catalog' ? source.file : source.kind === 'orders' ? source.catalogFile : undefined;
  return catalogFile === undefined ? undefined : dirname(catalogFile);
}

/**
 * Imports a source unless the shop's dataset already is its import.
 *
 * @param print Told the import's report.
 * @throws {InputError} If a file cannot be used; the dataset before it is then unchanged.
 */
export async function importSource(
  workspace: ShopWorkspace,
  source: ShopSource,
  print: (text: string) => void,
): Promise<void> {
  const files = await sourceFiles(workspace, source);
  const digest = await digestOfFiles(files);
  const digestFile = join(workspace.dir, 'source.sha256');
  const imported = await textIfExists(digestFile); // first start
  if (imported === digest) return;
  const [ordersFile, catalogFile] = files;
  const common = { encoding: 'utf-8' };
  if (source.kind === 'catalog') {
    print(formatCatalogReport(await importCatalog({ file: source.file, ...common }, workspace)));
  } else {
    const orders = { file: ordersFile as string, columnNames: new Map(), dateFormat: 'iso' as const, ...common };
    const report = await importOrders(catalogFile === undefined ? orders : { ...orders, catalogFile }, workspace);
    print(formatOrdersReport(report));
  }
  await writeFileAtomically(digestFile, digest);
}

async function sourceFiles(workspace: ShopWorkspace, source: ShopSource): Promise<string[]> {
  switch (source.kind) {
    case 'demo': {
      const folder = join(workspace.dir, 'source');
      await runToEnd('demo-shop/make-data.ts', ['--out', folder]);
      return [join(folder, 'orders.csv'), join(folder, 'catalog.json')];
    }
    case 'orders':
      return source.catalogFile === undefined ? [source.file] : [source.file, source.catalogFile];
    case 'catalog':
      return [source.file];
    default:
      return source satisfies never;
  }
}

async function digestOfFiles(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    try {
      await pipeline(createReadStream(file), hash, { end: false });
    } catch (cause) {
      throw new InputError(`expected to read ${file}, but it cannot be read; check its name`, { cause });
    }
  }
  return hash.digest('hex');
}
