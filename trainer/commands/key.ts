import type { Command } from 'commander';
import { addDeploymentOptions } from '#trainer/commands/deployment-options.ts';
import { addShopOptions, openShop, type ShopOptions } from '#trainer/commands/shop-options.ts';
import type { DeploymentOptions } from '#trainer/deployment.ts';

/** Adds `key show|new|switch|revoke`: a shop's publishing keys. */
export function registerKey(parent: Command): void {
  const key = parent.command('key').description('the keys that a shop publishes with');
  registerShow(key);
  registerNew(key);
  registerSwitch(key);
  registerRevoke(key);
}

function registerShow(key: Command): void {
  const command = key
    .command('show')
    .description('the keys, and what the tag names')
    .action(async (options: ShopOptions) => {
      const { formatKeys, readPublishingKeys } = await import('#trainer/publishing-keys.ts');
      process.stdout.write(`${formatKeys(await readPublishingKeys(await openShop(options)))}\n`);
    });
  addShopOptions(command);
}

function registerNew(key: Command): void {
  const command = key
    .command('new')
    .description('make a spare key: the next one, or what a lost one is revoked with')
    .action(async (options: ShopOptions) => {
      const { formatKeys, makeNextKey, readPublishingKeys } = await import('#trainer/publishing-keys.ts');
      const workspace = await openShop(options);
      const { publicKey } = await makeNextKey(workspace);
      process.stdout.write(
        `${formatKeys(await readPublishingKeys(workspace))}\nhave the operators run "vitrine shop key add ${options.shop} ${publicKey}", and paste the tag's new data-vitrine-key\n`,
      );
    });
  addShopOptions(command);
}

function registerSwitch(key: Command): void {
  const command = key
    .command('switch')
    .description('sign what is published with the spare key, and publish with it from now on')
    .action(async (options: ShopOptions & DeploymentOptions) => {
      const { switchKey } = await import('#trainer/switch-key.ts');
      const { connectParties } = await import('#trainer/deployment.ts');
      const workspace = await openShop(options);
      const { to, former } = await switchKey(workspace, await connectParties(workspace, options));
      process.stdout.write(
        `published ${to} with the new key; once every page names it, take the old one out of the tag and have the operators run "vitrine shop key revoke ${options.shop} ${former}"\n`,
      );
    });
  addDeploymentOptions(addShopOptions(command));
}

function registerRevoke(key: Command): void {
  const command = key
    .command('revoke <public-key>')
    .description('tell devices to trust an earlier key no longer, from their next live message on')
    .action(async (publicKey: string, options: ShopOptions & DeploymentOptions) => {
      const { connectParties, leaderShop } = await import('#trainer/deployment.ts');
      const { revokeOnDevices } = await import('#trainer/live.ts');
      const { parsePublicKey } = await import('#trainer/shop-actions.ts');
      const { fingerprintOf } = await import('#protocol/keys.ts');
      const revoked = await fingerprintOf(parsePublicKey(publicKey));
      await revokeOnDevices(leaderShop(await connectParties(await openShop(options), options)), revoked);
      process.stdout.write(
        `devices whose tag names the current key after it refuse it from now on; have the operators run "vitrine shop key revoke ${options.shop} ${publicKey}"\n`,
      );
    });
  addDeploymentOptions(addShopOptions(command));
}
