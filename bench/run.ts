import { parseArgs } from 'node:util';
import { measureAttacks } from './attacks/attacks.ts';
import { benchItemCodes } from './item-codes.ts';
import { describeMachine } from './machine.ts';
import { benchNoiseOverRounds } from './noise-over-rounds.ts';
import { benchLongTasks } from './pages/long-tasks.ts';
import { benchMemory } from './pages/memory.ts';
import { benchPageMetrics } from './pages/page-metrics.ts';
import { benchRerank } from './pages/rerank.ts';
import { benchVisits } from './pages/visits.ts';
import { benchPrio3 } from './prio3.ts';
import { compareRecommenders } from './recommendations/compare.ts';
import { benchReports } from './reports.ts';
import { benchScorers } from './scorers.ts';
import { benchSearchPeers } from './search-peers.ts';
import { benchSizes } from './sizes.ts';
import { type Row, toMarkdown } from './table.ts';
import { compareTraining } from './train/compare.ts';
import { benchWebGpu } from './webgpu.ts';

// `npm run bench`: prints the tables of RESULTS.md. `npm run bench -- train` prints those that are named;
// `npm run bench -- long-tasks --trace trace.json` keeps a trace for Chrome's Performance panel.
// Quote medians and ratios: machines are shared and noisy.

const { values: options, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: { trace: { type: 'string' } },
});

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
  prio3: async () => {
    const { speed, bytes } = await benchPrio3();
    return `## Prio3, on one core\n\n${toMarkdown(speed)}\n\n${toMarkdown(bytes)}`;
  },
  noise: async () => toSection('Noise correlated over rounds', await benchNoiseOverRounds()),
  recommendations: async () => `## Recommendations\n\n${await compareRecommenders()}`,
  attacks: async () => `## Measured attacks\n\n${await measureAttacks()}`,
  train: async () => toSection('Training', await compareTraining()),
  pages: async () => toSection('Page metrics with the tag and without', await benchPageMetrics()),
  visits: async () => toSection('From script start to the first shelf', await benchVisits()),
  rerank: async () => toSection('From an event to the re-ranked shelf', await benchRerank()),
  'long-tasks': async () =>
    toSection('Long tasks of the main thread', await benchLongTasks({ traceFile: options.trace })),
  memory: async () => toSection("The Worker's memory", await benchMemory()),
  peers: async () => toSection('Vector search from npm', await benchSearchPeers()),
};
/** From a minute to two hours: only where they are asked for. */
const SLOW = [
  ...['codes', 'attacks', 'train', 'recommendations'],
  ...['pages', 'visits', 'rerank', 'long-tasks', 'memory', 'peers'],
];

const unknown = asked.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  console.error(`expected benchmarks among ${Object.keys(BENCHES).join(', ')}, got ${unknown}`);
  process.exit(2);
}
const names = asked.length > 0 ? asked : Object.keys(BENCHES).filter((name) => !SLOW.includes(name));
console.log(describeMachine());
for (const name of names) console.log(`\n${await BENCHES[name]?.()}`);
process.exit(0);

function toSection(
  title: string,
  { table, notes }: { readonly table: readonly Row[]; readonly notes: readonly string[] },
): string {
  return `## ${title}\n\n${notes.map((note) => `- ${note}`).join('\n')}\n\n${toMarkdown(table)}`;
}
