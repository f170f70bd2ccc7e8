import type { BlendWeights } from '#protocol/manifest.ts';
import type { RankingMetric } from '#trainer/measure-ranking.ts';
import type { Ablated, BlendTerm, Estimate, Interval, RecommenderName } from './evaluation.ts';
import type { Protocol } from './task.ts';

// What people read for each name and number, the same in a terminal and in a report.

export const RECOMMENDER_LABELS: Readonly<Record<RecommenderName | 'float', string>> = {
  shipped: 'shipped (int8)',
  float: 'float',
  popular: 'popular',
  recentPopular: 'recent popular',
  transitions: 'transitions',
  itemKnn: 'item kNN',
  sessionKnn: 'session kNN',
};

/** What is asked, in a clause. */
export const PROTOCOL_LABELS: Readonly<Record<Protocol, string>> = {
  sessions: 'sessions: each next item of later sessions',
  sequences: 'sequences: each customer’s last item',
  orders: 'orders: the second half of each later basket, given its first half and earlier orders',
};

/** What the intervals resample. */
export const UNIT_LABELS: Readonly<Record<Protocol, string>> = {
  sessions: 'sessions',
  sequences: 'customers',
  orders: 'customers',
};

const RECALL = { sessions: 'Recall', sequences: 'HR', orders: 'Recall' } as const; // one target: papers say hit rate

export function labelMetric(metric: RankingMetric, protocol: Protocol): string {
  const [, name, cutoff] = /^([a-z]+)At(\d+)$/.exec(metric) as unknown as [string, string, string];
  return `${name === 'recall' ? RECALL[protocol] : name.toUpperCase()}@${cutoff}`;
}

export function labelAblated(row: Ablated): string {
  switch (row.kind) {
    case 'all':
      return 'all terms';
    case 'without':
      return `without ${row.term}`;
    case 'alone':
      return `${row.term} alone`;
    default:
      return row satisfies never;
  }
}

/** The columns of a table of blend weights. */
export function blendTerms([first]: readonly BlendWeights[]): BlendTerm[] {
  return Object.keys(first ?? {}).filter((key): key is BlendTerm => key !== 'maxEvents');
}

/** Profiles of up to `maxEvents` events; `null` is the rest. */
export function labelProfileLength(maxEvents: number | null): string {
  return maxEvents === null ? 'longer' : `up to ${maxEvents} event${maxEvents === 1 ? '' : 's'}`;
}

/** `0.5532` as `55.32`: the percent sign stands once, in the heading. */
export function formatPercent(share: number): string {
  return formatFixed(100 * share, 2);
}

export function formatPercentInterval({ low, high }: Interval): string {
  return `${formatPercent(low)}–${formatPercent(high)}`;
}

/** A ratio and its interval: `1.07 (1.05–1.09)`. */
export function formatRatio({ value, low, high }: Estimate): string {
  return `${formatFixed(value, 3)} (${formatFixed(low, 3)}–${formatFixed(high, 3)})`;
}

/** A difference of shares and its interval in percentage points: `+3.40 (+2.91 to +3.88)`. */
export function formatPoints({ value, low, high }: Estimate): string {
  const points = (share: number): string => `${share > 0 ? '+' : ''}${formatPercent(share)}`;
  return `${points(value)} (${points(low)} to ${points(high)})`;
}

/** With thousands separators, a real minus sign, and a dash for what is not a number. */
export function formatFixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '–';
  const text = value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return text.replace(/^-(0[.0]*)$/, '$1').replace('-', '−'); // no minus before a zero
}

/** Megabytes of 10⁶ bytes. */
export function formatMegabytes(bytes: number): string {
  return `${formatFixed(bytes / 1e6, 2)} MB`;
}
