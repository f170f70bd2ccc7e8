import { type Command, Option } from 'commander';
import { MAX_BATCH, MAX_PARTICIPATIONS } from '#protocol/task.ts';
import type { ShopOptions } from '#trainer/commands/shop-options.ts';
import { countFrom, numberAbove } from '#trainer/commands/train-options.ts';
import type { DeploymentOptions } from '#trainer/deployment.ts';
import type { RoundChoices } from '#trainer/open-round.ts';

export const HOUR_MS = 60 * 60 * 1000;

/** Of every command about one round. */
export type RoundOptions = ShopOptions & DeploymentOptions & { readonly task?: string };

/** Of every command that opens a round. */
export interface ChoiceOptions extends RoundOptions {
  readonly hours: number;
  readonly minBatch: number;
  readonly noiseMultiplier: number;
  readonly separationHours: number;
  readonly maxParticipations: number;
}

/**
 * Adds what {@link choicesOf} reads.
 *
 * @param noiseMultiplier By default.
 */
export function addRoundChoices(command: Command, noiseMultiplier: number): Command {
  return command
    .addOption(numberOption('--hours', 'how long devices may report', 24))
    .addOption(
      new Option('--min-batch <number>', 'no sum of fewer reports is released')
        .default(100)
        .argParser(countFrom(100, '--min-batch')),
    )
    .addOption(
      numberOption(
        '--noise-multiplier',
        'each party’s noise on the sum ÷ the most one device can change it',
        noiseMultiplier,
      ),
    )
    .addOption(numberOption('--separation-hours', 'a device waits this long between two rounds of a kind', 24))
    .addOption(
      new Option('--max-participations <number>', 'of one device within the budget’s window')
        .default(4)
        .argParser(countFrom(1, '--max-participations', MAX_PARTICIPATIONS)),
    );
}

export function choicesOf(options: ChoiceOptions): RoundChoices {
  return {
    minBatch: options.minBatch,
    maxBatch: MAX_BATCH,
    noiseMultiplier: options.noiseMultiplier,
    minSeparationMs: Math.round(options.separationHours * HOUR_MS),
    maxParticipations: options.maxParticipations,
    durationMs: Math.round(options.hours * HOUR_MS),
  };
}

export function numberOption(name: string, description: string, value: number): Option {
  return new Option(`${name} <number>`, description).default(value).argParser(numberAbove(0, name));
}
