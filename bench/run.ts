import { benchItemCodes } from './item-codes.ts';
import { describeMachine } from './machine.ts';
import { compareRecommenders } from './recommendations/compare.ts';
import { benchReports } from './reports.ts';
import { benchScorers } from './scorers.ts';
import { benchSizes } from './sizes.ts';
import { toMarkdown } from './table.ts';
import { compareTraining } from './train/compare.ts';
import { benchWebGpu } from './webgpu.ts';

// `npm run bench`: prints the tables of RESULTS.md. `npm run bench -- train` prints those that are named.
// Quote medians and ratios: machines are shared and noisy.

const BENCHES: Readonly<Record<string, () => Promise<string>>> = {
  bytes: async () => `## Bytes\n\n${toMarkdown(await benchSizes())}`,
  scorers: async () => {
    const { table, note } = await benchScorers();
    return `## Score + top-20, D = 64\n\n${note}\n\n${toMarkdown(table)}`;
  },
  webgpu: async () => {
    const { table, note } = await benchWebGpu();
    return `## Score + top-20 on WebGPU, D = 64\n\n${toMarkdown(table)}\n\n${note}`;
  },
  codes: async () => {
    const { table, note } = await benchItemCodes();
    return `## Items as int8 rows and as codes, 100,000 made up\n\n${toMarkdown(table)}\n\n${note}`;
  },
  reports: async () => `## Reports\n\n${toMarkdown(await benchReports())}`,
  recommendations: async () => `## Recommendations\n\n${await compareRecommenders()}`,
  train: async () => {
    const { table, notes } = await compareTraining();
    return `## Training\n\n${notes.map((note) => `- ${note}`).join('\n')}\n\n${toMarkdown(table)}`;
  },
};
/** From a minute to two hours of all cores: only where they are asked for. */
const SLOW = ['codes', 'train', 'recommendations'];

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  console.error(`expected benchmarks among ${Object.keys(BENCHES).join(', ')}, got ${unknown}`);
  process.exit(2);
}
const names = asked.length > 0 ? asked : Object.keys(BENCHES).filter((name) => !SLOW.includes(name));
console.log(describeMachine());
for (const name of names) console.log(`\n${await BENCHES[name]?.()}`);
process.exit(0);
