import { type Command, Option } from 'commander';
import {
  addFiguresOption,
  addShopOptions,
  type FiguresOptions,
  openShop,
  type ShopOptions,
  showFigures,
} from '#trainer/commands/shop-options.ts';
import { addTrainOptions, type TrainCommandOptions } from '#trainer/commands/train-options.ts';
import { InputError, quoteInput } from '#trainer/input-error.ts';

interface EvaluateOptions extends ShopOptions, TrainCommandOptions, FiguresOptions {
  readonly orders?: string;
  readonly testFrom?: number;
}

/** Latest orders tested on where no date is given. */
const DEFAULT_TEST_SHARE = 0.1;

/** Adds `evaluate`. */
export function registerEvaluate(parent: Command): void {
  const command = parent
    .command('evaluate')
    .description('train on earlier orders and measure the shipped model on later ones, beside trivial baselines')
    .option('--orders <file>', 'order file to read instead of what was imported; the workspace stays as it is')
    .addOption(
      new Option(
        '--test-from <date>',
        'first day of the test, such as 2011-08-01 (default: the latest 10 % of orders)',
      ).argParser(parseDay),
    )
    .action(async (options: EvaluateOptions) => {
      const { evaluateOrders } = await import('#trainer/evaluate.ts');
      const { formatEvaluation } = await import('#trainer/format-evaluation.ts');
      const { showTraining } = await import('#trainer/show-training.ts');
      const { textCacheFile } = await import('#trainer/train-shop.ts');
      const { timeOfLatestShare } = await import('#trainer/test-cases.ts');
      const workspace = await openShop(options);
      const dataset = await readDatasetOf(options);
      if (dataset.baskets.length === 0)
        throw new InputError('expected orders to test on, found a catalog alone; import orders first');
      const display = showTraining();
      try {
        const evaluation = await evaluateOrders(dataset, {
          testFromMs: options.testFrom ?? timeOfLatestShare(dataset.baskets, DEFAULT_TEST_SHARE),
          maxMs: options.minutes * 60_000,
          seed: options.seed,
          minCustomers: options.minCustomers,
          textCacheFile: `${textCacheFile(workspace)}.evaluate`,
          onProgress: display.show,
        });
        display.stop();
        await showFigures(formatEvaluation(evaluation), evaluation, options);
      } finally {
        display.stop();
      }
    });
  addFiguresOption(addTrainOptions(addShopOptions(command)));
}

async function readDatasetOf(options: EvaluateOptions) {
  if (options.orders === undefined) {
    const { readDataset } = await import('#trainer/dataset.ts');
    return readDataset(await openShop(options));
  }
  const { readOrders } = await import('#trainer/import-orders.ts');
  return (await readOrders({ file: options.orders, columnNames: new Map(), dateFormat: 'iso', encoding: 'utf-8' }))
    .dataset;
}

function parseDay(text: string): number {
  const timeMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isFinite(timeMs)) return timeMs;
  throw new InputError(`expected --test-from to be a day such as 2011-08-01, came ${quoteInput(text)}; correct it`);
}
