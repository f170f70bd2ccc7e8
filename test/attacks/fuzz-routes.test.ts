import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { reportSetDigest } from '#privacy/aggregate.ts';
import { type Bytes, utf8 } from '#protocol/bytes.ts';
import { encodeHelperBatch } from '#protocol/helper-batch.ts';
import { parseJson } from '#protocol/parse.ts';
import { ProblemSchema } from '#protocol/round-messages.ts';
import { signAnswer } from '#protocol/signed-answer.ts';
import { signRequest } from '#protocol/signed-request.ts';
import { seededUniform } from '../privacy/seeded-random.ts';
import { AttackedRound, firstDevices, helperIdentity, leaderIdentity } from './attacked-round.ts';
import { createKindFixture, KINDS, type KindFixture, makeKindReports } from './kind-fixture.ts';
import { type BegunReport, beginReports } from './leader-messages.ts';
import { mutate, mutateLength, type Uniform } from './mutate.ts';

const NUM_REPORTS = 110;

const log = vi.spyOn(console, 'error').mockImplementation(() => {});
afterAll(() => log.mockRestore());

function damaged(bytes: Bytes, uniform: Uniform): Bytes {
  return uniform() < 0.3 ? mutateLength(bytes, uniform) : mutate(bytes, { uniform, other: bytes.toReversed() });
}

describe.each(KINDS)('in a round of %s', (kind) => {
  let fixture: KindFixture;
  let reports: Bytes[];
  let begun: BegunReport[];
  let round: AttackedRound;
  let uniform: Uniform;

  beforeAll(async () => {
    fixture = await createKindFixture(kind);
    reports = await makeKindReports(fixture, NUM_REPORTS);
    begun = await beginReports(reports, fixture);
  });

  beforeEach(async () => {
    uniform = await seededUniform(`fuzzed routes of ${kind}`);
    round = new AttackedRound(fixture);
    await round.open();
    log.mockClear();
  });

  /** Status and code of the answer to a body that the leader really signs. */
  async function send(path: string, body: Bytes): Promise<readonly [number, string]> {
    const url = `https://helper.example/v1/shops/${fixture.task.shop}/tasks/${fixture.taskId}/${path}`;
    const request = new Request(url, { method: 'POST', body });
    const answer = await round.deliver(await signRequest(request, leaderIdentity.key, Date.now()));
    const code = answer.ok ? 'ok' : parseJson(ProblemSchema, await answer.text(), 'bad-json').code;
    return [answer.status, code];
  }

  test('a damaged verify-key message, signed by the leader, is refused and leaves no key', async () => {
    round = new AttackedRound(fixture, 'not-agreed');
    await round.open();
    const sealed = await round.sealVerifyKey();
    for (let i = 0; i < 60; i++) {
      expect(await send('verify-key', damaged(sealed, uniform))).toEqual([400, 'round-message-invalid']);
    }
    expect(await send('batches', encodeHelperBatch(0, begun.slice(0, 2)))).toEqual([409, 'verify-key-missing']);
    expect(await send('verify-key', sealed)).toEqual([200, 'ok']);
  });

  test('a damaged release request, signed by the leader, never makes the helper release', async () => {
    await send('batches', encodeHelperBatch(0, begun));
    const right = { count: NUM_REPORTS, reportSetDigest: await reportSetDigest(begun.map(({ id }) => id)) };
    const counted = round.helperStorage;
    for (let i = 0; i < 60; i++) {
      round = new AttackedRound(fixture);
      round.helperStorage = counted.backup();
      const [status, code] = await send('release', damaged(utf8(JSON.stringify(right)), uniform));
      const isOver = code === 'report-sets-differ';
      expect([status, code]).toEqual(isOver ? [409, code] : [400, 'round-message-invalid']);
      expect(round.helper.state()?.kind).toBe(isOver ? 'failed' : 'aggregating');
      expect(round.helper.aggregateShare()).toBeUndefined();
    }
    expect(log).not.toHaveBeenCalled();
  });

  test('damaged verdicts, signed by the helper, are asked for again or end the round unreleased', async () => {
    await round.submitAll(reports);
    await round.leader.close();
    const { leaderStorage, helperStorage } = round;
    for (let i = 0; i < 12; i++) {
      round = new AttackedRound(fixture);
      round.leaderStorage = leaderStorage.backup();
      round.helperStorage = helperStorage.backup();
      let numDamaged = 0;
      round.onTheWay = async (request, deliver) => {
        const answer = await deliver(request.clone());
        if (!request.url.endsWith('/batches') || numDamaged++ > 0) return answer;
        const body = new Response(damaged(new Uint8Array(await answer.arrayBuffer()), uniform));
        return signAnswer(body, { request, key: helperIdentity.key, nowMs: Date.now() });
      };
      await round.runToEnd();
      expect(numDamaged).toBeGreaterThan(0);
      const state = round.leader.state();
      if (state?.kind === 'released') round.expectExactSumOf(firstDevices(NUM_REPORTS));
      else round.expectNothingReleased(state?.kind === 'failed' ? state.reason : 'failed');
    }
    expect(log).not.toHaveBeenCalled();
  });
});
