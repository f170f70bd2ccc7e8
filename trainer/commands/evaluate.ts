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
import type { EvaluationTask } from '#trainer/evaluation/task.ts';
import { InputError, quoteInput } from '#trainer/input-error.ts';

interface EvaluateOptions extends ShopOptions, TrainCommandOptions, FiguresOptions {
  readonly sessions?: string;
  readonly sequences?: string;
  readonly excludeSeen?: boolean;
  readonly items?: string;
  readonly orders?: string;
  readonly testFrom?: number;
  readonly report?: string;
}

/** Latest orders tested on where no date is given. */
const DEFAULT_TEST_SHARE = 0.1;

/** Adds `evaluate`. */
export function registerEvaluate(parent: Command): void {
  const command = parent
    .command('evaluate')
    .description('train on the earlier part of a log and measure the shipped model on the later part, beside baselines')
    .addOption(
      new Option('--sessions <dir>', 'folder with train_sessions.txt and test_pairs.tsv, gzipped or not').conflicts([
        'sequences',
        'orders',
      ]),
    )
    .addOption(
      new Option('--sequences <file>', 'users’ item sequences, one a line: leave-one-out').conflicts(['orders']),
    )
    .option('--exclude-seen', 'with --sequences: leave a user’s own items out of his ranking')
    .option('--items <file>', 'with --sessions or --sequences: a JSON line an item, to give the items text')
    .option(
      '--orders <file>',
      'order file to read instead of what was imported; what was imported and trained stays as it is',
    )
    .addOption(
      new Option(
        '--test-from <date>',
        'with orders: first day of the test, such as 2011-08-01 (default: the latest 10 % of orders)',
      ).argParser(parseDay),
    )
    .option('--report <file>', 'also write a report with plots, one HTML file')
    .action(async (options: EvaluateOptions) => {
      const { evaluate } = await import('#trainer/evaluation/evaluate.ts');
      const { formatEvaluation } = await import('#trainer/evaluation/format-evaluation.ts');
      const { showTraining } = await import('#trainer/show-training.ts');
      const { checkpointFile, textCacheFile } = await import('#trainer/train-shop.ts');
      const workspace = await openShop(options);
      const task = await readTask(options);
      const display = showTraining();
      try {
        const evaluated = await evaluate(
          task,
          {
            maxMs: options.minutes * 60_000,
            seed: options.seed,
            minCustomers: options.minCustomers,
            textCacheFile: `${textCacheFile(workspace)}.evaluate`,
            checkpointFile: `${checkpointFile(workspace)}.evaluate`,
            onProgress: display.show,
          },
          display.note,
        );
        display.stop();
        await showFigures(formatEvaluation(evaluated.evaluation), evaluated.evaluation, options);
        if (options.report !== undefined) {
          const { writeReport } = await import('#trainer/evaluation/write-report.ts');
          await writeReport(options.report, evaluated, task);
        }
      } finally {
        display.stop();
      }
    });
  addFiguresOption(addTrainOptions(addShopOptions(command)));
}

async function readTask(options: EvaluateOptions): Promise<EvaluationTask> {
  if (options.excludeSeen && options.sequences === undefined) {
    throw new InputError('expected --exclude-seen with --sequences, came without; leave it out');
  }
  if (options.testFrom !== undefined && (options.sessions ?? options.sequences) !== undefined) {
    throw new InputError('expected --test-from with orders, came with --sessions or --sequences; leave it out');
  }
  const task = await readLog(options);
  if (options.items === undefined) return task;
  if (task.protocol === 'orders') {
    throw new InputError('expected --items with --sessions or --sequences, came with orders; leave it out');
  }
  const { addItemTexts } = await import('#trainer/evaluation/item-texts.ts');
  return { ...task, known: { ...task.known, items: await addItemTexts(task.known.items, options.items) } };
}

async function readLog(options: EvaluateOptions): Promise<EvaluationTask> {
  if (options.sessions !== undefined) {
    const { readSessionTask } = await import('#trainer/evaluation/session-task.ts');
    return readSessionTask(options.sessions);
  }
  if (options.sequences !== undefined) {
    const { readSequenceTask } = await import('#trainer/evaluation/sequence-task.ts');
    return readSequenceTask(options.sequences, options.excludeSeen ?? false);
  }
  const { orderTask } = await import('#trainer/evaluation/order-task.ts');
  const { timeOfLatestShare } = await import('#trainer/test-cases.ts');
  const { dataset, file } = await readOrderLog(options);
  if (dataset.baskets.length === 0) {
    throw new InputError('expected orders to test on, found a catalog alone; import orders first');
  }
  const testFromMs = options.testFrom ?? timeOfLatestShare(dataset.baskets, DEFAULT_TEST_SHARE);
  return orderTask(dataset, { file, testFromMs });
}

async function readOrderLog(options: EvaluateOptions) {
  if (options.orders === undefined) {
    const { readDataset } = await import('#trainer/dataset.ts');
    return { dataset: await readDataset(await openShop(options)), file: options.shop };
  }
  const { readOrders } = await import('#trainer/import-orders.ts');
  const source = { file: options.orders, columnNames: new Map(), dateFormat: 'iso', encoding: 'utf-8' } as const;
  return { dataset: (await readOrders(source)).dataset, file: options.orders };
}

function parseDay(text: string): number {
  const timeMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isFinite(timeMs)) return timeMs;
  throw new InputError(`expected --test-from to be a day such as 2011-08-01, came ${quoteInput(text)}; correct it`);
}
