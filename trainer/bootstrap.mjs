// What `npm start`, `npm test` and the other scripts run first, on whatever Node there is: installs the
// dependencies where they are missing or stale, then goes on with the Node that came with them.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MIN_NODE_MAJOR = 20;
const projectFolder = fileURLToPath(new URL('..', import.meta.url));
const binFolder = join(projectFolder, 'node_modules', '.bin');

/** Whether what is installed is what the lock file asks for: npm writes its own copy after installing. */
function isInstalled() {
  const installed = join(projectFolder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed) || !existsSync(join(binFolder, 'node'))) return false;
  if (statSync(installed).mtimeMs >= statSync(join(projectFolder, 'package-lock.json')).mtimeMs) return true;
  const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const wanted = packagesOf(join(projectFolder, 'package-lock.json'));
  const present = packagesOf(installed);
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
  );
}

/** Whether each kernel is there and newer than all sources of its folder: kernels share some. */
function areKernelsBuilt() {
  return ['model', 'privacy', 'trainer'].every((folder) => {
    const sources = join(projectFolder, folder, 'assembly');
    const names = readdirSync(sources);
    const newestMs = Math.max(...names.map((name) => statSync(join(sources, name)).mtimeMs));
    return names
      .filter((name) => name.endsWith('-kernel.ts'))
      .every((name) => {
        const built = statSync(join(projectFolder, 'generated', name), { throwIfNoEntry: false });
        return built !== undefined && built.mtimeMs > newestMs;
      });
  });
}

function run(command, args, env = process.env) {
  const { status, signal } = spawnSync(command, args, {
    cwd: projectFolder,
    stdio: 'inherit',
    env,
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(signal ? 130 : (status ?? 1));
}

if (Number(process.versions.node.split('.')[0]) < MIN_NODE_MAJOR) {
  console.error(
    `expected Node ${MIN_NODE_MAJOR} or newer, got ${process.versions.node}; install a newer one from nodejs.org`,
  );
  process.exit(2);
}
if (!isInstalled()) {
  console.error('Installing dependencies (npm ci); this takes a minute the first time …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}
const env = { ...process.env, PATH: `${binFolder}${delimiter}${process.env.PATH}` };
const node = join(binFolder, 'node');
if (!areKernelsBuilt()) run(node, ['trainer/build-kernels.mjs'], env);

// Ctrl-C reaches the child too; it decides when to end.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
const [script, ...args] = process.argv.slice(2);
run(node, [script, ...args], env);
