import { formatCount } from '#trainer/text-table.ts';
import type { Html } from './draw-plot.ts';
import type { ColdItemFigures, Evaluation, FirstTimeFigures, Quality } from './evaluation.ts';
import { RECOMMENDERS } from './evaluation.ts';
import {
  blendTerms,
  formatPercent,
  labelAblated,
  labelMetric,
  labelProfileLength,
  RECOMMENDER_LABELS,
} from './labels.ts';
import { table } from './report-parts.ts';
import type { Protocol } from './task.ts';

/** Each term of the blend left out, and each alone. */
export function ablationTable(rows: NonNullable<Evaluation['ablation']>, protocol: Protocol): Html {
  return qualityTable(
    'Percent, with all terms of the blend and with some',
    rows.map((row) => ({ label: labelAblated(row), figures: row.figures, isMain: row.kind === 'all' })),
    protocol,
  );
}

/** The blend's weights as they ship. */
export function blendTable(blend: NonNullable<Evaluation['blend']>): Html {
  return table({
    caption: 'Blend weights, fitted on the selection for each length of profile',
    head: ['Profile', ...blendTerms(blend)],
    rows: blend.map((weights) => ({
      label: labelProfileLength(weights.maxEvents),
      cells: blendTerms(blend).map((term) => String(weights[term])),
    })),
  });
}

export function firstTimeTable({ numCases, figures }: FirstTimeFigures, protocol: Protocol): Html {
  return qualityTable(
    `Percent, of ${formatCount(numCases)} cases whose customers had not ordered before`,
    RECOMMENDERS.map((name) => ({
      label: RECOMMENDER_LABELS[name],
      figures: figures[name],
      isMain: name === 'shipped',
    })),
    protocol,
  );
}

export function coldItemTable(
  { numCases, shipped, withoutFresh, textOnly }: ColdItemFigures,
  protocol: Protocol,
): Html {
  return qualityTable(
    `Percent, of ${formatCount(numCases)} cases`,
    [
      { label: RECOMMENDER_LABELS.shipped, figures: shipped, isMain: true },
      { label: labelAblated({ kind: 'without', term: 'fresh' }), figures: withoutFresh },
      { label: 'text alone', figures: textOnly },
    ],
    protocol,
  );
}

function qualityTable(
  caption: string,
  rows: readonly { readonly label: string; readonly figures: Quality; readonly isMain?: boolean }[],
  protocol: Protocol,
): Html {
  return table({
    caption,
    head: ['', labelMetric('recallAt20', protocol), labelMetric('ndcgAt20', protocol)],
    rows: rows.map(({ figures, ...row }) => ({
      ...row,
      cells: [formatPercent(figures.recallAt20), formatPercent(figures.ndcgAt20)],
    })),
  });
}
