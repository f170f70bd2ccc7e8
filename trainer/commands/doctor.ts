import { join } from 'node:path';
import { type Command, Option } from 'commander';
import * as v from 'valibot';
import { ShopIdSchema } from '#protocol/ids.ts';
import type { PartyRole } from '#protocol/report.ts';
import { addFiguresOption, type FiguresOptions, showFigures } from '#trainer/commands/shop-options.ts';
import { countFrom } from '#trainer/commands/train-options.ts';
import { InputError, quoteInput } from '#trainer/input-error.ts';

interface DoctorCommandOptions extends FiguresOptions {
  readonly workspace: string;
  readonly at: string;
  readonly role?: PartyRole;
  readonly peer?: string;
  readonly shop?: string;
  readonly page?: string;
  readonly days: number;
}

const EXIT_TO_FIX = 1;

/** Adds `doctor`. */
export function registerDoctor(parent: Command): void {
  const command = parent
    .command('doctor')
    .description(
      'look at a running party from outside, and at a shop of it; says what to fix and ends with 1 if anything is',
    )
    .addOption(
      new Option('--at <origin>', 'the party, such as https://edge.example')
        .argParser(originOption('--at'))
        .makeOptionMandatory(),
    )
    .addOption(new Option('--role <role>', 'what it should be (default: as deployed)').choices(['leader', 'helper']))
    .addOption(new Option('--peer <origin>', 'the other operator’s party').argParser(originOption('--peer')))
    .option('--shop <id>', 'a shop of it')
    .addOption(new Option('--page <address>', 'with --shop: a page that has the tag').argParser(parsePage))
    .addOption(
      new Option('--days <number>', 'how long the manifest should last at least')
        .default(7)
        .argParser(countFrom(0, '--days')),
    )
    .addOption(new Option('--workspace <dir>', 'folder with everything that vitrine keeps').default('.vitrine'))
    .action(async ({ workspace, at: origin, ...options }: DoctorCommandOptions) => {
      if (options.page !== undefined && options.shop === undefined) {
        throw new InputError('expected --page with --shop, came without; name the shop too');
      }
      const shop = options.shop === undefined ? undefined : parseShop(options.shop);
      const { examine } = await import('#trainer/deploy/examine.ts');
      const { formatFindings } = await import('#trainer/deploy/finding.ts');
      const { findDeployedParty, keyIfMade } = await import('#trainer/deploy/party-folder.ts');
      const { Visitor } = await import('#trainer/deploy/visitor.ts');
      const { operatorFolder } = await import('#trainer/signing-key.ts');
      const findings = await examine({
        origin,
        role: options.role,
        recorded: await findDeployedParty(workspace, { origin, role: options.role }),
        operatorKey: await keyIfMade(join(operatorFolder(workspace), 'operator-key')),
        peerOrigin: options.peer,
        shop,
        page: options.page,
        minDays: options.days,
        visitor: new Visitor(),
        now: Date.now,
      });
      await showFigures(formatFindings(findings), { origin, findings }, options);
      if (findings.some(({ kind }) => kind === 'to-fix')) process.exitCode = EXIT_TO_FIX;
    });
  addFiguresOption(command);
}

function parseShop(text: string) {
  const parsed = v.safeParse(ShopIdSchema, text);
  if (parsed.success) return parsed.output;
  throw new InputError(
    `expected --shop to be 1–63 of a–z, 0–9 and "-", starting with a letter, came ${quoteInput(text)}; correct it`,
  );
}

function originOption(name: string): (text: string) => string {
  return (text) => {
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) {
      const url = new URL(text);
      if (url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '') return url.origin;
    }
    throw new InputError(
      `expected ${name} to be an origin such as https://edge.example, came ${quoteInput(text)}; correct it`,
    );
  };
}

function parsePage(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InputError(
    `expected --page to be an address such as https://shop.example/, came ${quoteInput(text)}; correct it`,
  );
}
