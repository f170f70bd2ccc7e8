import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { makeScratchFolder } from './scratch-folder.ts';

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

function vitrine(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['trainer/vitrine.mjs', ...args], (error, output, errors) =>
      resolve({ code: Number(error?.code ?? 0), output, errors }),
    );
  });
}

const VERBS = [
  ...['train', 'evaluate', 'publish', 'serve', 'simulate', 'deploy', 'doctor'],
  ...['shop create', 'shop set', 'shop list', 'shop show', 'shop suspend', 'shop resume', 'shop delete'],
  ...['shop key add', 'shop key revoke', 'shop audit', 'shop operator-key'],
  ...['round budget', 'round open', 'round simulate', 'round close', 'round apply'],
];

describe('the command line', () => {
  test.each([...VERBS, 'round status', 'import orders', 'import catalog'])('%s explains itself', async (verb) => {
    const { code, output } = await vitrine(...verb.split(' '), '--help');
    expect(code).toBe(0);
    expect(output).toContain(`Usage: vitrine ${verb}`);
  });

  test.each([
    ['train --minutes soon', /expected --minutes to be a number above 0, came "soon"/],
    ['train --seed -4', /expected --seed to be a whole number of at least 0/],
    ['evaluate --test-from yesterday', /expected --test-from to be a day such as 2011-08-01, came "yesterday"/],
    ['round open --min-batch 99', /expected --min-batch to be a whole number of at least 100/],
    ['round open --rank 17', /expected --rank to be a whole number of at least 1 and at most 16, came "17"/],
    ['round open --max-participations 251', /expected --max-participations to be .* at most 250, came "251"/],
    ['serve --port web', /expected --port to be a whole number of at least 1, came "web"/],
    ['train', /expected .*catalog\.json.*run "vitrine import/],
    ['publish', /expected .*catalog\.json, but it cannot be read; run "vitrine import orders FILE"/],
    ['round budget --epsilon -3', /expected --epsilon to be a number above 0, came "-3"/],
    ['round budget --delta 0.2', /privacy-budget\.json, field delta: expected <=0\.001, came 0\.2/],
    ['shop list', /expected to know the party, found none; start "vitrine serve" or name it with --at/],
    ['shop delete mug-shop --confirm mugs', /expected --confirm to be "mug-shop", came "mugs"; nothing was deleted/],
    ['round close', /expected a round of shop demo, found none; run "vitrine round open" first/],
  ])('"%s" without what it needs ends with 2 and one sentence', async (line, sentence) => {
    const workspace = await makeScratchFolder();
    const { code, output, errors } = await vitrine(...line.split(' '), '--workspace', workspace);
    expect(errors).toMatch(sentence);
    expect(errors.trim().split('\n')).toHaveLength(1);
    expect({ code, output }).toEqual({ code: 2, output: '' });
  });

  test('round budget keeps what was set and shows how much of it is used up', async () => {
    const workspace = await makeScratchFolder();
    const set = await vitrine('round', 'budget', '--epsilon', '3.5', '--window-days', '14', '--workspace', workspace);
    expect(set).toMatchObject({ code: 0, errors: '' });
    const shown = await vitrine('round', 'budget', '--workspace', workspace);
    expect(shown.output).toBe(
      'privacy budget: epsilon 3.5 at delta 0.000001 for one device in 14 days\nspent by one device at most: 0.00 (0 rounds in this folder, of all times and outcomes)\n',
    );
  });
});
