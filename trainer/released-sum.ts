import { unshard } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import { fromBase64Url } from '#protocol/bytes.ts';
import { type OpenedTask, openTask } from '#protocol/task.ts';
import type { Parties } from './deployment.ts';
import { InputError } from './input-error.ts';
import type { RoundFile } from './round-file.ts';

/** What a released round says. */
export interface ReleasedSum extends OpenedTask {
  /** Devices in the sum. */
  readonly count: number;
  /** Noised by both parties, in the sum's integers, one an element. */
  readonly sum: Float64Array;
}

/**
 * Fetches both noised shares of a released round and adds them up. Parties serve the same shares for ever, so
 * asking again says nothing new.
 *
 * @throws {InputError} If the parties' shares are not of the same reports.
 * @throws {EdgeError} If a party has not released.
 */
export async function fetchReleasedSum(round: RoundFile, { leader, helper, shop, key }: Parties): Promise<ReleasedSum> {
  const opened = await openTask(round.envelope, { shop, trusted: [key.fingerprint] });
  const [leaderShare, helperShare] = await Promise.all([
    leader.aggregateShare(opened.id),
    helper.aggregateShare(opened.id),
  ]);
  if (leaderShare.count !== helperShare.count || leaderShare.reportSetDigest !== helperShare.reportSetDigest) {
    throw new InputError(
      'expected both parties to release the sum of the same reports, got different ones; do not use this round',
    );
  }
  const ring = elementRing(vdafShape(opened.task.vdaf).elementBytes);
  const sum = unshard(fromBase64Url(leaderShare.share), fromBase64Url(helperShare.share), ring);
  return { ...opened, count: leaderShare.count, sum };
}
