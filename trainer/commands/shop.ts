import { type Command, Option } from 'commander';
import { REGIONS, type Region } from '#protocol/shop.ts';
import { countFrom } from '#trainer/commands/train-options.ts';

interface OperatorOptions {
  readonly workspace: string;
  readonly at?: readonly string[];
}

interface SettingsOptions extends OperatorOptions {
  readonly origin?: readonly string[];
  readonly region?: Region;
  readonly storageMb?: number;
  readonly reportsPerRound?: number;
}

const MB = 1_000_000;

/** Adds `shop create|set|list|show|suspend|resume|delete|key|audit`: what an operator does with shops. */
export function registerShop(parent: Command): void {
  const shop = parent.command('shop').description('make, list, change and delete shops at a party, as its operator');
  registerCreate(shop);
  registerSet(shop);
  registerList(shop);
  registerShow(shop);
  registerStates(shop);
  registerDelete(shop);
  registerKeys(shop);
  registerAudit(shop);
  registerOperatorKey(shop);
}

function registerCreate(shop: Command): void {
  const command = shop
    .command('create <id>')
    .description('make a shop; a repeat with the same options changes nothing')
    .requiredOption('--origin <origin...>', 'origins of its pages, such as https://shop.example')
    .option('--key <public key...>', 'its publishing keys, as "vitrine key show" prints them')
    .action(async (id: string, options: SettingsOptions & { readonly key?: readonly string[] }) => {
      await atEach(options, async ({ operator, actions }) => {
        const made = await actions.createShop(operator, { id, settings: settingsOf(options), keys: options.key ?? [] });
        return actions.formatShop(made);
      });
    });
  addSettings(addOperatorOptions(command));
}

function registerSet(shop: Command): void {
  const command = shop
    .command('set <id>')
    .description('change some of a shop’s settings; what is not given stays')
    .option('--origin <origin...>', 'origins of its pages, in place of those that it has')
    .action(async (id: string, options: SettingsOptions) => {
      await atEach(options, async ({ operator, actions }) =>
        actions.formatShop(await actions.changeShop(operator, { id, settings: settingsOf(options) })),
      );
    });
  addSettings(addOperatorOptions(command));
}

function registerList(shop: Command): void {
  const command = shop
    .command('list')
    .description('all shops')
    .action(async (options: OperatorOptions) => {
      await atEach(options, async ({ operator, actions }) => actions.formatShops(await operator.listShops()));
    });
  addOperatorOptions(command);
}

function registerShow(shop: Command): void {
  const command = shop
    .command('show <id>')
    .description('settings, state and keys of a shop')
    .action(async (id: string, options: OperatorOptions) => {
      await atEach(options, async ({ operator, actions }) =>
        actions.formatShop(await actions.requireShop(operator, id)),
      );
    });
  addOperatorOptions(command);
}

function registerStates(shop: Command): void {
  const verbs = [
    ['suspend', 'suspended', 'serve and take nothing of a shop, until it is resumed'],
    ['resume', 'active', 'let a suspended shop go on'],
  ] as const;
  for (const [verb, state, description] of verbs) {
    const command = shop
      .command(`${verb} <id>`)
      .description(description)
      .action(async (id: string, options: OperatorOptions) => {
        await atEach(options, async ({ operator, actions }) => {
          const { shop: known } = await actions.requireShop(operator, id);
          return actions.formatShop(await operator.setState(known, state));
        });
      });
    addOperatorOptions(command);
  }
}

function registerDelete(shop: Command): void {
  const command = shop
    .command('delete <id>')
    .description('delete a shop with all it has, for good; its id is not given again')
    .requiredOption('--confirm <id>', 'the id once more')
    .action(async (id: string, options: OperatorOptions & { readonly confirm: string }) => {
      const { InputError, quoteInput } = await import('#trainer/input-error.ts');
      if (options.confirm !== id) {
        throw new InputError(
          `expected --confirm to be ${quoteInput(id)}, came ${quoteInput(options.confirm)}; nothing was deleted`,
        );
      }
      await atEach(options, async ({ operator, actions }) => {
        const { shop: known } = await actions.requireShop(operator, id);
        await operator.deleteShop(known);
        return `deleted ${known}`;
      });
    });
  addOperatorOptions(command);
}

