import type { Command } from 'commander';
import { addDeploymentOptions } from '#trainer/commands/deployment-options.ts';
import {
  addFiguresOption,
  addShopOptions,
  type FiguresOptions,
  openShop,
  type ShopOptions,
  showFigures,
} from '#trainer/commands/shop-options.ts';
import type { DeploymentOptions } from '#trainer/deployment.ts';

/** Adds `publish`. */
export function registerPublish(parent: Command): void {
  const command = parent
    .command('publish')
    .description('serve the trained model: upload what changed, then switch the signed manifest')
    .action(async (options: ShopOptions & DeploymentOptions & FiguresOptions) => {
      const { connectParties, leaderShop } = await import('#trainer/deployment.ts');
      const { publishModel } = await import('#trainer/publish.ts');
      const { formatPublication } = await import('#trainer/format-publication.ts');
      const { readTrainedShop } = await import('#trainer/trained-shop.ts');
      const workspace = await openShop(options);
      const { trained, dataset } = await readTrainedShop(workspace);
      const parties = await connectParties(workspace, options);
      const publication = await publishModel(trained, dataset, leaderShop(parties));
      await showFigures(formatPublication(publication), publication, options);
    });
  addFiguresOption(addDeploymentOptions(addShopOptions(command)));
}
