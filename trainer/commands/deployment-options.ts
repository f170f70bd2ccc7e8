import type { Command } from 'commander';

/** Adds `--edge` and `--helper`. */
export function addDeploymentOptions(command: Command): Command {
  return command
    .option('--edge <origin>', 'the leader, such as https://edge.example (default: what "vitrine serve" started here)')
    .option('--helper <origin>', 'the helper, likewise');
}
