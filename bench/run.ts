import { describeMachine } from './machine.ts';
import { benchReports } from './reports.ts';
import { benchScorers } from './scorers.ts';
import { benchSizes } from './sizes.ts';
import { toMarkdown } from './table.ts';

// `npm run bench`: prints the tables of RESULTS.md. Quote medians and ratios: machines are shared and noisy.
console.log(describeMachine());
console.log(`\n## Bytes\n\n${toMarkdown(await benchSizes())}`);
console.log(`\n## Score + top-20, D = 64\n\n${toMarkdown(await benchScorers())}`);
console.log(`\n## Reports\n\n${toMarkdown(await benchReports())}`);
process.exit(0);
