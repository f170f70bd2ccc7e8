import { collect } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import { type Bytes, fromBase64Url } from '#protocol/bytes.ts';
import type { AggregateShare } from '#protocol/round-messages.ts';
import { type OpenedTask, openTask, type Task } from '#protocol/task.ts';
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
 * @throws {InputError} If the parties' shares are not of the same reports, or no shares of one sum.
 * @throws {EdgeError} If a party has not released.
 */
export async function fetchReleasedSum(
  round: RoundFile,
  { leader, helper, shop, publishers }: Parties,
): Promise<ReleasedSum> {
  const opened = await openTask(round.envelope, { shop, trusted: [publishers] });
  const [leaderShare, helperShare] = await Promise.all([
    leader.aggregateShare(opened.id),
    helper.aggregateShare(opened.id),
  ]);
  if (leaderShare.count !== helperShare.count || leaderShare.reportSetDigest !== helperShare.reportSetDigest) {
    throw new InputError(
      'expected both parties to release the sum of the same reports, got different ones; do not use this round',
    );
  }
  const sum = addShares(opened.task, leaderShare, helperShare);
  return { ...opened, count: leaderShare.count, sum };
}

/** A party that lies, or whose storage is broken, may send anything. */
function addShares({ vdaf }: Task, leaderShare: AggregateShare, helperShare: AggregateShare): Float64Array {
  const { outputLength, elementBytes } = vdafShape(vdaf);
  const ring = elementRing(elementBytes);
  const [leader, helper] = [readShare(leaderShare), readShare(helperShare)];
  if (!(ring.isVector(leader, outputLength) && ring.isVector(helper, outputLength))) {
    throw new InputError(
      `expected both parties to release ${outputLength} elements of ${elementBytes} bytes, got others; do not use this round`,
    );
  }
  try {
    return collect(leader, helper, { ring, vdaf });
  } catch (cause) {
    throw new InputError('expected the shares of one sum, got others; do not use this round', { cause });
  }
}

/** Empty where it is no base64url. */
function readShare({ share }: AggregateShare): Bytes {
  try {
    return fromBase64Url(share);
  } catch {
    return new Uint8Array();
  }
}
