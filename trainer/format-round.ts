import { formatEpsilon } from '#privacy/format-epsilon.ts';
import type { RoundState } from '#protocol/round-messages.ts';
import type { AppliedRound } from './apply-round.ts';
import { formatPublication } from './format-publication.ts';
import type { RoundFile } from './round-file.ts';
import { type LedgerFigures, ledgerFigures, taskOf } from './round-ledger.ts';

/** An opened round for `--json`. */
export function roundFigures(round: RoundFile) {
  const { kind, vdaf, minBatch, noiseMultiplier, closesAtMs } = taskOf(round);
  const { latestEpsilon, delta } = ledgerFigures([round]);
  return {
    taskId: round.taskId,
    kind,
    vdaf,
    minBatch,
    noiseMultiplier,
    closesAtMs,
    epsilon: latestEpsilon,
    delta,
  };
}

export function formatOpenRound(round: RoundFile): string {
  const { taskId, kind, vdaf, minBatch, noiseMultiplier, closesAtMs, epsilon, delta } = roundFigures(round);
  return [
    `round ${taskId} is open until ${new Date(closesAtMs).toISOString()}`,
    `  ${kind}: ${vdaf.type} of ${vdaf.length} elements, no release below ${minBatch} reports`,
    `  noise multiplier ${noiseMultiplier} by each party: epsilon ${formatEpsilon(epsilon)} at delta ${delta} for one participation`,
  ].join('\n');
}

/** How a round stands, in one line. */
export function formatState(state: RoundState, { taskId, numSimulated }: RoundFile): string {
  const name = `round ${taskId.slice(0, 8)}…`;
  const simulated = numSimulated > 0 ? `, ${numSimulated} of them simulated from order histories` : '';
  switch (state.kind) {
    case 'open':
      return `${name} is open: ${state.received} reports${simulated}`;
    case 'aggregating':
      return `${name} is being added up: ${state.aggregated} of ${state.received} reports${simulated}`;
    case 'released':
      return `${name} is released: the noised sum of ${state.count} reports${simulated}`;
    case 'failed':
      return `${name} failed (${state.reason}) with ${state.received} reports${simulated}; nothing was released`;
    default:
      return state satisfies never;
  }
}

/** Epsilon of one round and over all. */
export function formatLedger(rounds: readonly RoundFile[]): string {
  return formatPrivacy(ledgerFigures(rounds));
}

export function formatApplied({ publication, figures }: AppliedRound): string {
  const { count, numSimulated, stepSize, ndcgBefore, ndcgAfter, standardError, numJudgingCases, privacy } = figures;
  return [
    `sum of ${count} devices (${numSimulated} simulated from order histories), step size ${stepSize}`,
    `held-out customers: NDCG@20 ${ndcgBefore.toFixed(4)} before, ${ndcgAfter.toFixed(4)} after (difference’s standard error ${standardError.toFixed(4)}, ${numJudgingCases} baskets)`,
    ...(publication
      ? [formatPublication(publication), ...formatUndecided(figures)]
      : ['refused: worse on held-out customers’ orders, so the shop goes on with the model that learning began with']),
    formatPrivacy(privacy),
  ].join('\n');
}

/** What is left to decide after all rounds. */
export const UNDECIDED =
  'undecided: held-out customers are not sure, as they know nothing of what is new since; run "vitrine round shadow --start" to let devices decide';

function formatUndecided({ verdict, isLast }: AppliedRound['figures']): string[] {
  if (verdict !== 'undecided') return [];
  return [isLast ? UNDECIDED : 'undecided: a little worse so far, which rounds to come may make up for'];
}

function formatPrivacy({ numRounds, latestEpsilon, totalEpsilon, delta }: LedgerFigures): string {
  return `epsilon ${formatEpsilon(latestEpsilon)} for this round, ${formatEpsilon(totalEpsilon)} over ${numRounds} round${numRounds === 1 ? '' : 's'} for a device that took part in all, at delta ${delta}`;
}
