import { html } from 'hono/html';
import type { DiversityChoice } from '#trainer/choose-diversity.ts';
import { formatCount } from '#trainer/text-table.ts';
import { barPlot } from './bar-plot.ts';
import type { Html } from './draw-plot.ts';
import { type Evaluation, RECOMMENDERS } from './evaluation.ts';
import type { SegmentExposure } from './exposure.ts';
import { formatFixed, formatPercent, RECOMMENDER_LABELS } from './labels.ts';
import type { FairnessTable } from './report-data.ts';
import { plotPanels, table } from './report-parts.ts';
import { SERIES_STYLES } from './series-style.ts';

type Exposure = NonNullable<Evaluation['exposure']>;

/** How much of the catalog each recommender shows. */
export async function exposurePlots(exposure: Exposure): Promise<Html> {
  const barsOf = (figureOf: (name: (typeof RECOMMENDERS)[number]) => { value: number; text: string }) =>
    RECOMMENDERS.map((name) => ({
      label: RECOMMENDER_LABELS[name],
      color: name === 'shipped' ? SERIES_STYLES.shipped.color : 'var(--other)',
      ...figureOf(name),
    }));
  const coverage = barsOf((name) => ({
    value: exposure[name].coverage,
    text: formatPercent(exposure[name].coverage),
  }));
  const gini = barsOf((name) => ({ value: exposure[name].gini, text: formatFixed(exposure[name].gini, 3) }));
  const tell = (bars: typeof coverage): string => bars.map(({ label, text }) => `${label} ${text}`).join(', ');
  return plotPanels(
    [
      {
        title: 'Catalog coverage: % of items in a list of 20',
        svg: await barPlot(coverage, `Bars of catalog coverage, %: ${tell(coverage)}.`),
      },
      {
        title: 'Gini of exposure: 0 is even, 1 is one item alone',
        svg: await barPlot(gini, `Bars of the Gini coefficient of exposure: ${tell(gini)}.`),
      },
    ],
    exposureTable(exposure),
  );
}

function exposureTable(exposure: Exposure): Html {
  return table({
    caption: 'Lists of 20',
    head: ['', 'Coverage, %', 'Gini', 'Distance in a list'],
    rows: RECOMMENDERS.map((name) => {
      const { coverage, gini, intraListDistance } = exposure[name];
      return {
        label: RECOMMENDER_LABELS[name],
        isMain: name === 'shipped',
        cells: [formatPercent(coverage), formatFixed(gini, 3), formatFixed(intraListDistance, 3)],
      };
    }),
  });
}

/** How the diversity that ships was chosen. */
export function diversityTable({ diversity, trials }: DiversityChoice): Html {
  return table({
    caption: 'On the selection’s cases; the row in bold ships',
    head: ['Diversity', 'NDCG@20, %', 'Distance in a list', 'Coverage, %'],
    rows: trials.map((trial) => ({
      label: formatFixed(trial.diversity, 1),
      isMain: trial.diversity === diversity,
      cells: [formatPercent(trial.ndcgAt20), formatFixed(trial.intraListDistance, 3), formatPercent(trial.coverage)],
    })),
  });
}

/** What is shown of each segment of the catalog beside what is sold of it. */
export function fairnessTables(tables: readonly FairnessTable[]): Html {
  return html`<div class="tables">${tables.map(({ by, segments }) => {
    const most = Math.max(...segments.flatMap(({ shareOfExposure, shareOfSales }) => [shareOfExposure, shareOfSales]));
    return table({
      caption: `By ${by}; shares in %`,
      head: ['', 'Items', 'Sales', 'Exposure', 'Ratio', ''],
      rows: segments.map((segment) => ({
        label: segment.label,
        cells: [
          formatCount(segment.numItems),
          formatFixed(100 * segment.shareOfSales, 1),
          formatFixed(100 * segment.shareOfExposure, 1),
          segment.ratio === undefined ? '–' : `× ${formatFixed(segment.ratio, 2)}`,
          pairOfBars(segment, most),
        ],
      })),
    });
  })}</div>`;
}

/** Both shares as thin bars; the figures beside them say the same. */
function pairOfBars({ shareOfSales, shareOfExposure }: SegmentExposure, most: number): Html {
  const widthOf = (share: number): string => (most > 0 ? (56 * share) / most : 0).toFixed(1);
  return html`<svg class="pair" viewBox="0 0 56 14" width="56" height="14" aria-hidden="true"><rect width="${widthOf(shareOfSales)}" height="6" fill="var(--other)"/><rect y="8" width="${widthOf(shareOfExposure)}" height="6" fill="var(--shipped)"/></svg>`;
}
