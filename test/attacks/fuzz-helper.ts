import { expect } from 'vitest';
import { createSum, inReleaseUnits, reportSetDigest } from '#privacy/aggregate.ts';
import { collect } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { sealTo } from '#privacy/hpke.ts';
import { openInputShare } from '#privacy/report.ts';
import { type Bytes, fromBase64Url } from '#protocol/bytes.ts';
import { encodeHelperBatch, type HelperReport } from '#protocol/helper-batch.ts';
import { reportAad, reportInfo } from '#protocol/report.ts';
import type { TaskKind } from '#protocol/task.ts';
import { seededUniform } from '../privacy/seeded-random.ts';
import { openVerifier } from '../privacy/verifiers.ts';
import { AttackedRound, firstDevices } from './attacked-round.ts';
import { createKindFixture, type KindFixture, makeKindReports, sumOfOutputs } from './kind-fixture.ts';
import { type BegunReport, beginReports } from './leader-messages.ts';
import { below, mutate, mutateLength, pick, type Uniform } from './mutate.ts';

const NUM_HONEST = 110;
/** Reports that are sent only in forms that are wrong. */
const NUM_DONORS = 60;
const REPORTS_A_STEP = 50;

/**
 * Sends the helper steps of mutated reports, some with their bytes mutated once more, then an honest step, and asks for
 * the release.
 *
 * Expects that each is refused, that no step changes what is counted, that only a damaged one can be no batch, and that
 * the released share is exactly that of the honest reports.
 *
 * @param numMutated Reports that the helper is to look at, one by one: those of steps that are no batch come on top.
 * @returns How many steps were no batch.
 */
export async function fuzzHelper(kind: TaskKind, numMutated: number): Promise<{ readonly numBroken: number }> {
  const uniform = await seededUniform(`fuzzed helper of ${kind}`);
  const fixture = await createKindFixture(kind);
  const round = new AttackedRound(fixture);
  await round.open();
  const { helper } = round;
  const verifier = openVerifier(fixture.task.vdaf);
  const begun = await beginReports(await makeKindReports(fixture, NUM_HONEST + NUM_DONORS), fixture);
  const honest = begun.slice(0, NUM_HONEST);
  const mutants = await createMutants(begun.slice(NUM_HONEST), fixture, uniform);

  let numBroken = 0;
  for (let step = 0; (step - numBroken) * REPORTS_A_STEP < numMutated; step++) {
    const batch: HelperReport[] = [];
    while (batch.length < REPORTS_A_STEP) batch.push(await mutants());
    const bytes = encodeHelperBatch(step, batch);
    const isDamaged = uniform() < 0.1;
    const outcome = await helper.addBatch(isDamaged ? damage(bytes, uniform) : bytes);
    if (outcome.kind === 'answered') expect(outcome.verdicts.some((byte) => byte !== 0)).toBe(false);
    else {
      // A step whose number came out of an earlier damaged one is not damaged itself.
      expect(isDamaged || outcome.kind === 'step-differs').toBe(true);
      expect(['round-message-invalid', 'step-differs']).toContain(outcome.kind);
      numBroken++;
    }
  }
  const nothing = round.helperStorage.rows('SELECT aggregated, (SELECT count(*) FROM counted) AS counted FROM round');
  expect(nothing).toEqual([{ aggregated: 0, counted: 0 }]);

  const answer = await round.client.addBatch(2 ** 31, { reports: honest, sizes: verifier.sizes });
  expect(answer).toMatchObject({ kind: 'answered' });
  const set = { count: NUM_HONEST, reportSetDigest: await reportSetDigest(honest.map(({ id }) => id)) };
  expect(await round.client.release(set)).toMatchObject({ kind: 'answered' });
  const ring = elementRing(verifier.elementBytes);
  const leaderSum = createSum(verifier);
  for (const { leaderState } of honest) ring.add(leaderSum, leaderState.slice(0, leaderSum.length));
  const { vdaf } = fixture.task;
  const helperShare = fromBase64Url(helper.aggregateShare()?.share ?? '');
  const released = collect(inReleaseUnits(leaderSum, { ring, vdaf }), helperShare, { ring, vdaf });
  expect(Array.from(released)).toEqual(sumOfOutputs(firstDevices(NUM_HONEST), fixture.task));
  return { numBroken };
}

