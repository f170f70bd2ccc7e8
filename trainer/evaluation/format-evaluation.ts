import type { RankingMetric } from '#trainer/measure-ranking.ts';
import { formatCount, formatTable, type TableRow } from '#trainer/text-table.ts';
import { BASELINES, type Evaluation, type Quality, RECOMMENDERS } from './evaluation.ts';
import {
  blendTerms,
  formatFixed,
  formatMegabytes,
  formatPercent,
  formatPercentInterval,
  formatPoints,
  formatRatio,
  labelAblated,
  labelMetric,
  labelProfileLength,
  PROTOCOL_LABELS,
  RECOMMENDER_LABELS,
  UNIT_LABELS,
} from './labels.ts';

/** In two tables, since six columns with intervals are wider than a terminal. */
const METRIC_COLUMNS = [
  ['recallAt20', 'ndcgAt20', 'mrrAt20'],
  ['recallAt10', 'ndcgAt10', 'mrrAt10'],
] as const;
const QUALITY = ['recallAt20', 'ndcgAt20'] as const;

/** The evaluation as text for a terminal, at most 80 columns wide but for names that a shop chose. */
export function formatEvaluation(evaluation: Evaluation): string {
  const parts = [
    formatTask(evaluation),
    ...METRIC_COLUMNS.map((metrics) => formatHeadline(evaluation, metrics)),
    formatComparisons(evaluation),
    formatTuning(evaluation),
    formatBlend(evaluation),
    formatAblation(evaluation),
    formatFirstTime(evaluation),
    formatColdItems(evaluation),
    formatDiversity(evaluation),
    formatExposure(evaluation),
  ];
  return parts
    .filter((part) => part !== '')
    .join('\n\n')
    .replaceAll(/ +$/gm, '');
}

function formatTask(evaluation: Evaluation): string {
  const { dataset, protocol, numTest, numUnits, numItems, seed, minCustomers, trainSeconds } = evaluation;
  const units = UNIT_LABELS[protocol];
  return [
    dataset,
    PROTOCOL_LABELS[protocol],
    `full ranking over ${formatCount(numItems)} items${evaluation.excludesSeen ? ', those already in a case’s events left out' : ''}`,
    `${formatCount(numTest)} cases of ${formatCount(numUnits)} ${units}; 95 % intervals by bootstrap over ${units}`,
    `pairs of at least ${minCustomers} customer${minCustomers === 1 ? '' : 's'}; seed ${seed}; ships ${formatMegabytes(evaluation.shipped.bytes)}`,
    `trained in ${formatFixed(trainSeconds, 0)} s, ${formatFixed(evaluation.stepsPerSecond, 1)} steps/s, on ${evaluation.backend}`,
    ...(evaluation.textSource === undefined ? [] : [`text features: ${evaluation.textSource}`]),
  ].join('\n');
}

function formatHeadline(evaluation: Evaluation, metrics: readonly RankingMetric[]): string {
  const { shipped, float, baselines, protocol } = evaluation;
  const row = (name: keyof typeof RECOMMENDER_LABELS, measured: typeof shipped | (typeof baselines)['popular']) =>
    [
      RECOMMENDER_LABELS[name],
      ...metrics.map(
        (metric) => `${alignedPercent(measured[metric])} (${formatPercentInterval(measured.intervals[metric])})`,
      ),
    ] as const;
  return formatTable(
    leftAligned([
      ['%', ...metrics.map((metric) => labelMetric(metric, protocol))],
      row('shipped', shipped),
      [RECOMMENDER_LABELS.float, ...metrics.map((metric) => alignedPercent(float[metric]))],
      ...BASELINES.map((name) => row(name, baselines[name])),
    ]),
  );
}

/** As wide as `55.32`. */
function alignedPercent(share: number): string {
  return formatPercent(share).padStart(5);
}

/** Pads values, which a table would align right: words, and figures of which only some have an interval. */
function leftAligned(rows: readonly (readonly [string, ...string[]])[]): TableRow[] {
  const widthOf = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map(
    ([label, ...values]): TableRow => [label, ...values.map((value, column) => value.padEnd(widthOf(column + 1)))],
  );
}

