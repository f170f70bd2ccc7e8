import { html, raw } from 'hono/html';
import type { Html } from './draw-plot.ts';
import { RECOMMENDERS, type RecommenderName } from './evaluation.ts';
import { RECOMMENDER_LABELS } from './labels.ts';

/** How a recommender looks in every plot; shapes differ as well, for readers who see colors otherwise. */
interface SeriesStyle {
  /** A property of the page. */
  readonly color: string;
  /** One of Vega's symbols: its outline for the legend, in a box from −6 to 6. */
  readonly shape: string;
  readonly outline: string;
}

export const SERIES_STYLES: Readonly<Record<RecommenderName, SeriesStyle>> = {
  shipped: { color: 'var(--shipped)', shape: 'circle', outline: 'M4.5 0a4.5 4.5 0 1 1-9 0a4.5 4.5 0 1 1 9 0z' },
  popular: { color: 'var(--popular)', shape: 'square', outline: 'M-4-4h8v8h-8z' },
  recentPopular: { color: 'var(--recent-popular)', shape: 'diamond', outline: 'M0-5.5L5.5 0L0 5.5L-5.5 0z' },
  transitions: { color: 'var(--transitions)', shape: 'triangle-up', outline: 'M0-5L5 4H-5z' },
  itemKnn: { color: 'var(--item-knn)', shape: 'triangle-down', outline: 'M0 5L5-4H-5z' },
  sessionKnn: {
    color: 'var(--session-knn)',
    shape: 'cross',
    outline: 'M-5-1.8h3.2V-5h3.6v3.2H5v3.6H1.8V5h-3.6V1.8H-5z',
  },
};

/** Which line is whose, for plots of all recommenders. */
export function seriesLegend(): Html {
  return html`<ul class="legend">${RECOMMENDERS.map((name) => {
    const { color, outline } = SERIES_STYLES[name];
    const swatch = raw(
      `<svg viewBox="-14 -7 28 14" width="28" height="14" aria-hidden="true" style="color:${color}"><path d="M-14 0H14" stroke="currentColor" stroke-width="2"/><path d="${outline}" fill="currentColor"/></svg>`,
    );
    return html`<li>${swatch}${RECOMMENDER_LABELS[name]}</li>`;
  })}</ul>`;
}
