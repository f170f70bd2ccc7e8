import { type Command, Option } from 'commander';
import { addDeploymentOptions } from '#trainer/commands/deployment-options.ts';
import {
  addFiguresOption,
  addShopOptions,
  type FiguresOptions,
  openShop,
  type ShopOptions,
  showFigures,
} from '#trainer/commands/shop-options.ts';
import { countFrom, numberAbove } from '#trainer/commands/train-options.ts';
import type { DeploymentOptions } from '#trainer/deployment.ts';

const HOUR_MS = 60 * 60 * 1000;

type RoundOptions = ShopOptions & DeploymentOptions & { readonly task?: string };

interface OpenOptions extends RoundOptions, FiguresOptions {
  readonly hours: number;
  readonly minBatch: number;
  readonly noiseMultiplier: number;
  readonly clipNorm: number;
  readonly delta: number;
  readonly rank: number;
  readonly separationHours: number;
  readonly maxParticipations: number;
  readonly windowDays: number;
}

/** Adds `round open|simulate|close|apply|status`. */
export function registerRound(parent: Command): void {
  const round = parent.command('round').description('learn from devices: one noised sum, nobody’s history');
  registerOpen(round);
  registerSimulate(round);
  registerClose(round);
  registerApply(round);
  registerStatus(round);
}

function registerOpen(round: Command): void {
  const command = round
    .command('open')
    .description('agree on a task with both parties and offer it to devices')
    .addOption(numberOption('--hours', 'how long devices may report', 24))
    .addOption(
      new Option('--min-batch <number>', 'no sum of fewer reports is released')
        .default(100)
        .argParser(countFrom(100, '--min-batch')),
    )
    .addOption(numberOption('--noise-multiplier', 'each party’s noise on the sum ÷ clip norm', 1.2))
    .addOption(numberOption('--clip-norm', 'L2 bound on one device’s update', 1))
    .addOption(numberOption('--delta', 'delta at which epsilon is stated', 1e-6))
    .addOption(
      new Option('--rank <number>', 'columns of the item table’s change').default(5).argParser(countFrom(1, '--rank')),
    )
    .addOption(numberOption('--separation-hours', 'a device waits this long between two rounds', 24))
    .addOption(
      new Option('--max-participations <number>', 'of one device within the window')
        .default(4)
        .argParser(countFrom(1, '--max-participations')),
    )
    .addOption(numberOption('--window-days', 'the window', 30))
    .action(async (options: OpenOptions) => {
      const { readDataset } = await import('#trainer/dataset.ts');
      const { connectParties } = await import('#trainer/deployment.ts');
      const { learningFile } = await import('#trainer/learning-file.ts');
      const { loadModel } = await import('#trainer/model-store.ts');
      const { openRound } = await import('#trainer/open-round.ts');
      const { saveRound } = await import('#trainer/round-file.ts');
      const { formatOpenRound, roundFigures } = await import('#trainer/format-round.ts');
      const { MAX_BATCH } = await import('#protocol/task.ts');
      const workspace = await openShop(options);
      const { rank, clipNorm, minBatch, noiseMultiplier, delta, maxParticipations } = options;
      const { trained } = await loadModel(workspace);
      const choices = {
        ...{ rank, clipNorm, minBatch, noiseMultiplier, delta, maxParticipations },
        maxBatch: MAX_BATCH,
        minSeparationMs: Math.round(options.separationHours * HOUR_MS),
        privacyWindowMs: Math.round(options.windowDays * 24 * HOUR_MS),
        durationMs: Math.round(options.hours * HOUR_MS),
      };
      const parties = await connectParties(workspace, options);
      const learning = await learningFile(workspace, trained).load();
      const numBefore = learning?.state.numRounds ?? 0;
      const opened = await openRound(await readDataset(workspace), trained, { parties, choices, numBefore });
      await saveRound(workspace, opened);
      await showFigures(formatOpenRound(opened), roundFigures(opened), options);
    });
  addFiguresOption(addDeploymentOptions(addShopOptions(command)));
}

