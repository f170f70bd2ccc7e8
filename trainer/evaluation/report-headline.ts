import { html } from 'hono/html';
import { formatCount } from '#trainer/text-table.ts';
import { type Bar, barPlot } from './bar-plot.ts';
import type { Html } from './draw-plot.ts';
import { BASELINES, type Comparison, type Evaluation, type MeasuredRow, RECOMMENDERS } from './evaluation.ts';
import {
  formatFixed,
  formatMegabytes,
  formatPercent,
  formatPercentInterval,
  formatPoints,
  formatRatio,
  labelMetric,
  RECOMMENDER_LABELS,
  UNIT_LABELS,
} from './labels.ts';
import { plotPanels, table } from './report-parts.ts';
import { SERIES_STYLES } from './series-style.ts';
import type { Protocol } from './task.ts';

const METRICS = ['recallAt20', 'ndcgAt20', 'mrrAt20', 'recallAt10', 'ndcgAt10', 'mrrAt10'] as const;
const PLOTTED = ['recallAt20', 'ndcgAt20'] as const;

/** The few figures that a reader came for. */
export function keyFigures({ shipped, comparisons, protocol }: Evaluation): Html {
  const best = comparisons?.find(({ other, metric }) => other !== 'float' && metric === 'recallAt20');
  const figures = [
    ...PLOTTED.map((metric) => ({
      name: labelMetric(metric, protocol),
      value: `${formatPercent(shipped[metric])} %`,
      detail: `95 % interval ${formatPercentInterval(shipped.intervals[metric])}`,
    })),
    ...(best ? [besideBest(best, protocol)] : []),
    { name: 'A device fetches', value: formatMegabytes(shipped.bytes), detail: 'all files of the bundle' },
  ];
  return html`<dl class="key-figures">${figures.map(
    ({ name, value, detail }) => html`<div><dt>${name}</dt><dd>${value}<small>${unbroken(detail)}</small></dd></div>`,
  )}</dl>`;
}

function besideBest({ other, metric, ratio }: Comparison, protocol: Protocol) {
  return {
    name: `${labelMetric(metric, protocol)} beside ${RECOMMENDER_LABELS[other]}`,
    value: `× ${formatFixed(ratio.value, 3)}`,
    detail: `95 % interval ${formatFixed(ratio.low, 3)}–${formatFixed(ratio.high, 3)}`,
  };
}

/** No line ends inside an interval. */
function unbroken(text: string): string {
  return text.replaceAll('–', '\u2060–\u2060'); // word joiners
}

/** All recommenders beside each other. */
export async function headline(evaluation: Evaluation): Promise<Html> {
  const { protocol, numUnits, baselines, shipped, float } = evaluation;
  const panels = await Promise.all(
    PLOTTED.map(async (metric) => {
      const bars = RECOMMENDERS.map((name) => barOf(name, name === 'shipped' ? shipped : baselines[name], metric));
      const told = bars.map(({ label, text }) => `${label} ${text} %`).join(', ');
      return {
        title: `${labelMetric(metric, protocol)}, %`,
        svg: await barPlot(bars, `Bars of ${labelMetric(metric, protocol)}: ${told}.`),
      };
    }),
  );
  const rowOf = (name: keyof typeof RECOMMENDER_LABELS, measured: MeasuredRow) => ({
    label: RECOMMENDER_LABELS[name],
    isMain: name === 'shipped',
    cells: METRICS.map((metric) => ({
      figure: formatPercent(measured[metric]),
      detail: formatPercentInterval(measured.intervals[metric]),
    })),
  });
  return html`${plotPanels(panels)}${table({
    caption: `Percent; below each figure its 95 % interval, by bootstrap over ${formatCount(numUnits)} ${UNIT_LABELS[protocol]}`,
    head: ['', ...METRICS.map((metric) => labelMetric(metric, protocol))],
    rows: [
      rowOf('shipped', shipped),
      { label: RECOMMENDER_LABELS.float, cells: METRICS.map((metric) => formatPercent(float[metric])) },
      ...BASELINES.map((name) => rowOf(name, baselines[name])),
    ],
  })}${comparisonTable(evaluation)}${tuningTable(evaluation)}`;
}

function barOf(name: (typeof RECOMMENDERS)[number], measured: MeasuredRow, metric: (typeof PLOTTED)[number]): Bar {
  const { low, high } = measured.intervals[metric];
  return {
    label: RECOMMENDER_LABELS[name],
    value: 100 * measured[metric],
    text: formatPercent(measured[metric]),
    color: name === 'shipped' ? SERIES_STYLES.shipped.color : 'var(--other)',
    interval: { low: 100 * low, high: 100 * high },
  };
}

function comparisonTable({ comparisons = [], protocol }: Evaluation): Html | undefined {
  if (comparisons.length === 0) return undefined;
  return table({
    caption: 'The shipped model beside others on the same cases: 95 % intervals of the paired ratio and difference',
    head: ['', 'Metric', 'Ratio', 'Difference, points'],
    rows: comparisons.map(({ other, metric, ratio, difference }) => ({
      label: `beside ${RECOMMENDER_LABELS[other]}`,
      cells: [labelMetric(metric, protocol), formatRatio(ratio), formatPoints(difference)],
    })),
  });
}

function tuningTable({ baselines }: Evaluation): Html | undefined {
  const tuned = BASELINES.filter((name) => baselines[name].parameters !== '');
  if (tuned.length === 0) return undefined;
  const settings = table({
    caption: 'Parameters that did best on the selection',
    head: ['Baseline', 'Parameters'],
    rows: tuned.map((name) => ({ label: RECOMMENDER_LABELS[name], cells: [baselines[name].parameters] })),
  });
  return html`<details class="words"><summary>How the baselines were tuned</summary>${settings}</details>`;
}
