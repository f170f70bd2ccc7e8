import { type Command, Option } from 'commander';
import type { ShopWorkspace } from '#trainer/workspace.ts';

/** Options of every command that works on one shop. */
export interface ShopOptions {
  readonly workspace: string;
  readonly shop: string;
}

/** Options of every command that prints figures. */
export interface FiguresOptions {
  /** File to write the figures to. */
  readonly json?: string;
}

/** Adds `--workspace` and `--shop`. */
export function addShopOptions(command: Command): Command {
  return command
    .addOption(new Option('--workspace <dir>', 'folder with everything that vitrine keeps').default('.vitrine'))
    .addOption(new Option('--shop <id>', 'which shop in the workspace').default('demo'));
}

/** Adds `--json`. */
export function addFiguresOption(command: Command): Command {
  return command.option('--json <file>', 'also write the printed figures to this file');
}

/** Opens the workspace that {@link addShopOptions} named. */
export async function openShop({ workspace, shop }: ShopOptions): Promise<ShopWorkspace> {
  const { openWorkspace } = await import('#trainer/workspace.ts');
  return openWorkspace(workspace, shop);
}

/** Prints figures to standard output and writes them to the file of `--json`, if there is one. */
export async function showFigures(text: string, figures: unknown, { json }: FiguresOptions): Promise<void> {
  process.stdout.write(`${text}\n`);
  if (json === undefined) return;
  const { writeJsonAtomically } = await import('#trainer/atomic-write.ts');
  await writeJsonAtomically(json, figures);
}
