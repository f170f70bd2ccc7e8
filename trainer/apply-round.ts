import { leaderShop, type Parties } from './deployment.ts';
import type { Verdict } from './judge-candidate.ts';
import { saveModel } from './model-store.ts';
import { proposeModel } from './propose-model.ts';
import { type Publication, publishModel } from './publish.ts';
import { listRounds, type RoundFile, saveRound } from './round-file.ts';
import { type LedgerFigures, ledgerFigures } from './round-ledger.ts';
import type { ShopWorkspace } from './workspace.ts';

/** What applying a round did, for people and for `--json`. */
export interface AppliedRound {
  readonly publication: Publication | undefined;
  readonly figures: {
    readonly taskId: string;
    readonly count: number;
    readonly numSimulated: number;
    readonly stepSize: number;
    readonly ndcgBefore: number;
    readonly ndcgAfter: number;
    readonly standardError: number;
    readonly numJudgingCases: number;
    readonly verdict: Verdict;
    /** Whether no more rounds are planned: an undecided model is then for devices to decide on. */
    readonly isLast: boolean;
    readonly privacy: LedgerFigures;
  };
}

/**
 * Judges a released round's model and, unless it is worse, stores and publishes it; else the shop goes back to the
 * model that learning began with. Cut off, it is to be called again and goes on.
 *
 * @throws {InputError} What {@link proposeModel} throws.
 */
export async function applyRound(workspace: ShopWorkspace, round: RoundFile, parties: Parties): Promise<AppliedRound> {
  const { dataset, record, judgment, isChange, learning, decision } = await proposeModel(workspace, round, parties);
  await decision.save({ judgment, isChange });
  let published: Publication | undefined;
  if (isChange) {
    await saveModel(workspace, judgment.next, record);
    published = await publishModel(judgment.next, dataset, leaderShop(parties));
  }
  const publication = judgment.learning ? published : undefined;
  if (judgment.learning) await learning.save(judgment.learning);
  else await learning.remove();
  await saveRound(workspace, {
    ...round,
    outcome: publication
      ? { kind: 'published', version: publication.version, stepSize: judgment.stepSize }
      : { kind: 'refused' },
  });
  await decision.remove();
  return {
    publication,
    figures: {
      taskId: round.taskId,
      count: judgment.count,
      numSimulated: round.numSimulated,
      stepSize: judgment.stepSize,
      ndcgBefore: judgment.ndcgBefore,
      ndcgAfter: judgment.ndcgAfter,
      standardError: judgment.standardError,
      numJudgingCases: judgment.numCases,
      verdict: judgment.verdict,
      isLast: judgment.isLast,
      privacy: ledgerFigures(await listRounds(workspace)),
    },
  };
}
