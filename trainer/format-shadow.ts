import type { AppliedShadow, TrialOutcome } from './apply-shadow-round.ts';
import { formatPublication } from './format-publication.ts';
import { UNDECIDED } from './format-round.ts';

/** What devices said of a candidate, for people. */
export function formatShadow({ count, verdict, outcome }: AppliedShadow): string {
  const { numCompared, ndcgBefore, ndcgAfter, standardError, says } = verdict;
  return [
    `tried by ${count} devices, of which about ${Math.round(numCompared)} had something to compare`,
    says === 'nothing'
      ? 'what they said is lost in the noise'
      : `NDCG@20 of what they chose: ${ndcgBefore.toFixed(4)} before, ${ndcgAfter.toFixed(4)} with the candidate (difference’s standard error ${standardError.toFixed(4)}, noise included)`,
    ...formatOutcome(outcome),
  ].join('\n');
}

function formatOutcome(outcome: TrialOutcome): string[] {
  switch (outcome.kind) {
    case 'published':
      return [formatPublication(outcome.publication), ...(outcome.awaitsTrial ? [UNDECIDED] : [])];
    case 'refused':
      return ['refused: not as good as the published model, which stays'];
    case 'gone-back':
      return [
        'gone back to the model that learning began with, as devices do not find it worse',
        formatPublication(outcome.publication),
      ];
    case 'confirmed':
      return ['what was learned stays: devices find the model that learning began with worse'];
    case 'outdated':
      return ['nothing is decided: another model was published since'];
    default:
      return outcome satisfies never;
  }
}
