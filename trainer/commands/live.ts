import { type Command, Option } from 'commander';
import type { Live } from '#protocol/live.ts';
import { addDeploymentOptions } from '#trainer/commands/deployment-options.ts';
import { addShopOptions, openShop, type ShopOptions } from '#trainer/commands/shop-options.ts';
import type { DeploymentOptions } from '#trainer/deployment.ts';
import type { LiveChange } from '#trainer/live.ts';

type LiveOptions = ShopOptions & DeploymentOptions;

/** Adds `live push|off|on`: what changes between models. */
export function registerLive(parent: Command): void {
  const live = parent.command('live').description('what changes between models: stock, prices, the kill switch');
  registerPush(live);
  registerSwitch(live, {
    verb: 'off',
    shelvesOff: true,
    description: 'the kill switch: every shelf shows the shop’s own list',
  });
  registerSwitch(live, { verb: 'on', shelvesOff: false, description: 'shelves recommend again' });
}

function registerPush(live: Command): void {
  const command = live
    .command('push')
    .description('stock and prices of today; without --stock the last ones, for another seven days')
    .addOption(new Option('--stock <file>', 'CSV with the columns id and stock (in, low, out), price or both'))
    .action(async ({ stock, ...options }: LiveOptions & { readonly stock?: string }) => {
      const { readStockFile } = await import('#trainer/stock-file.ts');
      await push(options, stock === undefined ? {} : await readStockFile(stock));
    });
  addDeploymentOptions(addShopOptions(command));
}

function registerSwitch(
  live: Command,
  { verb, shelvesOff, description }: { readonly verb: string; readonly description: string } & Pick<Live, 'shelvesOff'>,
): void {
  const command = live
    .command(verb)
    .description(description)
    .action((options: LiveOptions) => push(options, { shelvesOff }));
  addDeploymentOptions(addShopOptions(command));
}

async function push(options: LiveOptions, change: LiveChange): Promise<void> {
  const { connectParties, leaderShop } = await import('#trainer/deployment.ts');
  const { pushLive } = await import('#trainer/live.ts');
  const live = await pushLive(leaderShop(await connectParties(await openShop(options), options)), change);
  const { sequence, stock, priceCents, shelvesOff } = live;
  const numPrices = Object.keys(priceCents).length;
  process.stdout.write(
    `pushed live message ${sequence}: ${Object.keys(stock).length} items with stock, ${numPrices} with a price, shelves ${shelvesOff ? 'off' : 'on'}\n`,
  );
}
