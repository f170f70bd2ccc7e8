import { type Command, Option } from 'commander';
import { MAX_BATCH, MAX_PARTICIPATIONS, MAX_RANK } from '#protocol/task.ts';
import { addFiguresOption, type FiguresOptions, showFigures } from '#trainer/commands/shop-options.ts';
import { addTrainOptions, countFrom, numberAbove, type TrainCommandOptions } from '#trainer/commands/train-options.ts';
import { InputError } from '#trainer/input-error.ts';
import type { RunPlan } from '#trainer/simulate/simulation.ts';

interface SimulateOptions extends TrainCommandOptions, FiguresOptions {
  readonly sessions?: string;
  readonly orders?: string;
  readonly topItems?: number;
  readonly devices?: readonly number[];
  readonly rounds: number;
  readonly rank: number;
  readonly epsilon: readonly number[];
  readonly delta: number;
  /** False where `--no-noise` was given. */
  readonly noise: boolean;
  /** False where `--no-ceiling` was given. */
  readonly ceiling: boolean;
  readonly keep: string;
  readonly plot?: string;
}

/** Enough for the base to stop by itself, so that the same command gives the same model again. */
const MAX_MINUTES = 6;
/** A larger log takes longer to learn. */
const CEILING_TIME = 5;

/** Adds `simulate`. */
export function registerSimulate(parent: Command): void {
  const command = parent
    .command('simulate')
    .description('replay a log’s later histories as devices, and measure what a shop learns from their noised sums')
    .addOption(new Option('--sessions <file>', 'sessions, one a line: a device is a session').conflicts('orders'))
    .option('--orders <file>', 'order file: a device is a customer')
    .addOption(
      new Option('--top-items <number>', 'with --sessions: keep only the most frequent items').argParser(
        countFrom(2, '--top-items'),
      ),
    )
    .addOption(
      new Option(
        '--devices <numbers...>',
        `how many, one run each; all where absent, but no more than a batch may have: ${MAX_BATCH}`,
      ).argParser(listOf(countFrom(100, '--devices'))),
    )
    .addOption(
      new Option('--rounds <number>', 'every device takes part in each')
        .default(20)
        .argParser(countFrom(1, '--rounds', MAX_PARTICIPATIONS)),
    )
    .addOption(
      new Option('--rank <number>', 'columns of the item table’s change')
        .default(5)
        .argParser(countFrom(1, '--rank', MAX_RANK)),
    )
    .addOption(
      new Option('--epsilon <numbers...>', 'spent over all rounds and a trial, one run each')
        .default([4])
        .argParser(listOf(numberAbove(0, '--epsilon'))),
    )
    .addOption(
      new Option('--delta <number>', 'of all rounds and a trial').default(1e-6).argParser(numberAbove(0, '--delta')),
    )
    .option('--no-noise', 'also one run each without noise')
    .option('--no-ceiling', 'leave out the model that is trained on the devices’ histories as well')
    .addOption(
      new Option('--keep <dir>', 'where the two trained models are kept for the next time').default(
        '.vitrine/simulate',
      ),
    )
    .option('--plot <file>', 'also draw what is learned at which epsilon, as SVG')
    .action(async (options: SimulateOptions) => {
      const { writeFileAtomically, writeJsonAtomically } = await import('#trainer/atomic-write.ts');
      const { simulate } = await import('#trainer/simulate/simulate.ts');
      const { formatSimulation } = await import('#trainer/simulate/format-simulation.ts');
      const shop = await readShop(options);
      const { rounds, rank, delta, seed, minCustomers, minutes, keep } = options;
      const figures = await simulate(shop, {
        dataset: options.sessions ?? options.orders ?? '',
        plans: plansOf(options, shop.devices.length),
        training: {
          seed,
          minCustomers,
          baseMs: 60_000 * minutes,
          ceilingMs: options.ceiling ? CEILING_TIME * 60_000 * minutes : 0,
          folder: keep,
        },
        settings: { numRounds: rounds, rank, delta, seed },
        onFigures: async (soFar) => {
          if (options.json !== undefined) await writeJsonAtomically(options.json, soFar);
        },
      });
      await showFigures(formatSimulation(figures), figures, options);
      if (options.plot === undefined) return;
      const { plotSimulation } = await import('#trainer/simulate/plot-simulation.ts');
      await writeFileAtomically(options.plot, await plotSimulation(figures));
    });
  addFiguresOption(addTrainOptions(command, MAX_MINUTES));
}

/** Reads `--sessions` or `--orders`. */
async function readShop({ sessions, orders, topItems }: SimulateOptions) {
  if (sessions !== undefined) {
    const { readSessionShop } = await import('#trainer/simulate/session-shop.ts');
    return readSessionShop(sessions, topItems);
  }
  if (orders === undefined) throw new InputError('expected --sessions or --orders, came neither; name a log');
  if (topItems !== undefined)
    throw new InputError('expected --top-items with --sessions, came with --orders; leave it out');
  const { readOrderShop } = await import('#trainer/simulate/order-shop.ts');
  return readOrderShop(orders);
}

/** Every number of devices with every epsilon; all of them where no number is given, as far as a batch goes. */
export function plansOf(
  { devices, epsilon, noise }: Pick<SimulateOptions, 'devices' | 'epsilon' | 'noise'>,
  numAll: number,
): RunPlan[] {
  const noises = [...(noise ? [] : [{}]), ...epsilon.map((value) => ({ epsilon: value }))];
  return (devices ?? [Math.min(numAll, MAX_BATCH)]).flatMap((numDevices) =>
    noises.map((plan) => ({ numDevices, ...plan })),
  );
}

/** For an option that is given several values. */
function listOf(parse: (text: string) => number): (text: string, before: unknown) => number[] {
  let values: number[] = [];
  return (text) => {
    values = [...values, parse(text)];
    return values;
  };
}
