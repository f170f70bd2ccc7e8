import type { Command } from 'commander';
import { addImportOptions, type ImportOptions } from './import-options.ts';
import {
  addFiguresOption,
  addShopOptions,
  type FiguresOptions,
  openShop,
  type ShopOptions,
  showFigures,
} from './shop-options.ts';

/** Adds `import catalog`. */
export function registerImportCatalog(parent: Command): void {
  const command = parent
    .command('catalog <file>')
    .description('read a catalog (JSON) without orders; replaces what was imported for the shop before')
    .action(async (file: string, options: ShopOptions & ImportOptions & FiguresOptions) => {
      const { importCatalog } = await import('#trainer/import-catalog.ts');
      const { formatCatalogReport } = await import('#trainer/import-summary.ts');
      const report = await importCatalog({ file, ...options }, await openShop(options));
      await showFigures(formatCatalogReport(report), report, options);
    });
  addFiguresOption(addImportOptions(addShopOptions(command)));
}
