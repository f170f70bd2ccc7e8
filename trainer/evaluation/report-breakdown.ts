import { html } from 'hono/html';
import type { TopLevelSpec } from 'vega-lite';
import { formatCount } from '#trainer/text-table.ts';
import { drawPlot, type Html } from './draw-plot.ts';
import { BASELINES, type Quality, RECOMMENDERS, type RecommenderName } from './evaluation.ts';
import { formatPercent, labelMetric, RECOMMENDER_LABELS } from './labels.ts';
import type { Breakdown } from './report-data.ts';
import { plotPanels, table } from './report-parts.ts';
import { SERIES_STYLES, seriesLegend } from './series-style.ts';
import type { Protocol } from './task.ts';

const PLOT_HEIGHT = 280;
const METRICS = ['recallAt20', 'ndcgAt20'] as const;

export interface BreakdownText {
  /** What the segments are, on the axis. Up to 30 letters, or the plot gets narrower. */
  readonly axis: string;
  /** What a segment's count counts. */
  readonly counted: string;
  readonly protocol: Protocol;
}

/** Lines of all recommenders over the segments of a breakdown. */
export async function breakdownPlots(breakdown: Breakdown, text: BreakdownText): Promise<Html> {
  const panels = await Promise.all(
    METRICS.map(async (metric) => {
      const name = labelMetric(metric, text.protocol);
      return {
        title: `${name}, %`,
        svg: await drawPlot({
          content: lines(breakdown, metric, text.axis),
          height: PLOT_HEIGHT,
          description: describe(breakdown, metric, { name, axis: text.axis }),
        }),
      };
    }),
  );
  return html`${seriesLegend()}${plotPanels(panels, figuresTable(breakdown, text))}`;
}

function figuresTable(breakdown: Breakdown, { axis, counted, protocol }: BreakdownText): Html {
  return table({
    caption: `${labelMetric('recallAt20', protocol)} by ${axis}, with ${labelMetric('ndcgAt20', protocol)} below it, %`,
    head: ['', ...breakdown.shipped.map(({ label }) => label)],
    rows: [
      { label: counted, cells: breakdown.shipped.map(({ count }) => formatCount(count)) },
      ...RECOMMENDERS.map((name) => ({
        label: RECOMMENDER_LABELS[name],
        isMain: name === 'shipped',
        cells: breakdown[name].map(({ quality }) =>
          quality ? { figure: formatPercent(quality.recallAt20), detail: formatPercent(quality.ndcgAt20) } : '–',
        ),
      })),
    ],
  });
}

/** Without what stands in brackets: a tick has the room of a few letters. */
function tickLabel(label: string): string {
  return label.replace(/ \(.*\)$/, '');
}

function lines(breakdown: Breakdown, metric: keyof Quality, axis: string): TopLevelSpec {
  // Drawn last, the shipped model lies on top.
  const order = [...RECOMMENDERS].reverse();
  const values = order.flatMap((series) =>
    breakdown[series].map(({ label, quality }) => ({
      series,
      segment: tickLabel(label),
      percent: quality && 100 * quality[metric],
    })),
  );
  const scale = (range: string[]) => ({ domain: order, range });
  const color = {
    field: 'series',
    type: 'nominal',
    scale: scale(order.map((name) => SERIES_STYLES[name].color)),
    legend: null,
  } as const;
  return {
    data: { values },
    encoding: {
      x: {
        field: 'segment',
        type: 'ordinal',
        sort: null,
        axis: { title: axis, labelOverlap: 'parity' },
        scale: { type: 'point', padding: 0.35 },
      },
      y: {
        field: 'percent',
        type: 'quantitative',
        axis: { title: null, tickCount: 5, domain: false, ticks: false },
        scale: { zero: true, nice: true },
      },
      color,
    },
    layer: [
      {
        mark: { type: 'line' },
        encoding: {
          strokeWidth: { condition: { test: "datum.series === 'shipped'", value: 3 }, value: 1.5 },
          detail: { field: 'series', type: 'nominal' },
        },
      },
      {
        transform: [{ filter: 'datum.percent !== null' }],
        mark: { type: 'point', filled: true, opacity: 1, stroke: 'var(--page)', strokeWidth: 1 },
        encoding: {
          shape: {
            field: 'series',
            type: 'nominal',
            scale: scale(order.map((name) => SERIES_STYLES[name].shape)),
            legend: null,
          },
          size: { condition: { test: "datum.series === 'shipped'", value: 80 }, value: 55 },
        },
      },
    ],
  };
}

/** The shipped model at the first and last segment, and the best other one there. */
function describe(
  breakdown: Breakdown,
  metric: keyof Quality,
  { name, axis }: { readonly name: string; readonly axis: string },
): string {
  const filled = [...breakdown.shipped.keys()].filter((segment) => breakdown.shipped[segment]?.quality);
  const ends = new Set([filled.at(0) ?? 0, filled.at(-1) ?? 0]);
  const told = [...ends].map((segment) => {
    const at = (series: RecommenderName): number => breakdown[series][segment]?.quality?.[metric] ?? 0;
    const best = BASELINES.reduce((leader, other) => (at(other) > at(leader) ? other : leader));
    return `at ${breakdown.shipped[segment]?.label}, ${RECOMMENDER_LABELS.shipped} ${formatPercent(at('shipped'))} % and the best baseline, ${RECOMMENDER_LABELS[best]}, ${formatPercent(at(best))} %`;
  });
  return `Lines of ${name} by ${axis} for ${RECOMMENDERS.length} recommenders: ${told.join('; ')}. The table below has all figures.`;
}
