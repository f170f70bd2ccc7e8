#!/usr/bin/env node
// Plain JavaScript: it must start under a Node that cannot run TypeScript, to find one that can.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const MIN_NODE_MAJOR = 24; // runs TypeScript files directly
const ownNode = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));

if (!existsSync(new URL('../generated/top-kernel.ts', import.meta.url))) {
  process.stderr.write('expected the compiled kernels in generated/, found none; run "npm run build" once\n');
  process.exitCode = 2;
} else if (Number.parseInt(process.versions.node, 10) >= MIN_NODE_MAJOR) {
  const { runCommandLine } = await import('./cli.ts');
  process.exitCode = await runCommandLine(process.argv);
} else if (existsSync(ownNode) && realpathSync(ownNode) !== realpathSync(process.execPath)) {
  runAgainWith(ownNode);
} else {
  process.stderr.write(
    `expected Node ${MIN_NODE_MAJOR} or later, came ${process.versions.node}; run "npm ci" in the project, which installs one\n`,
  );
  process.exitCode = 2;
}

/** @param {string} node Path of the Node to run this program with. */
function runAgainWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal sends its interrupt to the child as well: a second one could mean "now, at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`expected to start ${node}, but ${error.message}; run "npm ci" in the project again\n`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0); // what a shell makes of a signal
  });
}
