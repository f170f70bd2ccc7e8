import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Bytes } from '#protocol/bytes.ts';
import { encodeVerdicts, parseVerdicts } from '#protocol/helper-batch.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { signAnswer } from '#protocol/signed-answer.ts';
import { HOUR_MS } from '../edge/round-fixture.ts';
import { openVerifier } from '../privacy/verifiers.ts';
import { AttackedRound, firstDevices, helperIdentity } from './attacked-round.ts';
import {
  createKindFixture,
  type KindFixture,
  makeCheatingReport,
  makeKindReports,
  sumOfOutputs,
} from './kind-fixture.ts';

let fixture: KindFixture;
let cheating: Bytes;
let reports: Bytes[];
let round: AttackedRound;
let stranger: SigningKey;

// Rounds that end badly say so on purpose.
const log = vi.spyOn(console, 'error').mockImplementation(() => {});
afterAll(() => log.mockRestore());

beforeAll(async () => {
  fixture = await createKindFixture('shadow-eval');
  cheating = await makeCheatingReport(fixture);
  reports = await makeKindReports(fixture, 130);
  ({ key: stranger } = await generateSigningKey());
});

beforeEach(async () => {
  round = new AttackedRound(fixture);
  await round.open();
});

const isBatch = (request: Request) => request.url.endsWith('/batches');

/** The helper signs another body than the one its rounds have come to. */
function answerBatchesWith(alter: (verdicts: Bytes) => Bytes, by: () => SigningKey = () => helperIdentity.key): void {
  round.onTheWay = async (request, deliver) => {
    const answer = await deliver(request.clone());
    if (!isBatch(request) || !answer.ok) return answer;
    const altered = new Response(alter(new Uint8Array(await answer.arrayBuffer())));
    return signAnswer(altered, { request, key: by(), nowMs: Date.now() });
  };
}

/** Verdicts with one of them changed. */
function changeVerdict(entry: number, change: (message: Bytes) => Bytes | 'refused') {
  const { sizes } = openVerifier(fixture.task.vdaf);
  return (bytes: Bytes) => {
    const verdicts = parseVerdicts(bytes, { sizes, numReports: bytes.length / (1 + sizes.verifierMessage) });
    const changed = verdicts.map((verdict, i) => {
      if (i !== entry) return verdict;
      const message = change(
        verdict.kind === 'added' ? verdict.verifierMessage : new Uint8Array(sizes.verifierMessage),
      );
      return message === 'refused'
        ? ({ kind: 'refused' } as const)
        : { kind: 'added' as const, verifierMessage: message };
    });
    return encodeVerdicts(changed, sizes);
  };
}

describe('nothing is released and everything is deleted where a helper', () => {
  test('says that it counted a report whose proof is wrong, with a made-up verifier message', async () => {
    answerBatchesWith(changeVerdict(0, (message) => message.fill(0x3c)));
    await round.submitAll([cheating, ...reports.slice(0, 120)]);
    await round.runToEnd();
    round.expectNothingReleased('helper-contradicts');
    expect(round.helperEffects.hasKeys).toBe(false);
  });

  test('says that it counted a report which it did not', async () => {
    const { sizes } = openVerifier(fixture.task.vdaf);
    let message: Bytes | undefined;
    // The right message for an honest report, kept for the same one with its helper share broken on the way.
    answerBatchesWith((bytes) => {
      const [verdict] = parseVerdicts(bytes, { sizes, numReports: bytes.length / (1 + sizes.verifierMessage) });
      message = verdict?.kind === 'added' ? verdict.verifierMessage : undefined;
      return bytes;
    });
    await round.submitAll(reports.slice(0, 120));
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(120));

    const right = message as Bytes;
    round = new AttackedRound(fixture);
    await round.open();
    answerBatchesWith(changeVerdict(0, () => right));
    const [first, ...rest] = reports.slice(0, 120) as [Bytes, ...Bytes[]];
    await round.submitAll([first.with(-3 + first.length, (first.at(-3) as number) ^ 0x41) as Bytes, ...rest]);
    await round.runToEnd();
    round.expectNothingReleased('report-sets-differ');
  });

  test('says that it left out a report which it counted', async () => {
    answerBatchesWith(changeVerdict(17, () => 'refused'));
    await round.submitAll(reports.slice(0, 120));
    await round.runToEnd();
    round.expectNothingReleased('report-sets-differ');
  });

  test('says of an update, which has no proof, that it counted one which it could not open', async () => {
    const updates = await createKindFixture('model-update');
    round = new AttackedRound(updates);
    await round.open();
    answerBatchesWith((verdicts) => verdicts.fill(1));
    const [first, ...rest] = (await makeKindReports(updates, 120)) as [Bytes, ...Bytes[]];
    await round.submitAll([first.with(-1, (first.at(-1) as number) ^ 0x20) as Bytes, ...rest]);
    await round.runToEnd();
    round.expectNothingReleased('report-sets-differ');
  });

  test('swaps the verdicts of two reports, one of them refused', async () => {
    const entry = 1 + openVerifier(fixture.task.vdaf).sizes.verifierMessage;
    answerBatchesWith((bytes) => {
      const swapped = bytes.slice();
      swapped.set(bytes.subarray(entry, 2 * entry), 0);
      swapped.set(bytes.subarray(0, entry), entry);
      return swapped;
    });
    await round.submitAll([cheating, ...reports.slice(0, 120)]);
    await round.runToEnd();
    // The verifier message is that of another report, which the leader sees before the sets are compared.
    round.expectNothingReleased('helper-contradicts');
  });

  test('refuses every report', async () => {
    answerBatchesWith((bytes) => new Uint8Array(bytes.length));
    await round.submitAll(reports.slice(0, 120));
    await round.runToEnd();
    round.expectNothingReleased('too-few-reports');
  });

  test.each([
    { kind: 'released', count: 119 },
    { kind: 'released', count: 121 },
  ])('says %j when it was told of 120 reports', async (body) => {
    round.onTheWay = async (request, deliver) => {
      const answer = await deliver(request.clone());
      if (!request.url.endsWith('/release')) return answer;
      return signAnswer(Response.json(body), { request, key: helperIdentity.key, nowMs: Date.now() });
    };
    await round.submitAll(reports.slice(0, 120));
    await round.runToEnd();
    expect(round.leader.state()).toMatchObject({ kind: 'failed', reason: 'report-sets-differ' });
    expect(round.leader.aggregateShare()).toBeUndefined();
  });

  test('refuses the release', async () => {
    round.onTheWay = async (request, deliver) => {
      if (isBatch(request)) return deliver(request);
      const no = Response.json({ code: 'unknown-task', title: 'No.' }, { status: 404 });
      return signAnswer(no, { request, key: helperIdentity.key, nowMs: Date.now() });
    };
    await round.submitAll(reports.slice(0, 120));
    await round.runToEnd();
    round.expectNothingReleased('helper-refused');
  });
});

