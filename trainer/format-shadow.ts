import { formatPublication } from './format-publication.ts';
import type { AppliedShadow } from './shadow-round.ts';

/** What devices said of a candidate, for people. */
export function formatShadow({ count, verdict, publication }: AppliedShadow): string {
  const { numCompared, ndcgBefore, ndcgAfter, standardError } = verdict;
  return [
    `tried by ${count} devices, of which about ${Math.round(numCompared)} had something to compare`,
    `NDCG@20 of what they chose: ${ndcgBefore.toFixed(4)} before, ${ndcgAfter.toFixed(4)} with the candidate (difference’s standard error ${standardError.toFixed(4)}, noise included)`,
    publication
      ? formatPublication(publication)
      : verdict.says === 'nothing'
        ? 'noise hides what devices say, so the published model stays'
        : 'the candidate is worse, so the published model stays',
  ].join('\n');
}
