import type { Command } from 'commander';
import { addDeploymentOptions } from '#trainer/commands/deployment-options.ts';
import { addShopOptions, openShop, type ShopOptions } from '#trainer/commands/shop-options.ts';
import type { DeploymentOptions } from '#trainer/deployment.ts';

/** Adds `rollback`. */
export function registerRollback(parent: Command): void {
  const command = parent
    .command('rollback')
    .description('serve an earlier version again; devices have it within a minute of their next page')
    .option('--to <version>', 'which one (default: the one before the current one)')
    .action(async ({ to, ...options }: ShopOptions & DeploymentOptions & { readonly to?: string }) => {
      const { connectParties, leaderShop } = await import('#trainer/deployment.ts');
      const { rollBack } = await import('#trainer/republish.ts');
      const done = await rollBack(leaderShop(await connectParties(await openShop(options), options)), to);
      process.stdout.write(`${done.from} is replaced by ${done.to}, which is ${done.of} under a new number\n`);
    });
  addDeploymentOptions(addShopOptions(command));
}
