import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plansOf } from '#trainer/commands/simulate.ts';
import type { SimulationFigures } from '#trainer/simulate/format-simulation.ts';

const run = promisify(execFile);
let folder: string;

/** 280 of these sessions are devices, and train a base for three seconds. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-test-'));
  const lines = Array.from({ length: 400 }, (_, n) =>
    [1, 2, 5].map((k) => 1 + ((n * k + 3 * k * k + Math.floor(n / 7)) % 30)).join(' '),
  );
  await writeFile(join(folder, 'sessions.txt'), `${lines.join('\n')}\n`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function simulate(...args: string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const common = ['--minutes', '0.05', '--no-ceiling', '--rounds', '1', '--keep', join(folder, 'kept')];
  return run(process.execPath, ['trainer/vitrine.mjs', 'simulate', ...common, ...args]);
}

const sessions = () => ['--sessions', join(folder, 'sessions.txt')];
const figuresIn = async (name: string): Promise<SimulationFigures> =>
  JSON.parse(await readFile(join(folder, name), 'utf8'));

describe('vitrine simulate', () => {
  test('plays every number of devices with every noise, prints, keeps and draws what comes of it', async () => {
    const [json, plot] = [join(folder, 'figures.json'), join(folder, 'plot.svg')];
    const plans = ['--devices', '100', '130', '--no-noise', '--epsilon', '8', '3'];
    const { stdout, stderr } = await simulate(...sessions(), ...plans, '--json', json, '--plot', plot);
    expect(stderr).toContain('Model of the base');
    const { runs, base, numItems } = await figuresIn('figures.json');
    expect(numItems).toBe(30);
    expect(runs.map(({ numDevices, epsilon }) => [numDevices, epsilon])).toEqual(
      [100, 130].flatMap((numDevices) => [undefined, 8, 3].map((epsilon) => [numDevices, epsilon])),
    );
    const percent = (value: number) => (100 * value).toFixed(2);
    const [, , head, baseRow, ...rows] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/devices +epsilon +Recall@20/);
    expect(baseRow?.trim().split(/ +/).slice(0, 2)).toEqual(['base', percent(base.shipped.recallAt20)]);
    for (const [i, { served }] of runs.entries()) expect(rows[i]).toContain(` ${percent(served.shipped.recallAt20)} `);
    expect(rows).toHaveLength(runs.length);
    expect(await readFile(plot, 'utf8')).toMatch(/^<svg/);
  }, 120_000);

  test('trains no model that is kept, and keeps the figures of what was played before it failed', async () => {
    const plans = ['--devices', '100', '400', '--epsilon', '5', '--json', join(folder, 'half.json')];
    const failed = await simulate(...sessions(), ...plans).catch((error: { code: number; stderr: string }) => error);
    expect(failed).toMatchObject({ code: 2 });
    expect(failed.stderr).toContain('expected --devices to be in 100…280, came 400; correct it');
    expect(failed.stderr).not.toContain('Training');
    expect((await figuresIn('half.json')).runs.map(({ numDevices }) => numDevices)).toEqual([100]);
  }, 120_000);

  test.each([
    [70_000, 60_000],
    [2271, 2271],
  ])('plays %d devices, where no number is given, with %d', (numAll, numDevices) => {
    expect(plansOf({ epsilon: [3], noise: true }, numAll)).toEqual([{ numDevices, epsilon: 3 }]);
  });

  test.each<[string[], RegExp]>([
    [[], /expected --sessions or --orders, came neither; name a log/],
    [['--orders', 'x.csv', '--top-items', '20'], /expected --top-items with --sessions, came with --orders/],
    [['--sessions', 'x.txt', '--orders', 'x.csv'], /--sessions.*cannot be used with.*--orders/],
    [['--sessions', '/nowhere/x.txt'], /x\.txt/],
    [['--sessions', 'x.txt', '--epsilon', '0'], /expected --epsilon to be a number above 0, came "0"/],
    [['--sessions', 'x.txt', '--devices', '99'], /expected --devices to be a whole number of at least 100/],
  ])('refuses %j with one sentence', async (args, sentence) => {
    const failed = await simulate(...args).catch((error: { code: number; stderr: string }) => error);
    expect(failed).toMatchObject({ code: 2 });
    expect(failed.stderr).toMatch(sentence);
    expect(failed.stderr.trim().split('\n')).toHaveLength(1);
  });
});
