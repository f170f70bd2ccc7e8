import { Command, CommanderError } from 'commander';
import { registerDeploy } from './commands/deploy.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerEvaluate } from './commands/evaluate.ts';
import { registerImportCatalog } from './commands/import-catalog.ts';
import { registerImportOrders } from './commands/import-orders.ts';
import { registerKey } from './commands/key.ts';
import { registerLive } from './commands/live.ts';
import { registerPublish } from './commands/publish.ts';
import { registerRollback } from './commands/rollback.ts';
import { registerRound } from './commands/round.ts';
import { registerServe } from './commands/serve.ts';
import { registerShop } from './commands/shop.ts';
import { registerSimulate } from './commands/simulate.ts';
import { registerTrain } from './commands/train.ts';
import { EdgeError } from './edge-error.ts';
import { InputError } from './input-error.ts';

const EXIT_UNEXPECTED = 1;
const EXIT_BAD_INPUT = 2;

/**
 * Runs one command of `vitrine`.
 *
 * @param argv As in `process.argv`.
 * @returns The exit code: 0, or what the command says by itself, or 2 for input that cannot be used and for what the edge refuses (one
 *   sentence on standard error), or 1 for anything unexpected (with its stack).
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  try {
    await makeProgram().parseAsync(argv);
    return Number(process.exitCode ?? 0); // a command whose answer is no says so there
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_BAD_INPUT; // it has printed its own message
    if (error instanceof InputError || error instanceof EdgeError) {
      process.stderr.write(`${error.message}\n`);
      return EXIT_BAD_INPUT;
    }
    console.error(error);
    return EXIT_UNEXPECTED;
  }
}

/**
 * A command is a file in `commands/` that exports a function adding it to a parent. It imports
 * what it runs inside its action, so that `--help` loads none of it.
 */
function makeProgram(): Command {
  const program = new Command('vitrine')
    .description("Shop recommendations computed on the shopper's own device.")
    .exitOverride();

  const importing = program.command('import').description("read a shop's files into the workspace");
  registerImportOrders(importing);
  registerImportCatalog(importing);
  registerTrain(program);
  registerEvaluate(program);
  registerPublish(program);
  registerRollback(program);
  registerLive(program);
  registerKey(program);
  registerRound(program);
  registerSimulate(program);
  registerShop(program);
  registerServe(program);
  registerDeploy(program);
  registerDoctor(program);
  return program;
}
