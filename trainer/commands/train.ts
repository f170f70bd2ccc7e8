import type { Command } from 'commander';
import { addShopOptions, openShop, type ShopOptions } from '#trainer/commands/shop-options.ts';
import { addTrainOptions, type TrainCommandOptions } from '#trainer/commands/train-options.ts';

/** Adds `train`. */
export function registerTrain(parent: Command): void {
  const command = parent
    .command('train')
    .description('train a model on what was imported; replaces the model trained before')
    .action(async (options: ShopOptions & TrainCommandOptions) => {
      const { trainShop } = await import('#trainer/train-shop.ts');
      const { showTraining } = await import('#trainer/show-training.ts');
      const workspace = await openShop(options);
      const display = showTraining();
      try {
        const { numSteps, trainSeconds } = await trainShop(workspace, { ...options, onProgress: display.show });
        display.stop();
        process.stdout.write(
          `trained in ${trainSeconds.toFixed(0)} s, ${numSteps} steps; "vitrine publish" serves it\n`,
        );
      } finally {
        display.stop();
      }
    });
  addTrainOptions(addShopOptions(command));
}
