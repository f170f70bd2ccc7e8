import { contextOf, openInputShare } from '#privacy/report.ts';
import type { Verifier } from '#privacy/vdaf.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { HelperReport } from '#protocol/helper-batch.ts';
import { parseReport } from '#protocol/report.ts';
import { openVerifier } from '../privacy/verifiers.ts';
import { VERIFY_KEY } from './attacked-round.ts';
import type { KindFixture } from './kind-fixture.ts';

/** A report as the leader passes it on, with what the leader keeps of it. */
export interface BegunReport extends HelperReport {
  /** In effect the leader's output share: what its second step would return. */
  readonly leaderState: Bytes;
}

/** The leader's first step on each report, for tests that take the leader's place. */
export async function beginReports(reports: readonly Bytes[], fixture: KindFixture): Promise<BegunReport[]> {
  const verifier = openVerifier(fixture.task.vdaf);
  const begun: BegunReport[] = [];
  for (const bytes of reports) begun.push(await beginReport(bytes, verifier, fixture));
  return begun;
}

async function beginReport(
  bytes: Bytes,
  verifier: Verifier,
  { task, taskId, leaderKey }: KindFixture,
): Promise<BegunReport> {
  const report = parseReport(bytes, verifier.sizes);
  const sealed = { ...report, sealed: report.leader };
  const inputShare = await openInputShare('leader', sealed, { task, taskId, keyPair: leaderKey });
  const { publicShare } = report;
  const input = { ...contextOf(taskId, report.id), verifyKey: VERIFY_KEY, publicShare, inputShare };
  const { state, verifierShare } = await verifier.verifyInit('leader', input);
  return { ...report, leaderVerifierShare: verifierShare, leaderState: state };
}