describe('an answer is not believed, the leader goes on asking, and after a week the round ends unreleased, where it is', () => {
  /** Nothing believable comes back, ever. */
  async function expectGivenUp(): Promise<void> {
    await round.submitAll(reports.slice(0, 120));
    await round.leader.close();
    await round.leader.onAlarm();
    expect(round.leader.state()).toEqual({ kind: 'aggregating', received: 120, aggregated: 0 });
    round.nowMs = fixture.task.closesAtMs + 8 * 24 * HOUR_MS;
    await round.runToEnd();
    round.expectNothingReleased('helper-refused');
  }

  test('missing', async () => {
    round.onTheWay = async () => {
      throw new TypeError('the network is away');
    };
    await expectGivenUp();
  });

  test('unsigned', async () => {
    round.onTheWay = async (request, deliver) => {
      const answer = await deliver(request);
      return new Response(await answer.arrayBuffer(), { status: answer.status });
    };
    await expectGivenUp();
  });

  test('signed by a stranger', async () => {
    round.onTheWay = async (request, deliver) => {
      const answer = await deliver(request.clone());
      const body = new Response(await answer.arrayBuffer(), { status: answer.status });
      return signAnswer(body, { request, key: stranger, nowMs: Date.now() });
    };
    await expectGivenUp();
  });

  test('the answer to another request, replayed', async () => {
    let kept: Response | undefined;
    round.onTheWay = async (request, deliver) => {
      kept = await deliver(request);
      return kept.clone();
    };
    expect(await round.client.agreeOnVerifyKey(await round.sealVerifyKey())).toMatchObject({ kind: 'answered' });
    round.onTheWay = async () => (kept as Response).clone();
    await expectGivenUp();
  });

  test.each<[string, (bytes: Bytes) => Bytes]>([
    ['a verdict short', (bytes) => bytes.slice(openVerifier(fixture.task.vdaf).sizes.verifierMessage + 1)],
    ['a byte too long', (bytes) => Uint8Array.of(...bytes, 1)],
    ['no verdicts at all', () => new Uint8Array()],
    ['neither yes nor no', (bytes) => bytes.with(0, 2)],
  ])('signed, but %s', async (_what, alter) => {
    answerBatchesWith(alter);
    await expectGivenUp();
  });
});

describe('every report is counted once where the way to the helper', () => {
  test('delivers every message twice', async () => {
    round.onTheWay = async (request, deliver) => {
      await deliver(request.clone());
      return deliver(request);
    };
    await round.submitAll(reports);
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(130));
  });

  test('loses every other answer', async () => {
    let numMessages = 0;
    round.onTheWay = async (request, deliver) => {
      const answer = await deliver(request);
      return numMessages++ % 2 === 0 ? new Response(null, { status: 502 }) : answer;
    };
    await round.submitAll(reports);
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(130));
  });

  test('stalls for six days', async () => {
    const backAtMs = fixture.task.closesAtMs + 6 * 24 * HOUR_MS;
    round.onTheWay = async (request, deliver) =>
      round.nowMs < backAtMs ? new Response(null, { status: 504 }) : deliver(request);
    await round.submitAll(reports);
    round.nowMs = fixture.task.closesAtMs;
    await round.leader.onAlarm();
    round.nowMs = backAtMs;
    await round.runToEnd();
    round.expectExactSumOf(firstDevices(130));
  });
});

test('a helper in league with a device gets an invalid measurement counted: sums are right only while both parties are honest', async () => {
  // What the leader ends its verification with hangs on the public share alone, so the helper can say it of any proof.
  round.openHelperVerifier = (parameters) => {
    const verifier = openVerifier(parameters);
    let seed: Bytes;
    return {
      ...verifier,
      async verifyInit(role, input) {
        const start = await verifier.verifyInit(role, input);
        seed = start.state.slice(-verifier.sizes.verifierMessage);
        return start;
      },
      combineVerifierShares: () => seed,
    };
  };
  await round.submitAll([cheating, ...reports.slice(0, 120)]);
  await round.runToEnd();
  const honest = sumOfOutputs(firstDevices(120), fixture.task);
  expect(round.released()).toEqual(honest.map((value, cell) => value + (cell === 3 ? 2 : 0)));
});
