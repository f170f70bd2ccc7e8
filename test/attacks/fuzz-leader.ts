import { expect } from 'vitest';
import type { SharedMeasurement } from '#privacy/vdaf.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { encodeReport, parseReport } from '#protocol/report.ts';
import type { TaskKind } from '#protocol/task.ts';
import { seededUniform } from '../privacy/seeded-random.ts';
import { openVerifier } from '../privacy/verifiers.ts';
import { AttackedRound, firstDevices } from './attacked-round.ts';
import { createKindFixture, type KindFixture, makeKindReport, makeKindReports } from './kind-fixture.ts';
import { below, mutate, mutateLength, pick, type Uniform } from './mutate.ts';

const NUM_HONEST = 110;

/**
 * Sends mutated reports to the leader among honest ones and runs the round to its end.
 *
 * Expects that each is refused by its name or left out, and that the released sum is exactly the honest one.
 *
 * @returns How many were refused at once, and how many were admitted unread and left out.
 */
export async function fuzzLeader(kind: TaskKind, numMutated: number) {
  const uniform = await seededUniform(`fuzzed leader of ${kind}`);
  const fixture = await createKindFixture(kind, { maxBatch: 60_000 });
  const round = new AttackedRound(fixture);
  await round.open();
  const honest = await makeKindReports(fixture, NUM_HONEST);
  const { leader } = round;
  const mutants = createMutants(fixture, uniform);
  let numRefused = 0;
  let numLeftOut = 0;
  for (let i = 0; i < numMutated; i++) {
    if (i % Math.ceil(numMutated / NUM_HONEST) === 0) await round.submitAll(honest.splice(0, 1));
    const { kind: outcome } = await leader.submit(await mutants());
    expect(['accepted', 'report-invalid', 'report-differs']).toContain(outcome);
    if (outcome === 'accepted') numLeftOut++;
    else numRefused++;
  }
  await round.submitAll(honest);
  expect(leader.state()).toEqual({ kind: 'open', received: NUM_HONEST + numLeftOut });
  await round.runToEnd();
  round.expectExactSumOf(firstDevices(NUM_HONEST));
  return { numRefused, numLeftOut };
}

/** Reports with something wrong: in what is sealed where there is a proof, or in what the device sends. */
function createMutants(fixture: KindFixture, uniform: Uniform): () => Promise<Bytes> {
  const isProved = fixture.task.kind !== 'model-update';
  const { sizes } = openVerifier(fixture.task.vdaf);
  let lastShares: SharedMeasurement | undefined;
  let last: Bytes | undefined;

  /** Sealed as it should be, but not what the device has proved. */
  const withWrongShares = (device: number) =>
    makeKindReport(device, fixture, (shares) => {
      const field = pick(['publicShare', 'leaderInputShare', 'helperInputShare'] as const, uniform);
      const other = (lastShares ?? shares)[field];
      lastShares = shares;
      return { ...shares, [field]: mutate(shares[field], { uniform, other }) };
    });

  const withSwappedFields = (bytes: Bytes, other: Bytes): Bytes => {
    const [a, b] = [parseReport(bytes, sizes), parseReport(other, sizes)];
    const { leader, helper } = a;
    const swapped = pick(
      [
        { ...a, leader: b.leader },
        { ...a, helper: b.helper },
        { ...a, id: b.id },
        { ...a, leader: { ...leader, enc: helper.enc }, helper: { ...helper, enc: leader.enc } },
        { ...a, leader: { ...leader, enc: b.leader.enc } },
        { ...a, hour: b.hour + 1 },
      ],
      uniform,
    );
    return encodeReport(swapped);
  };

  return async () => {
    const device = below(10_000, uniform);
    if (isProved && uniform() < 0.5) return withWrongShares(device);
    const bytes = await makeKindReport(device, fixture);
    const other = last ?? (await makeKindReport(device + 1, fixture));
    last = bytes;
    const way = uniform();
    if (way < 0.6) return mutate(bytes, { uniform, other });
    return way < 0.75 ? mutateLength(bytes, uniform) : withSwappedFields(bytes, other);
  };
}
