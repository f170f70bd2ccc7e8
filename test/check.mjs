// `npm run check`: types, lint and format, sizes, duplicates. Prints what failed.

import { spawnSync } from 'node:child_process';

const CHECKS = [
  ['types', 'tsc', '-p', '.'],
  ['lint and format', 'biome', 'ci', '--colors=off', '--error-on-warnings', '.'],
  ['sizes', process.execPath, 'bench/check-sizes.ts'],
  ['duplicates', 'jscpd', '--config', '.jscpd.json', '.'],
];

let numFailed = 0;
for (const [name, command, ...args] of CHECKS) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status === 0) {
    console.log(`ok      ${name}`);
    continue;
  }
  numFailed++;
  console.log(`FAILED  ${name}\n${stdout}${stderr}`);
}
process.exit(numFailed === 0 ? 0 : 1);
