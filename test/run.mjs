// `npm test` and `npm run test:long`: what the tests need beyond the dependencies, then the tests.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ensureBrowser } from './find-browser.mjs';

const args = process.argv.slice(2);
const isLong = args.includes('--long');
const data = resolve(process.env.VITRINE_DATA ?? '../shared/data');
if (!existsSync(data))
  console.log(`Skipped: tests on real data, since there is no folder ${data} (VITRINE_DATA names another).`);

const env = {
  ...process.env,
  VITRINE_CHROMIUM: ensureBrowser(),
  VITRINE_DATA: data,
  ...(isLong && { VITRINE_LONG: '1' }),
};

function run(script, ...rest) {
  const { status } = spawnSync(process.execPath, [script, ...rest], { stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}

if (!isLong) run('test/check.mjs');
run('trainer/build.ts');
run('node_modules/vitest/vitest.mjs', 'run', ...args.filter((arg) => arg !== '--long'));