function damage(bytes: Bytes, uniform: Uniform): Bytes {
  return uniform() < 0.5 ? mutateLength(bytes, uniform) : mutate(bytes, { uniform, other: bytes.toReversed() });
}

/** A report as a leader that lies might pass it on. */
async function createMutants(
  donors: readonly BegunReport[],
  fixture: KindFixture,
  uniform: Uniform,
): Promise<() => Promise<HelperReport>> {
  const { task, taskId, helperKey } = fixture;
  const { hpkePublicKey, hpkeKeyId } = task.helper;
  const opened = new Map<HelperReport, Bytes>();
  for (const donor of donors) {
    const sealed = { ...donor, sealed: donor.helper };
    opened.set(donor, await openInputShare('helper', sealed, { task, taskId, keyPair: helperKey }));
  }

  /** Sealed anew, as a device in league with the leader would: only the proof can show it. */
  async function reseal(donor: HelperReport, other: HelperReport): Promise<HelperReport> {
    const plaintext = mutate(opened.get(donor) as Bytes, { uniform, other: opened.get(other) as Bytes });
    return { ...donor, helper: await seal(donor, plaintext) };
  }

  async function resealPublicShare(donor: HelperReport, other: HelperReport): Promise<HelperReport> {
    const publicShare = mutate(donor.publicShare, { uniform, other: other.publicShare });
    return { ...donor, publicShare, helper: await seal({ ...donor, publicShare }, opened.get(donor) as Bytes) };
  }

  function seal(report: HelperReport, plaintext: Bytes) {
    return sealTo(hpkePublicKey, {
      info: reportInfo('helper'),
      aad: reportAad({ ...report, taskId, hpkeKeyId }),
      plaintext,
    });
  }

  const mutateWith = (other: Bytes) => (bytes: Bytes) => mutate(bytes, { uniform, other });
  const always: ((donor: HelperReport, other: HelperReport) => HelperReport | Promise<HelperReport>)[] = [
    (donor, other) => ({ ...donor, id: mutateWith(other.id)(donor.id) }),
    (donor) => ({ ...donor, hour: pick([0, donor.hour + 1, donor.hour + 47, 2 ** 32 - 1], uniform) }),
    ({ helper, ...donor }, other) => ({
      ...donor,
      helper: { ...helper, enc: mutateWith(other.helper.enc)(helper.enc) },
    }),
    ({ helper, ...donor }, other) => {
      const ciphertext = mutateWith(other.helper.ciphertext)(helper.ciphertext);
      return { ...donor, helper: { ...helper, ciphertext } };
    },
    (donor, other) => ({ ...donor, helper: other.helper }),
    (donor, other) => ({ ...donor, id: other.id }),
  ];
  const proved: typeof always = [
    (donor, other) => {
      const leaderVerifierShare = mutateWith(other.leaderVerifierShare)(donor.leaderVerifierShare);
      return { ...donor, leaderVerifierShare };
    },
    (donor, other) => ({ ...donor, leaderVerifierShare: other.leaderVerifierShare }),
    (donor, other) => ({ ...donor, publicShare: mutateWith(other.publicShare)(donor.publicShare) }),
    reseal,
    reseal,
    resealPublicShare,
  ];
  const ways = task.kind === 'model-update' ? always : [...always, ...proved];
  return async () => {
    const at = below(donors.length, uniform);
    const [donor, other] = [donors[at], donors[(at + 1 + below(donors.length - 1, uniform)) % donors.length]];
    return pick(ways, uniform)(donor as BegunReport, other as BegunReport);
  };
}
