import { BASELINES, type Evaluation, type MeasuredRow } from '#trainer/evaluation/evaluation.ts';
import { labelAblated, labelMetric, RECOMMENDER_LABELS, UNIT_LABELS } from '#trainer/evaluation/labels.ts';
import { RANKING_METRICS, type RankingMetric, type RankingMetrics } from '#trainer/measure-ranking.ts';
import { type Row, toMarkdown } from '../table.ts';
import { commandOf, type Log } from './runs.ts';

/** Evaluations of one log: one a seed under the threshold that counts, and those under others. */
export interface Runs {
  readonly seeds: readonly Evaluation[];
  readonly others: readonly Evaluation[];
}

/** A log's section of RESULTS.md. */
export function describeRuns(log: Log, { seeds, others }: Runs): string {
  const [first] = seeds as [Evaluation];
  const { protocol, minCustomers, numTest, numUnits, numItems, textSource, shipped, backend } = first;
  const units = UNIT_LABELS[protocol];
  const times = seeds.map(({ trainSeconds }) => trainSeconds.toFixed(0)).join(', ');
  const speeds = seeds.map(({ stepsPerSecond }) => stepsPerSecond.toFixed(1)).join(', ');
  return [
    `### ${log.title}`,
    `\`\`\`sh\n${commandOf(log)}\n\`\`\``,
    `${number(numTest)} cases of ${number(numUnits)} ${units}, ${number(numItems)} items; text features: ${textSource}. ${seeds.length > 1 ? 'Means over seeds' : 'Seed'} ${seeds.map(({ seed }) => seed).join(', ')} at k = ${minCustomers}, in percent, with the means of their 95 % intervals by bootstrap over ${units}. Trained in ${times} s, ${speeds} steps a second, on ${backend}; the bundle has ${(shipped.bytes / 1e6).toFixed(2)} MB.`,
    toMarkdown(qualityTable(log, { seeds, others })),
    comparisonLine(seeds),
    ...segmentLines(seeds),
    'Terms: weights fitted anew for each row, asked of at most 3,000 of the cases, lists not varied.',
    toMarkdown(ablationTable(seeds)),
  ].join('\n\n');
}

function qualityTable({ metrics }: Log, { seeds, others }: Runs): Row[] {
  const [{ protocol }] = seeds as [Evaluation];
  const cells = (rows: readonly RankingMetrics[]): Row => metrics.map((metric) => percent(meanOf(rows, metric)));
  const measured = (rows: readonly MeasuredRow[]): Row =>
    metrics.map((metric) => {
      const ends = (['low', 'high'] as const).map((end) =>
        percent(mean(rows.map((row) => row.intervals[metric][end]))),
      );
      return `${percent(meanOf(rows, metric))} (${ends.join('–')})`;
    });
  return [
    ['', ...metrics.map((metric) => labelMetric(metric, protocol))],
    ['**vitrine, int8 as shipped**', ...measured(seeds.map(({ shipped }) => shipped))],
    ...seeds.map(({ seed, shipped }): Row => [`seed ${seed}`, ...cells([shipped])]),
    ...others.map(({ seed, minCustomers, shipped }): Row => [`seed ${seed}, k = ${minCustomers}`, ...cells([shipped])]),
    ['before quantization', ...cells(seeds.map(({ float }) => float))],
    ...BASELINES.map(
      (name): Row => [RECOMMENDER_LABELS[name], ...measured(seeds.map(({ baselines }) => baselines[name]))],
    ),
  ];
}

/** Beside the best baseline, and beside itself before quantization. */
function comparisonLine(seeds: readonly Evaluation[]): string {
  const beside = seeds.flatMap(({ seed, comparisons = [] }) =>
    comparisons
      .filter(({ other, metric }) => other !== 'float' && metric === 'ndcgAt20')
      .map(({ other, ratio }) => {
        const interval = `${ratio.low.toFixed(3)}–${ratio.high.toFixed(3)}`;
        return `${ratio.value.toFixed(3)} × ${RECOMMENDER_LABELS[other]} (${interval}, seed ${seed})`;
      }),
  );
  const losses = seeds.flatMap(({ shipped, float }) =>
    RANKING_METRICS.map((metric) => 1 - shipped[metric] / float[metric]),
  );
  return `NDCG@20 beside the best baseline: ${beside.join(', ')}. int8 loses at most ${percent(Math.max(0, ...losses))} % of any of the ${RANKING_METRICS.length} metrics in any run.`;
}

function segmentLines(seeds: readonly Evaluation[]): string[] {
  const lines: string[] = [];
  const cold = seeds.flatMap(({ coldItems }) => coldItems ?? []);
  if (cold[0]) {
    const [ours, untold, text] = (['shipped', 'withoutFresh', 'textOnly'] as const).map((name) =>
      mean(cold.map((run) => run[name].recallAt20)),
    ) as [number, number, number];
    lines.push(
      `Items that nobody had ordered before a cut (${number(cold[0].numCases)} cases, cuts ${cold[0].cutDates.join(', ')}), among all that were ordered by the end of the month after it: Recall@20 ${percent(ours)}, by text alone ${percent(text)}: ${(ours / text).toFixed(2)} ×. The model is told which items are new, as by a catalog's dates, the text is not; without its term for new items it finds ${percent(untold)}.`,
    );
  }
  const firstTime = seeds.flatMap(({ firstTime: figures }) => figures ?? []);
  if (firstTime[0]) {
    const figures = (['shipped', 'itemKnn', 'sessionKnn'] as const).map(
      (name) => `${RECOMMENDER_LABELS[name]} ${percent(mean(firstTime.map((run) => run.figures[name].ndcgAt20)))}`,
    );
    lines.push(`First-time customers (${number(firstTime[0].numCases)} cases), NDCG@20: ${figures.join(', ')}.`);
  }
  return lines;
}

function ablationTable(seeds: readonly Evaluation[]): Row[] {
  const [{ protocol, ablation = [] }] = seeds as [Evaluation];
  const figure = (at: number, metric: 'recallAt20' | 'ndcgAt20'): string =>
    percent(mean(seeds.map((run) => run.ablation?.[at]?.figures[metric] ?? 0)));
  return [
    ['terms of the blend', labelMetric('recallAt20', protocol), labelMetric('ndcgAt20', protocol)],
    ...ablation.map((row, at): Row => [labelAblated(row), figure(at, 'recallAt20'), figure(at, 'ndcgAt20')]),
  ];
}

function meanOf(rows: readonly RankingMetrics[], metric: RankingMetric): number {
  return mean(rows.map((row) => row[metric]));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number | undefined): string {
  return (100 * (share ?? 0)).toFixed(2);
}

function number(value: number): string {
  return value.toLocaleString('en');
}