function registerKeys(shop: Command): void {
  const key = shop.command('key').description('publishing keys of a shop');
  const verbs = [
    ['add', 'addKey', 'let one more key publish, such as while a shop changes its key'],
    ['revoke', 'revokeKey', 'take everything from a key, for good: what it has signed is served no longer'],
  ] as const;
  for (const [verb, method, description] of verbs) {
    const command = key
      .command(`${verb} <id> <public-key>`)
      .description(description)
      .action(async (id: string, publicKey: string, options: OperatorOptions) => {
        await atEach(options, async ({ operator, actions }) => {
          const { shop: known } = await actions.requireShop(operator, id);
          return actions.formatShop(await operator[method](known, actions.parsePublicKey(publicKey)));
        });
      });
    addOperatorOptions(command);
  }
}

function registerAudit(shop: Command): void {
  const command = shop
    .command('audit <id>')
    .description('who changed what, latest first')
    .action(async (id: string, options: OperatorOptions) => {
      await atEach(options, async ({ operator, actions }) =>
        actions.formatAudit(await operator.auditLog(actions.parseShopId(id))),
      );
    });
  addOperatorOptions(command);
}

function registerOperatorKey(shop: Command): void {
  shop
    .command('operator-key')
    .description('the public key that a party knows its operator by: the variable OPERATOR_PUBLIC_KEY')
    .addOption(workspaceOption())
    .action(async ({ workspace }: OperatorOptions) => {
      const { operatorKey } = await import('#trainer/signing-key.ts');
      process.stdout.write(`${(await operatorKey(workspace)).publicKey}\n`);
    });
}

/** Runs at each party that is named, one after the other, and prints what came of it under its address. */
async function atEach(
  { workspace, at }: OperatorOptions,
  run: (party: {
    readonly operator: import('#trainer/operator-client.ts').OperatorClient;
    readonly actions: typeof import('#trainer/shop-actions.ts');
  }) => Promise<string>,
): Promise<void> {
  const { connectOperator } = await import('#trainer/deployment.ts');
  const actions = await import('#trainer/shop-actions.ts');
  for (const operator of await connectOperator(workspace, at)) {
    const { role } = await operator.identity();
    const text = await run({ operator, actions });
    process.stdout.write(`${role} ${operator.origin}\n${text.replaceAll(/^/gm, '  ')}\n`);
  }
}

function settingsOf({ origin, region, storageMb, reportsPerRound }: SettingsOptions) {
  return {
    ...(origin && { allowedOrigins: [...origin] }),
    ...(region && { region }),
    limits: {
      ...(storageMb !== undefined && { storageBytes: storageMb * MB }),
      ...(reportsPerRound !== undefined && { reportsPerRound }),
    },
  };
}

function addSettings(command: Command): Command {
  return command
    .addOption(new Option('--region <region>', 'where its rounds are kept').choices(REGIONS))
    .addOption(
      new Option('--storage-mb <number>', 'most that all of its files take, in megabytes').argParser(
        countFrom(1, '--storage-mb'),
      ),
    )
    .addOption(
      new Option('--reports-per-round <number>', 'most reports that one of its rounds takes').argParser(
        countFrom(1, '--reports-per-round'),
      ),
    );
}

function addOperatorOptions(command: Command): Command {
  return command
    .addOption(workspaceOption())
    .option(
      '--at <origin...>',
      'the party, such as https://edge.example (default: both that "vitrine serve" started here)',
    );
}

function workspaceOption(): Option {
  return new Option('--workspace <dir>', 'folder with everything that vitrine keeps').default('.vitrine');
}
