import { type Command, Option } from 'commander';
import { CONFIG } from '#trainer/config.ts';
import { InputError, quoteInput } from '#trainer/input-error.ts';

/** Options of every command that trains. */
export interface TrainCommandOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly minCustomers: number;
}

/**
 * Adds `--minutes`, `--seed` and `--min-customers`.
 *
 * @param minutes Unless the option says otherwise.
 */
export function addTrainOptions(command: Command, minutes = 1): Command {
  return command
    .addOption(
      new Option('--minutes <number>', 'time the encoder is trained at most')
        .default(minutes)
        .argParser(numberAbove(0, '--minutes')),
    )
    .addOption(new Option('--seed <number>', 'seed of all that is random').default(1).argParser(countFrom(0, '--seed')))
    .addOption(
      new Option(
        '--min-customers <number>',
        'customers that a pair, an ID delta, a popularity or a re-purchase rate needs to ship',
      )
        .default(CONFIG.minCustomers)
        .argParser(countFrom(1, '--min-customers')),
    );
}

/** Reads an option that is a number above `bound`. */
export function numberAbove(bound: number, name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isFinite(value) && value > bound) return value;
    throw new InputError(`expected ${name} to be a number above ${bound}, came ${quoteInput(text)}; correct it`);
  };
}

/** Reads an option that is a whole number of at least `least` and, where given, at most `most`. */
export function countFrom(least: number, name: string, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const limit = most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`;
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least && value <= most && text.trim() !== '') return value;
    throw new InputError(
      `expected ${name} to be a whole number of at least ${least}${limit}, came ${quoteInput(text)}; correct it`,
    );
  };
}
