// Finds a browser for the tests, or installs one: a Chromium on the machine, else Playwright's own, else
// Debian's package.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** @returns {string | undefined} Path of a browser that is there. */
export function findBrowser() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const candidates = [process.env.VITRINE_CHROMIUM, ...onPath, chromium.executablePath()];
  return candidates.find((path) => path && existsSync(path));
}

/**
 * @returns {string} Path of a browser, installed now if there was none.
 * @throws {Error} If none can be had; says how to help.
 */
export function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  console.error('No Chromium found: installing one for the tests …');
  for (const [command, ...args] of installers()) {
    spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    const installed = findBrowser();
    if (installed) return installed;
  }
  throw new Error(`expected a browser: set VITRINE_CHROMIUM to one or install one of ${NAMES.join(', ')}`);
}

function installers() {
  const playwright = [process.execPath, join('node_modules', 'playwright-core', 'cli.js'), 'install', 'chromium'];
  if (!existsSync('/usr/bin/apt-get')) return [playwright];
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = [
    [...asRoot, 'apt-get', 'update'],
    [...asRoot, 'apt-get', 'install', '-y', '--no-install-recommends', 'chromium'],
  ];
  return [playwright, ...apt];
}