function formatComparisons({ comparisons = [], protocol }: Evaluation): string {
  if (comparisons.length === 0) return '';
  return formatSection('Shipped beside others, paired', [
    ['', 'metric', 'ratio', 'difference in points'],
    ...comparisons.map(
      ({ other, metric, ratio, difference }): TableRow => [
        RECOMMENDER_LABELS[other],
        labelMetric(metric, protocol),
        formatRatio(ratio),
        formatPoints(difference),
      ],
    ),
  ]);
}

function formatTuning({ baselines }: Evaluation): string {
  const lines = BASELINES.map((name): [string, string] => [RECOMMENDER_LABELS[name], baselines[name].parameters]);
  return formatSection(
    'Baselines as tuned on the selection',
    leftAligned(lines.filter(([, parameters]) => parameters !== '')),
  );
}

function formatBlend({ blend = [] }: Evaluation): string {
  if (blend.length === 0) return '';
  return formatSection('Blend weights by profile length', [
    ['', ...blendTerms(blend)],
    ...blend.map(
      (weights): TableRow => [labelProfileLength(weights.maxEvents), ...blendTerms(blend).map((term) => weights[term])],
    ),
  ]);
}

function formatAblation({ ablation = [], protocol }: Evaluation): string {
  return formatQuality(
    'Terms of the blend',
    protocol,
    ablation.map((row) => [labelAblated(row), row.figures]),
  );
}

function formatFirstTime({ firstTime, protocol }: Evaluation): string {
  if (!firstTime) return '';
  return formatQuality(
    `First-time customers (${formatCount(firstTime.numCases)} cases)`,
    protocol,
    RECOMMENDERS.map((name) => [RECOMMENDER_LABELS[name], firstTime.figures[name]]),
  );
}

function formatColdItems({ coldItems, protocol }: Evaluation): string {
  if (!coldItems) return '';
  const { numCases, cutDates, shipped, withoutFresh, textOnly } = coldItems;
  return formatQuality(`Cold items (${formatCount(numCases)} cases, cut at ${cutDates.join(', ')})`, protocol, [
    [RECOMMENDER_LABELS.shipped, shipped],
    [labelAblated({ kind: 'without', term: 'fresh' }), withoutFresh],
    ['text alone', textOnly],
  ]);
}

function formatQuality(
  title: string,
  protocol: Evaluation['protocol'],
  rows: readonly (readonly [string, Quality])[],
): string {
  if (rows.length === 0) return '';
  return formatSection(title, [
    ['%', ...QUALITY.map((metric) => labelMetric(metric, protocol))],
    ...rows.map(([label, figures]): TableRow => [label, ...QUALITY.map((metric) => formatPercent(figures[metric]))]),
  ]);
}

/** What the diversity that ships was chosen for, beside lists without it. */
function formatDiversity({ diversity: choice }: Evaluation): string {
  if (!choice) return '';
  const { diversity, trials } = choice;
  const told = trials.filter((trial) => trial.diversity === 0 || trial.diversity === diversity);
  if (told.length === 0) return `Diversity ${diversity}`;
  return formatSection(`Diversity ${diversity}, chosen on the selection`, [
    ['', 'NDCG@20 %', 'distance in a list', 'catalog shown %'],
    ...told.map(
      (trial): TableRow => [
        trial.diversity === 0 ? 'off' : `at ${trial.diversity}`,
        formatPercent(trial.ndcgAt20),
        formatFixed(trial.intraListDistance, 3),
        formatPercent(trial.coverage),
      ],
    ),
  ]);
}

function formatExposure({ exposure }: Evaluation): string {
  if (!exposure) return '';
  return formatSection('Lists of 20', [
    ['', 'catalog shown %', 'Gini of exposure', 'distance in a list'],
    ...RECOMMENDERS.map((name): TableRow => {
      const { coverage, gini, intraListDistance } = exposure[name];
      return [
        RECOMMENDER_LABELS[name],
        formatPercent(coverage),
        formatFixed(gini, 3),
        formatFixed(intraListDistance, 3),
      ];
    }),
  ]);
}

function formatSection(title: string, rows: readonly TableRow[]): string {
  return rows.length === 0 ? '' : `${title}\n${formatTable(rows)}`;
}
