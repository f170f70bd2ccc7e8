import { resolve } from 'node:path';
import { figuresOf, LOGS, SEEDS } from './runs.ts';
import { describeRuns } from './tables.ts';

const FOLDER = '.vitrine/bench';

/**
 * Every log with every seed, some two hours on two cores; what was measured before is read again. Delete the
 * folder to measure anew.
 *
 * @returns Sections of RESULTS.md.
 */
export async function compareRecommenders(): Promise<string> {
  const data = resolve(process.env.VITRINE_DATA ?? '../shared/data');
  const sections: string[] = [];
  for (const log of LOGS) {
    const [counted, other] = log.thresholds as [number, number];
    const seeds = [];
    for (const seed of SEEDS) seeds.push(await figuresOf(log, { seed, minCustomers: counted, data, folder: FOLDER }));
    const under = await figuresOf(log, { seed: SEEDS[0], minCustomers: other, data, folder: FOLDER });
    sections.push(describeRuns(log, { seeds, others: [under] }));
  }
  return sections.join('\n\n');
}
