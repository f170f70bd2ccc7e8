import type { TopLevelSpec } from 'vega-lite';
import { drawPlot } from '#trainer/evaluation/draw-plot.ts';
import { formatCount } from '#trainer/text-table.ts';
import type { SimulationFigures } from './format-simulation.ts';

const HEIGHT = 260;
/** For a file of its own, which has no page to take colors from, and may be shown on a dark one. */
const COLORS = 'background:#fff;--ink:#1c1c1c;--muted:#5c5c5c;--line:#e4e4e4;--edge:#a0a0a0';
const LEGEND = {
  orient: 'bottom',
  columnPadding: 24,
  titleOrient: 'left',
  titleColor: 'var(--muted)',
  titleFontSize: 12,
  titleFontWeight: 'normal',
  labelColor: 'var(--ink)',
  labelFontSize: 12,
} as const;
const NO_NOISE = 'no noise';

/** Recall@20 over epsilon, one line for each number of devices, between base and ceiling, as an SVG file. */
export async function plotSimulation({ base, ceiling, runs }: SimulationFigures): Promise<string> {
  const epsilonOf = (epsilon: number | undefined): string => (epsilon === undefined ? NO_NOISE : String(epsilon));
  const values = runs.map(({ numDevices, epsilon, served }) => ({
    devices: formatCount(numDevices),
    epsilon: epsilonOf(epsilon),
    recall: 100 * served.shipped.recallAt20,
  }));
  const order = runs
    .map(({ epsilon }) => epsilon ?? Number.POSITIVE_INFINITY)
    .sort((a, b) => a - b)
    .map((epsilon) => epsilonOf(Number.isFinite(epsilon) ? epsilon : undefined));
  const bounds = [
    { name: 'base', recall: 100 * base.shipped.recallAt20 },
    ...(ceiling ? [{ name: 'trained on everything', recall: 100 * ceiling.shipped.recallAt20 }] : []),
  ];
  const recall = { field: 'recall', type: 'quantitative', title: 'Recall@20, %', scale: { zero: false } } as const;
  const content: TopLevelSpec = {
    layer: [
      {
        data: { values: bounds },
        mark: { type: 'rule', color: 'var(--edge)', strokeDash: [4, 3] },
        encoding: { y: recall },
      },
      {
        data: { values: bounds },
        mark: { type: 'text', align: 'left', baseline: 'bottom', x: 4, dy: -3 },
        encoding: { y: recall, text: { field: 'name', type: 'nominal' } },
      },
      {
        data: { values },
        mark: { type: 'line', point: true },
        encoding: {
          x: {
            field: 'epsilon',
            type: 'ordinal',
            sort: [...new Set(order)],
            title: 'epsilon over all rounds and a trial',
          },
          y: recall,
          color: { field: 'devices', type: 'nominal', title: 'devices', sort: null, legend: LEGEND },
        },
      },
    ],
  };
  const description = 'Recall@20 over epsilon for several numbers of devices, between base and ceiling';
  const svg = String(await drawPlot({ content, height: HEIGHT, description }));
  return svg.replace('<svg ', `<svg xmlns="http://www.w3.org/2000/svg" style="${COLORS}" `);
}
