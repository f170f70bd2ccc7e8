import { type Command, Option } from 'commander';
import { DATE_FORMATS, type DateFormat } from '#trainer/order-date.ts';
import { addImportOptions, type ImportOptions } from './import-options.ts';
import {
  addFiguresOption,
  addShopOptions,
  type FiguresOptions,
  openShop,
  type ShopOptions,
  showFigures,
} from './shop-options.ts';

interface OrdersOptions extends ShopOptions, ImportOptions, FiguresOptions {
  readonly column: readonly string[];
  readonly dateFormat: DateFormat;
  readonly catalog?: string;
}

/** Adds `import orders`. */
export function registerImportOrders(parent: Command): void {
  const command = parent
    .command('orders <file>')
    .description('read order lines (CSV, also gzipped); replaces what was imported for the shop before')
    .option(
      '--catalog <file>',
      'catalog (JSON) that gives titles, prices and pictures, and decides which items there are',
    )
    .option(
      '--column <key=name>',
      'name in the header of a column that was not found, such as title=Description; may be repeated',
      (option: string, earlier: readonly string[]) => [...earlier, option],
      [],
    )
    .addOption(
      new Option('--date-format <format>', 'how to read 12/01/2010: month or day first')
        .choices(DATE_FORMATS)
        .default('iso', 'only dates such as 2010-12-01 08:26:00'),
    )
    .action(async (file: string, { column, catalog, ...options }: OrdersOptions) => {
      const { importOrders } = await import('#trainer/import-orders.ts');
      const { formatOrdersReport } = await import('#trainer/import-summary.ts');
      const { parseColumnOptions } = await import('#trainer/order-columns.ts');
      const source = { file, columnNames: parseColumnOptions(column), ...options };
      const report = await importOrders(
        catalog === undefined ? source : { ...source, catalogFile: catalog },
        await openShop(options),
      );
      await showFigures(formatOrdersReport(report), report, options);
    });
  addFiguresOption(addImportOptions(addShopOptions(command)));
}
