import { html } from 'hono/html';
import type { TopLevelSpec } from 'vega-lite';
import { formatCount } from '#trainer/text-table.ts';
import { quantile } from './bootstrap.ts';
import { drawPlot, type Html, PLOT_WIDTH } from './draw-plot.ts';
import { formatFixed } from './labels.ts';
import type { LatencyFigures } from './report-data.ts';
import { plotFigure, table } from './report-parts.ts';

const NUM_BINS = 32;
/** Of the answers: the few slowest would leave the others a single bar. */
const SHARE_DRAWN = 0.99;
const PLOT_HEIGHT = 260;
const AXIS_WIDTH = 50;
/** Labels of the marks stand above the bars, one higher than the other: the marks may be close. */
const LABEL_STEP = 18;
/** Of 12 px letters, at most. */
const CHARACTER_WIDTH = 7;

/** How long the shipped model took to answer. */
export async function latencyHistogram({ answersMs }: LatencyFigures): Promise<Html> {
  const sorted = Float64Array.from(answersMs).toSorted();
  const at = (share: number): number => quantile(sorted, share);
  const lastMs = at(SHARE_DRAWN);
  const bins = binsOf(sorted, lastMs);
  const marks = [
    { name: 'median', ms: at(0.5) },
    { name: '95th percentile', ms: at(0.95) },
  ];
  const slowestMs = at(1);
  const told = marks.map(({ name, ms }) => `${name} ${formatMs(ms)}`).join(', ');
  const svg = await drawPlot({
    content: histogram(bins, { marks, lastMs }),
    height: PLOT_HEIGHT,
    description: `Histogram of milliseconds an answer: ${told}, slowest ${formatMs(slowestMs)}.`,
  });
  const percentiles = [...marks, { name: '99th percentile', ms: lastMs }, { name: 'slowest', ms: slowestMs }];
  return html`<div class="panels">${plotFigure({ title: 'Answers by milliseconds, the fastest 99 %', svg })}${table({
    caption: `Milliseconds an answer, of ${formatCount(sorted.length)} answers`,
    head: ['', 'ms'],
    rows: percentiles.map(({ name, ms }) => ({ label: name, cells: [formatFixed(ms, 2)] })),
  })}</div>`;
}

interface Bin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** Bins of equal width from 0 to `lastMs`. `sorted` ascending; what is above is left out. */
function binsOf(sorted: Float64Array, lastMs: number): Bin[] {
  const widthMs = lastMs / NUM_BINS;
  const counts = new Uint32Array(NUM_BINS);
  for (const ms of sorted) {
    if (ms > lastMs) break;
    const bin = widthMs > 0 ? Math.min(NUM_BINS - 1, Math.floor(ms / widthMs)) : 0;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return Array.from(counts, (count, bin) => ({ fromMs: bin * widthMs, toMs: (bin + 1) * widthMs, count }));
}

function histogram(
  bins: readonly Bin[],
  { marks, lastMs }: { readonly marks: readonly { name: string; ms: number }[]; readonly lastMs: number },
): TopLevelSpec {
  const marked = marks.map(({ name, ms }, row) => {
    const text = `${name} ${formatMs(ms)}`;
    const roomOnLeft = (ms / lastMs) * (PLOT_WIDTH - AXIS_WIDTH);
    return { ms, text, y: -8 - LABEL_STEP * row, isLeft: text.length * CHARACTER_WIDTH < roomOnLeft };
  });
  const label = (isLeft: boolean) => ({
    data: { values: marked },
    transform: [{ filter: `datum.isLeft === ${isLeft}` }],
    mark: {
      type: 'text' as const,
      align: isLeft ? ('right' as const) : ('left' as const),
      dx: isLeft ? -5 : 5,
      baseline: 'middle' as const,
    },
    encoding: {
      x: { field: 'ms', type: 'quantitative' as const },
      y: { field: 'y', type: 'quantitative' as const, scale: null },
      text: { field: 'text', type: 'nominal' as const },
    },
  });
  return {
    layer: [
      {
        data: { values: [...bins] },
        mark: { type: 'bar', color: 'var(--shipped)', binSpacing: 1 },
        encoding: {
          x: {
            field: 'fromMs',
            type: 'quantitative',
            bin: 'binned',
            axis: { title: 'milliseconds', grid: false, tickCount: Math.floor(PLOT_WIDTH / 60) },
            scale: { domain: [0, lastMs], nice: false },
          },
          x2: { field: 'toMs' },
          y: {
            field: 'count',
            type: 'quantitative',
            axis: { title: null, tickCount: 4, domain: false, ticks: false, format: '~s' },
          },
        },
      },
      {
        data: { values: marked },
        mark: { type: 'rule', color: 'var(--ink)', strokeDash: [4, 3], strokeWidth: 1.5 },
        encoding: {
          x: { field: 'ms', type: 'quantitative' },
          y: { field: 'y', type: 'quantitative', scale: null }, // up to its label
          y2: { value: 'height' },
        },
      },
      label(false),
      label(true),
    ],
  } as TopLevelSpec;
}

function formatMs(ms: number): string {
  return `${formatFixed(ms, ms < 10 ? 2 : 1)} ms`;
}
