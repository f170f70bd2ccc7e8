import type { Command } from 'commander';
import { InputError, quoteInput } from '#trainer/input-error.ts';

/** Options of both imports. */
export interface ImportOptions {
  readonly encoding: string;
  /** ISO 4217. */
  readonly currency?: string;
}

/** Adds `--encoding` and `--currency`. */
export function addImportOptions(command: Command): Command {
  return command
    .option('--encoding <name>', 'encoding of the files: utf-8, latin1, utf-16le and others', 'utf-8')
    .option('--currency <code>', 'currency of the prices, such as EUR', parseCurrency);
}

function parseCurrency(text: string): string {
  if (/^[A-Z]{3}$/.test(text)) return text;
  throw new InputError(
    `expected --currency to be three capital letters such as EUR, came ${quoteInput(text)}; correct it`,
  );
}
