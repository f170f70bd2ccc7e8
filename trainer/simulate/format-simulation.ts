import { formatCount, formatTable, type TableRow } from '#trainer/text-table.ts';
import type { ModelFigures, RunFigures, SimulationOptions } from './simulation.ts';

/** All that a simulation measured, for people and for `--json`. */
export interface SimulationFigures extends SimulationOptions {
  readonly dataset: string;
  readonly numItems: number;
  readonly numCases: number;
  readonly minCustomers: number;
  readonly base: ModelFigures;
  readonly ceiling?: ModelFigures;
  readonly runs: readonly RunFigures[];
}

/** How much of the way from the base to the ceiling a figure has come; 1 is all of it. */
export function shareOfGap(
  value: number,
  { base, ceiling }: { readonly base: number; readonly ceiling: number },
): number {
  return (value - base) / (ceiling - base);
}

/** The simulation as a table for a terminal. */
export function formatSimulation(figures: SimulationFigures): string {
  const { base, ceiling, runs } = figures;
  const rows: TableRow[] = [
    [
      'devices',
      'epsilon',
      'Recall@20',
      'MRR@20',
      'of the gap',
      'sequence',
      'of its gap',
      'judged',
      'CPU s',
      'kB up',
      'kB down',
    ],
    modelRow('base', base),
    ...(ceiling ? [modelRow('ceiling', ceiling)] : []),
    ...runs.map((run) => runRow(run, figures)),
  ];
  return [
    `${figures.dataset}: ${formatCount(figures.numItems)} items, ${formatCount(figures.numCases)} test cases, ${figures.numRounds} ${figures.numRounds === 1 ? 'round' : 'rounds'} of rank ${figures.rank}, delta ${figures.delta} over all rounds and a trial`,
    formatTable(rows),
  ].join('\n\n');
}

function modelRow(name: string, { shipped, sequence }: ModelFigures): TableRow {
  const [recall, mrr, ofSequence] = [shipped.recallAt20, shipped.mrrAt20, sequence.recallAt20].map(percent);
  return [name, '', recall as string, mrr as string, '', ofSequence as string, '', '', '', '', ''];
}

function runRow(run: RunFigures, { base, ceiling }: SimulationFigures): TableRow {
  const { served } = run;
  const share = (of: keyof ModelFigures): string => {
    if (!ceiling) return '';
    const bounds = { base: base[of].recallAt20, ceiling: ceiling[of].recallAt20 };
    return `${Math.round(100 * shareOfGap(served[of].recallAt20, bounds))} %`;
  };
  return [
    formatCount(run.numDevices),
    run.epsilon === undefined ? 'no noise' : String(run.epsilon),
    percent(served.shipped.recallAt20),
    percent(served.shipped.mrrAt20),
    share('shipped'),
    percent(served.sequence.recallAt20),
    share('sequence'),
    judged(run),
    run.cpuSeconds.toFixed(3),
    String(Math.round(run.bytesUp / 1000)),
    String(Math.round(run.bytesDown / 1000)),
  ];
}

/** What became of the learned model; by held-out customers unless it says otherwise. */
function judged({ isPromoted, trial, judgment, roundsPlayed }: RunFigures): string {
  if (trial) return isPromoted ? 'promoted by devices' : 'refused by devices';
  if (judgment.verdict === 'undecided') return 'undecided, nobody to ask';
  return isPromoted ? 'promoted' : `refused in round ${roundsPlayed}`;
}

function percent(share: number): string {
  return (100 * share).toFixed(2);
}
