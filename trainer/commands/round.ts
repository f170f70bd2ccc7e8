import { type Command, Option } from 'commander';
import { MAX_RANK } from '#protocol/task.ts';
import { addDeploymentOptions } from '#trainer/commands/deployment-options.ts';
import {
  addRoundChoices,
  type ChoiceOptions,
  choicesOf,
  HOUR_MS,
  numberOption,
  type RoundOptions,
} from '#trainer/commands/round-options.ts';
import { registerTrial } from '#trainer/commands/round-trial.ts';
import {
  addFiguresOption,
  addShopOptions,
  type FiguresOptions,
  openShop,
  type ShopOptions,
  showFigures,
} from '#trainer/commands/shop-options.ts';
import { countFrom, numberAbove } from '#trainer/commands/train-options.ts';
import type { DraftedKind } from '#trainer/draft-round.ts';
import { NOISE_MULTIPLIER } from '#trainer/privacy-budget.ts';

interface OpenOptions extends ChoiceOptions, FiguresOptions {
  readonly kind: DraftedKind;
  readonly clipNorm: number;
  readonly rank: number;
}

interface BudgetOptions extends ShopOptions {
  readonly epsilon?: number;
  readonly delta?: number;
  readonly windowDays?: number;
}

/** Adds `round budget|open|simulate|close|apply|shadow|back|read|status`. */
export function registerRound(parent: Command): void {
  const round = parent.command('round').description('learn from devices: one noised sum, nobody’s history');
  registerBudget(round);
  registerOpen(round);
  registerSimulate(round);
  registerClose(round);
  registerApply(round);
  registerRead(round);
  registerTrial(round);
  registerStatus(round);
}

function registerBudget(round: Command): void {
  const command = round
    .command('budget')
    .description(
      'show or set how much may be learned about one device; "round open" refuses a round that would pass it',
    )
    .addOption(optionalNumber('--epsilon', 'at most this within any window'))
    .addOption(optionalNumber('--delta', 'at which epsilon is stated'))
    .addOption(optionalNumber('--window-days', 'the window'))
    .action(async ({ epsilon, delta, windowDays, ...options }: BudgetOptions) => {
      const { readBudget, saveBudget } = await import('#trainer/budget-file.ts');
      const { formatBudget } = await import('#trainer/format-budget.ts');
      const { listRounds } = await import('#trainer/round-file.ts');
      const { ledgerTermsOf } = await import('#protocol/ledger.ts');
      const workspace = await openShop(options);
      const rounds = (await listRounds(workspace)).map(({ envelope }) => ledgerTermsOf(envelope));
      const before = await readBudget(workspace);
      const budget = {
        epsilon: epsilon ?? before.epsilon,
        delta: delta ?? before.delta,
        windowDays: windowDays ?? before.windowDays,
      };
      if (epsilon !== undefined || delta !== undefined || windowDays !== undefined) await saveBudget(workspace, budget);
      process.stdout.write(`${formatBudget(budget, rounds, Date.now())}\n`);
    });
  addShopOptions(command);
}