function registerSimulate(round: Command): void {
  const command = round
    .command('simulate')
    .description('let customers’ order histories take part as devices, through the very code of a device')
    .requiredOption('--devices <number>', 'how many', countFrom(1, '--devices'))
    .option('--task <id>', 'which round (default: the latest)')
    .action(async (options: RoundOptions & { readonly devices: number }) => {
      const { connectParties } = await import('#trainer/deployment.ts');
      const { readDataset } = await import('#trainer/dataset.ts');
      const { loadModel } = await import('#trainer/model-store.ts');
      const { startProgress } = await import('#trainer/progress.ts');
      const { findRound, saveRound } = await import('#trainer/round-file.ts');
      const { simulateDevices } = await import('#trainer/simulate-devices.ts');
      const workspace = await openShop(options);
      const found = await findRound(workspace, options.task);
      const { trained } = await loadModel(workspace);
      const bar = startProgress('Simulated devices', options.devices);
      try {
        const counts = await simulateDevices(await readDataset(workspace), trained, {
          round: found,
          parties: await connectParties(workspace, options),
          count: options.devices,
          onDevice: bar.update,
        });
        await saveRound(workspace, { ...found, numSimulated: found.numSimulated + counts.accepted });
        bar.stop();
        process.stdout.write(
          `${counts.accepted} simulated devices accepted, ${counts.late} late, ${counts.full} past the round’s limit\n`,
        );
      } finally {
        bar.stop();
      }
    });
  addDeploymentOptions(addShopOptions(command));
}

function registerClose(round: Command): void {
  const command = round
    .command('close')
    .description('stop admitting reports; both parties add up, add noise and release')
    .option('--task <id>', 'which round (default: the latest)')
    .action(async (options: RoundOptions) => {
      const { closeRound } = await import('#trainer/close-round.ts');
      const { connectParties } = await import('#trainer/deployment.ts');
      const { findRound, saveRound } = await import('#trainer/round-file.ts');
      const { formatState } = await import('#trainer/format-round.ts');
      const workspace = await openShop(options);
      const found = await findRound(workspace, options.task);
      let shown = '';
      const state = await closeRound(await connectParties(workspace, options), found.taskId, (seen) => {
        const line = formatState(seen, found);
        if (line !== shown) process.stdout.write(`${line}\n`);
        shown = line;
      });
      if (state.kind !== 'failed') return;
      await saveRound(workspace, { ...found, outcome: { kind: 'failed', reason: state.reason } });
      process.exitCode = 1;
    });
  addDeploymentOptions(addShopOptions(command));
}

function registerApply(round: Command): void {
  const command = round
    .command('apply')
    .description('judge the model that the sum leads to, and publish it if it is no worse')
    .option('--task <id>', 'which round (default: the latest)')
    .action(async (options: RoundOptions & FiguresOptions) => {
      const { applyRound } = await import('#trainer/apply-round.ts');
      const { connectParties } = await import('#trainer/deployment.ts');
      const { formatApplied } = await import('#trainer/format-round.ts');
      const { findRound } = await import('#trainer/round-file.ts');
      const workspace = await openShop(options);
      const found = await findRound(workspace, options.task);
      const applied = await applyRound(workspace, found, await connectParties(workspace, options));
      await showFigures(formatApplied(applied), applied.figures, options);
    });
  addFiguresOption(addDeploymentOptions(addShopOptions(command)));
}

function registerStatus(round: Command): void {
  const command = round
    .command('status')
    .description('how the latest round stands, and the epsilon spent over all of them')
    .option('--task <id>', 'which round (default: the latest)')
    .action(async (options: RoundOptions) => {
      const { connectParties } = await import('#trainer/deployment.ts');
      const { findRound, listRounds } = await import('#trainer/round-file.ts');
      const { formatLedger, formatState } = await import('#trainer/format-round.ts');
      const workspace = await openShop(options);
      const found = await findRound(workspace, options.task);
      const { leader } = await connectParties(workspace, options);
      process.stdout.write(`${formatState(await leader.roundState(found.taskId), found)}\n`);
      process.stdout.write(`${formatLedger(await listRounds(workspace))}\n`);
    });
  addDeploymentOptions(addShopOptions(command));
}

function numberOption(name: string, description: string, value: number): Option {
  return new Option(`${name} <number>`, description).default(value).argParser(numberAbove(0, name));
}
