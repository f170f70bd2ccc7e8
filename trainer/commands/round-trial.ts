import { type Command, Option } from 'commander';
import { addDeploymentOptions } from '#trainer/commands/deployment-options.ts';
import { addRoundChoices, type ChoiceOptions, choicesOf, type RoundOptions } from '#trainer/commands/round-options.ts';
import {
  addFiguresOption,
  addShopOptions,
  type FiguresOptions,
  openShop,
  showFigures,
} from '#trainer/commands/shop-options.ts';
import { TRIAL_NOISE_MULTIPLIER } from '#trainer/privacy-budget.ts';

/** Adds `round shadow|back`. */
export function registerTrial(round: Command): void {
  registerShadow(round);
  registerBack(round);
}

function registerShadow(round: Command): void {
  const command = round
    .command('shadow')
    .description('let devices try the model that a released round leads to, before it is published')
    .addOption(new Option('--start', 'or the model that learning began with, to go back to').conflicts('task'))
    .option('--task <id>', 'which round (default: the latest of kind model-update)');
  const withChoices = addRoundChoices(command, TRIAL_NOISE_MULTIPLIER);
  withChoices.action(async (options: ChoiceOptions & FiguresOptions & { readonly start?: true }) => {
    const { connectParties } = await import('#trainer/deployment.ts');
    const { formatOpenRound, roundFigures } = await import('#trainer/format-round.ts');
    const { findUpdateRound } = await import('#trainer/round-ledger.ts');
    const { openShadowRound, openStartTrial } = await import('#trainer/shadow-round.ts');
    const workspace = await openShop(options);
    const parties = await connectParties(workspace, options);
    const choices = choicesOf(options);
    const opened = options.start
      ? await openStartTrial(workspace, parties, choices)
      : await openShadowRound(workspace, parties, { round: await findUpdateRound(workspace, options.task), choices });
    await showFigures(formatOpenRound(opened), roundFigures(opened), options);
  });
  addFiguresOption(addDeploymentOptions(addShopOptions(command)));
}

function registerBack(round: Command): void {
  const command = round
    .command('back')
    .description('go back to the model that learning began with, and forget what rounds have said')
    .action(async (options: RoundOptions & FiguresOptions) => {
      const { connectParties } = await import('#trainer/deployment.ts');
      const { formatPublication } = await import('#trainer/format-publication.ts');
      const { goBack } = await import('#trainer/go-back.ts');
      const workspace = await openShop(options);
      const publication = await goBack(workspace, await connectParties(workspace, options));
      await showFigures(formatPublication(publication), publication, options);
    });
  addFiguresOption(addDeploymentOptions(addShopOptions(command)));
}
