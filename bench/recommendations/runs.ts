import { spawn } from 'node:child_process';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evaluation } from '#trainer/evaluation/evaluation.ts';
import type { RankingMetric } from '#trainer/measure-ranking.ts';

/** One log and how it is asked; what `vitrine evaluate` says of it depends on the seed. */
export interface Log {
  readonly name: string;
  readonly title: string;
  /** Of `vitrine evaluate`, files relative to the folder of the data. */
  readonly args: readonly string[];
  readonly minutes: number;
  /** Customers that a pair needs to ship: the row that counts first. */
  readonly thresholds: readonly number[];
  readonly metrics: readonly RankingMetric[];
}

export const LOGS: readonly Log[] = [
  {
    name: 'diginetica',
    title: 'Diginetica, the next item of a session',
    args: ['--sessions', 'sessions-diginetica'],
    minutes: 10,
    thresholds: [1, 5],
    metrics: ['recallAt20', 'mrrAt20', 'ndcgAt10'],
  },
  {
    name: 'beauty',
    title: 'Amazon Beauty, leave-one-out',
    args: [
      '--sequences',
      'amazon-beauty/Beauty.sequences.txt.gz',
      '--exclude-seen',
      '--items',
      'amazon-beauty/Beauty.items.jsonl.gz',
    ],
    minutes: 4,
    thresholds: [1, 5],
    metrics: ['recallAt10', 'ndcgAt10', 'recallAt20', 'ndcgAt20'],
  },
  {
    name: 'retail',
    title: 'Online Retail, orders from 2011-08-01',
    args: ['--orders', 'online-retail/orders-2010-12-to-2011-08.csv.gz', '--test-from', '2011-08-01'],
    minutes: 2.5,
    thresholds: [5, 1],
    metrics: ['recallAt20', 'ndcgAt20', 'mrrAt20'],
  },
];

/** The threshold that counts is run with each seed, the other with the first. */
export const SEEDS = [1, 2, 3] as const;

/** The command as one would type it, `VITRINE_DATA` naming the folder of the data. */
export function commandOf(log: Log): string {
  return `npx vitrine evaluate ${argumentsOf(log, '$VITRINE_DATA').join(' ')} --min-customers ${log.thresholds[0]} --minutes ${log.minutes} --seed 1`;
}

/**
 * One evaluation's figures: from an earlier run if it is there, else from `vitrine evaluate`.
 *
 * @param folder Keeps the figures and the shop that the runs share.
 */
export async function figuresOf(
  log: Log,
  { seed, minCustomers, data, folder }: { seed: number; minCustomers: number; data: string; folder: string },
): Promise<Evaluation> {
  const file = join(folder, `${log.name}-k${minCustomers}-seed${seed}.json`);
  const kept = await readFile(file, 'utf8').catch(() => undefined); // not measured yet
  if (kept !== undefined) return JSON.parse(kept);
  await mkdir(folder, { recursive: true });
  await run([
    'trainer/vitrine.mjs',
    'evaluate',
    ...argumentsOf(log, data),
    ...['--min-customers', `${minCustomers}`, '--minutes', `${log.minutes}`, '--seed', `${seed}`],
    ...['--workspace', join(folder, log.name), '--json', `${file}.part`, '--report', file.replace(/json$/, 'html')],
  ]);
  await rename(`${file}.part`, file);
  return JSON.parse(await readFile(file, 'utf8'));
}

function argumentsOf({ args }: Log, data: string): string[] {
  return args.map((arg) => (arg.startsWith('--') || /^[\d-]+$/.test(arg) ? arg : join(data, arg)));
}

async function run(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`expected node ${args.join(' ')} to succeed, it ended with ${code}`);
}
