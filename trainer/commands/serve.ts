import { once } from 'node:events';
import { type Command, Option } from 'commander';
import { addTrainOptions, countFrom, type TrainCommandOptions } from '#trainer/commands/train-options.ts';
import type { ShopSource } from '#trainer/shop-source.ts';

/** So that whoever tries it out waits a minute at most for the demo shop's training. */
const SERVE_MINUTES = 0.6;

interface ServeCommandOptions extends TrainCommandOptions {
  readonly workspace: string;
  readonly shop?: string;
  readonly orders?: string;
  readonly catalog?: string;
  readonly port: number;
  readonly edgePort: number;
  readonly helperPort: number;
}

/** Adds `serve`. */
export function registerServe(parent: Command): void {
  const command = parent
    .command('serve')
    .description('bring up a whole shop on this machine: import, train, publish, both parties and the demo shop')
    .option('--orders <file>', 'fill the shop from an order file (CSV, also gzipped)')
    .option('--catalog <file>', 'fill the shop from a catalog (JSON), alone or beside --orders')
    .addOption(new Option('--workspace <dir>', 'folder with everything that vitrine keeps').default('.vitrine'))
    .option('--shop <id>', 'which shop in the workspace (default: demo, orders or catalog by what it is filled with)')
    .addOption(portOption('--port', 'the shop', 4173))
    .addOption(portOption('--edge-port', 'the leader', 8787))
    .addOption(portOption('--helper-port', 'the helper', 8788))
    .action(async (options: ServeCommandOptions) => {
      const { serveShop } = await import('#trainer/serve-shop.ts');
      const { openWorkspace } = await import('#trainer/workspace.ts');
      const print = (line: string): void => void process.stdout.write(`${line}\n`);
      const source = sourceOf(options);
      const served = await serveShop(openWorkspace(options.workspace, options.shop ?? source.kind), {
        workspaceRoot: options.workspace,
        source,
        ports: { shopPort: options.port, leaderPort: options.edgePort, helperPort: options.helperPort },
        ...options,
        print,
      });
      print('');
      print('Leader and helper both run on this machine: good for trying out, no privacy between them.');
      print(`  shop    ${served.shopOrigin}`);
      print(`  leader  ${served.leaderOrigin}`);
      print(`  helper  ${served.helperOrigin}`);
      print('Ctrl-C stops everything.');
      const stopped = await Promise.race([
        once(process, 'SIGINT').then(() => true),
        once(process, 'SIGTERM').then(() => true),
        served.broken.then(() => false),
      ]);
      await served.stop();
      if (!stopped)
        throw new Error('expected all programs of the shop to keep running, but one ended; the rest was stopped');
    });
  addTrainOptions(command, SERVE_MINUTES);
}

function sourceOf({ orders, catalog }: ServeCommandOptions): ShopSource {
  if (orders !== undefined)
    return { kind: 'orders', file: orders, ...(catalog !== undefined && { catalogFile: catalog }) };
  if (catalog !== undefined) return { kind: 'catalog', file: catalog };
  return { kind: 'demo' };
}

function portOption(name: string, what: string, value: number): Option {
  return new Option(`${name} <number>`, `port of ${what} on 127.0.0.1`).default(value).argParser(countFrom(1, name));
}