function registerOpen(round: Command): void {
  const command = round
    .command('open')
    .description('agree on a task with both parties and offer it to devices')
    .addOption(
      new Option('--kind <kind>', 'what to learn: the model, counts of events, or which items are wanted')
        .choices(['model-update', 'metrics', 'popularity'] satisfies DraftedKind[])
        .default('model-update'),
    )
    .addOption(numberOption('--clip-norm', 'L2 bound on one device’s update', 1))
    .addOption(
      new Option('--rank <number>', 'columns of the item table’s change')
        .default(5)
        .argParser(countFrom(1, '--rank', MAX_RANK)),
    );
  addRoundChoices(command, NOISE_MULTIPLIER).action(async (options: OpenOptions) => {
    const { readBudget } = await import('#trainer/budget-file.ts');
    const { connectParties } = await import('#trainer/deployment.ts');
    const { draftRound } = await import('#trainer/draft-round.ts');
    const { openRound } = await import('#trainer/open-round.ts');
    const { formatBudget } = await import('#trainer/format-budget.ts');
    const { ledgerTermsOf } = await import('#protocol/ledger.ts');
    const { listRounds } = await import('#trainer/round-file.ts');
    const { formatOpenRound, roundFigures } = await import('#trainer/format-round.ts');
    const workspace = await openShop(options);
    const parties = await connectParties(workspace, options);
    const { kind, rank, clipNorm } = options;
    const windowMs = Math.round(options.separationHours * HOUR_MS);
    const drafted = await draftRound(kind, {
      ...{ workspace, parties, rank, clipNorm, windowMs },
      maxParticipations: options.maxParticipations,
    });
    const opened = await openRound(workspace, parties, { ...drafted, choices: choicesOf(options) });
    const rounds = (await listRounds(workspace)).map(({ envelope }) => ledgerTermsOf(envelope));
    const text = `${formatOpenRound(opened)}\n${formatBudget(await readBudget(workspace), rounds, Date.now())}`;
    await showFigures(text, roundFigures(opened), options);
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
      const { startProgress } = await import('#trainer/progress.ts');
      const { findRound, saveRound } = await import('#trainer/round-file.ts');
      const { simulateDevices } = await import('#trainer/simulate-devices.ts');
      const { readTrainedShop } = await import('#trainer/trained-shop.ts');
      const workspace = await openShop(options);
      const found = await findRound(workspace, options.task);
      const { trained, dataset } = await readTrainedShop(workspace);
      const bar = startProgress('Simulated devices', options.devices);
      try {
        const counts = await simulateDevices(dataset, trained, {
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
    .option('--give-up', 'whatever became of it: its sum is not used')
    .action(async (options: RoundOptions & { readonly giveUp?: true }) => {
      const { closeRound, giveUpRound } = await import('#trainer/close-round.ts');
      const { connectParties } = await import('#trainer/deployment.ts');
      const { findRound, saveRound } = await import('#trainer/round-file.ts');
      const { formatState } = await import('#trainer/format-round.ts');
      const workspace = await openShop(options);
      const found = await findRound(workspace, options.task);
      const parties = await connectParties(workspace, options);
      if (options.giveUp) {
        await saveRound(workspace, await giveUpRound(parties, found));
        process.stdout.write(`round ${found.taskId} is given up; what it spent stays spent\n`);
        return;
      }
      let shown = '';
      const state = await closeRound(parties, found.taskId, (seen) => {
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
    .description('judge the model that the sum leads to, or that devices tried, and publish it or go back')
    .option('--task <id>', 'which round (default: the latest)')
    .action(async (options: RoundOptions & FiguresOptions) => {
      const { applyRound } = await import('#trainer/apply-round.ts');
      const { connectParties } = await import('#trainer/deployment.ts');
      const { formatApplied } = await import('#trainer/format-round.ts');
      const { findRound } = await import('#trainer/round-file.ts');
      const { applyShadowRound } = await import('#trainer/apply-shadow-round.ts');
      const { isShadowRound } = await import('#trainer/shadow-round.ts');
      const { formatShadow } = await import('#trainer/format-shadow.ts');
      const workspace = await openShop(options);
      const found = await findRound(workspace, options.task);
      const parties = await connectParties(workspace, options);
      if (isShadowRound(found)) {
        const tried = await applyShadowRound(workspace, found, parties);
        return showFigures(formatShadow(tried), tried, options);
      }
      const applied = await applyRound(workspace, found, parties);
      await showFigures(formatApplied(applied), applied.figures, options);
    });
  addFiguresOption(addDeploymentOptions(addShopOptions(command)));
}

function registerRead(round: Command): void {
  const command = round
    .command('read')
    .description('show what a released round of counts says, each with its interval')
    .option('--task <id>', 'which round (default: the latest)')
    .action(async (options: RoundOptions & FiguresOptions) => {
      const { readDataset } = await import('#trainer/dataset.ts');
      const { connectParties } = await import('#trainer/deployment.ts');
      const { formatCounts } = await import('#trainer/format-counts.ts');
      const { readCounts } = await import('#trainer/read-counts.ts');
      const { fetchReleasedSum } = await import('#trainer/released-sum.ts');
      const { findRound } = await import('#trainer/round-file.ts');
      const workspace = await openShop(options);
      const found = await findRound(workspace, options.task);
      const released = await fetchReleasedSum(found, await connectParties(workspace, options));
      const counts = await readCounts(released, (await readDataset(workspace)).items);
      await showFigures(formatCounts(counts, released), { count: released.count, counts }, options);
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

function optionalNumber(name: string, description: string): Option {
  return new Option(`${name} <number>`, description).argParser(numberAbove(0, name));
}
