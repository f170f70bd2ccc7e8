import type { TopLevelSpec } from 'vega-lite';
import { drawPlot, type Html } from './draw-plot.ts';
import type { Interval } from './evaluation.ts';

const BAR_STEP = 30;
/** Of the plot's longest value, for the text after its bar. */
const ROOM_FOR_TEXT = 1.22;

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The value as people read it, after the bar. */
  readonly text: string;
  /** A property of the page. */
  readonly color: string;
  /** In the value's unit. */
  readonly interval?: Interval;
}

/** Lying bars from 0, with whiskers where there is an interval. */
export async function barPlot(bars: readonly Bar[], description: string): Promise<Html> {
  const values = bars.map(({ interval, value, ...bar }) => ({
    ...bar,
    value,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    textAt: Math.max(value, interval?.high ?? value),
  }));
  const longest = Math.max(...values.map(({ textAt }) => textAt), Number.MIN_VALUE);
  const content: TopLevelSpec = {
    data: { values },
    encoding: {
      y: {
        field: 'label',
        type: 'nominal',
        sort: null,
        axis: {
          title: null,
          domain: false,
          ticks: false,
          labelColor: 'var(--ink)',
          labelPadding: 8,
          minExtent: 96,
          maxExtent: 96,
        },
      },
    },
    layer: [
      {
        mark: { type: 'bar', height: 14 },
        encoding: {
          x: {
            field: 'value',
            type: 'quantitative',
            axis: null,
            scale: { domain: [0, longest * ROOM_FOR_TEXT], nice: false },
          },
          color: { field: 'color', type: 'nominal', scale: null },
        },
      },
      whisker('var(--page)', 5), // a gap around it, or it would drown in a dark bar
      whisker('var(--ink)', 1.5),
      {
        mark: { type: 'text', align: 'left', dx: 6, color: 'var(--ink)' },
        encoding: { x: { field: 'textAt', type: 'quantitative' }, text: { field: 'text', type: 'nominal' } },
      },
    ],
  };
  return drawPlot({ content, height: bars.length * BAR_STEP + 8, description });
}

function whisker(color: string, strokeWidth: number) {
  return {
    transform: [{ filter: 'datum.low !== null' }],
    mark: { type: 'rule' as const, color, strokeWidth },
    encoding: { x: { field: 'low', type: 'quantitative' as const }, x2: { field: 'high' } },
  };
}
