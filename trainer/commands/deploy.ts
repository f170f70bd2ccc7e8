import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import * as v from 'valibot';
import type { PartyRole } from '#protocol/report.ts';
import { PublicKeySchema } from '#protocol/shop.ts';
import { InputError, quoteInput } from '#trainer/input-error.ts';

interface DeployCommandOptions {
  readonly workspace: string;
  readonly role: PartyRole;
  readonly peerKey?: string;
  readonly domain?: string;
  readonly account?: string;
  readonly location?: string;
  readonly development?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Where R2 and D1 can put things. */
const LOCATIONS = ['wnam', 'enam', 'weur', 'eeur', 'apac', 'oc'];

/** Adds `deploy`. */
export function registerDeploy(parent: Command): void {
  parent
    .command('deploy')
    .description('deploy one party to Cloudflare: says what it will do, asks before what may cost, and may be repeated')
    .addOption(
      new Option('--role <role>', 'which party this operator runs').choices(['leader', 'helper']).makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--peer-key <key>',
        'public key of the other operator’s party, or "none" (default: as deployed now)',
      ).argParser(parsePeerKey),
    )
    .addOption(
      new Option(
        '--domain <hostname>',
        'answer on this name of a zone in the account (default: as deployed now, else below workers.dev)',
      ).argParser(parseHostname),
    )
    .addOption(new Option('--account <id>', 'where the token reaches several accounts').env('CLOUDFLARE_ACCOUNT_ID'))
    .addOption(
      new Option('--location <region>', 'where buckets and database are made; can’t be changed later').choices(
        LOCATIONS,
      ),
    )
    .option('--dry-run', 'print what would be done, and do nothing')
    .option('--yes', 'answer yes to every question')
    .option('--development', 'let one account hold both parties: for trying out, no privacy between them')
    .addOption(new Option('--workspace <dir>', 'folder with everything that vitrine keeps').default('.vitrine'))
    .action(async ({ workspace, domain, account, ...options }: DeployCommandOptions) => {
      const { deployParty } = await import('#trainer/deploy/deploy-party.ts');
      const { wranglerIn } = await import('#trainer/deploy/run-wrangler.ts');
      const print = (text: string) => void process.stdout.write(`${text}\n`);
      await deployParty(
        {
          workspaceRoot: workspace,
          role: options.role,
          peerKey: options.peerKey,
          hostname: domain,
          accountId: account,
          location: options.location,
          isDevelopment: options.development ?? false,
          isDryRun: options.dryRun ?? false,
        },
        {
          print,
          confirm: options.yes ? async () => true : askInTerminal,
          buildAssets: async () => {
            const { buildAssets } = await import('#trainer/built-assets.ts');
            await buildAssets((output) => print(`Building ${output}`));
          },
          wranglerIn,
        },
      );
    });
}

async function askInTerminal(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new InputError(`expected a terminal to ask: “${question}”; run this in one, or with --yes`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`\n${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

function parsePeerKey(text: string): string {
  if (text === 'none') return '';
  if (v.is(PublicKeySchema, text)) return text;
  throw new InputError(
    `expected --peer-key to be 43 base64url characters or "none", came ${quoteInput(text)}; copy what the other operator’s "vitrine deploy" printed`,
  );
}

function parseHostname(text: string): string {
  if (/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(text)) return text;
  throw new InputError(
    `expected --domain to be a name such as vitrine.shop.example, came ${quoteInput(text)}; leave scheme and path out`,
  );
}
