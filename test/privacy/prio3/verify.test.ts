import { describe, expect, test } from 'vitest';
import { histogram, multihotCountVec, sum } from '#privacy/prio3/circuits.ts';
import { createPrio3Shard } from '#privacy/prio3/shard.ts';
import { createPrio3Verify } from '#privacy/prio3/verify.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { shardModule, verifyModule } from './kernels.ts';
import { prio3Of, type Sent, send, start } from './parties-fixture.ts';

const circuit = multihotCountVec(9, 4, 3);
const vdaf = prio3Of(circuit);
const sent = send(vdaf, [0, 1, 0, 0, 1, 0, 0, 0, 1]);
const { leader, helper } = start(vdaf, sent);
const message = vdaf.combineVerifierShares(sent.ctx, leader.verifierShare, helper.verifierShare);

function codeOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error instanceof ProtocolError ? error.code : error;
  }
}

/** Too short, too long and empty. */
const wrongLengths = (bytes: Bytes): Bytes[] => [bytes.slice(1), new Uint8Array([...bytes, 0]), new Uint8Array()];

test.each<[string, 'leader' | 'helper', keyof Sent]>([
  ['leader’s input share', 'leader', 'leaderInputShare'],
  ['helper’s input share', 'helper', 'helperInputShare'],
  ['public share', 'leader', 'publicShare'],
])('a %s of another length is refused', (_what, role, field) => {
  for (const changed of wrongLengths(sent[field])) {
    const all = { ...sent, [field]: changed };
    const inputShare = role === 'leader' ? all.leaderInputShare : all.helperInputShare;
    expect(codeOf(() => vdaf.verifyInit(role, { ...all, inputShare }))).toBe('report-invalid');
  }
});

test('swapped roles are refused', () => {
  const { leaderInputShare, helperInputShare } = sent;
  const swapped = { ...sent, leaderInputShare: helperInputShare, helperInputShare: leaderInputShare };
  expect(codeOf(() => start(vdaf, swapped))).toBe('report-invalid');
  expect(codeOf(() => vdaf.combineVerifierShares(sent.ctx, helper.verifierShare, leader.verifierShare))).not.toEqual(
    message,
  );
});

test('verifier shares and messages of another length are refused', () => {
  for (const changed of wrongLengths(helper.verifierShare)) {
    expect(codeOf(() => vdaf.combineVerifierShares(sent.ctx, leader.verifierShare, changed))).toBe('report-invalid');
  }
  for (const changed of wrongLengths(message)) {
    expect(codeOf(() => vdaf.verifyNext(leader.state, changed))).toBe('report-invalid');
  }
});

test('a message of which one bit is changed is refused by both parties', () => {
  for (let bit = 0; bit < 8 * message.length; bit += 5) {
    const changed = message.slice();
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(codeOf(() => vdaf.verifyNext(leader.state, changed))).toBe('report-invalid');
    expect(codeOf(() => vdaf.verifyNext(helper.state, changed))).toBe('report-invalid');
  }
});

test('an element that is not below the modulus is refused, though it would count as one that is', () => {
  const { elementBytes } = vdaf;
  const share = sent.leaderInputShare.slice();
  share.fill(255, 4 * elementBytes, 5 * elementBytes);
  expect(codeOf(() => vdaf.verifyInit('leader', { ...sent, inputShare: share }))).toBe('report-invalid');
  const verifierShare = leader.verifierShare.slice();
  verifierShare.fill(255, elementBytes, 2 * elementBytes);
  expect(codeOf(() => vdaf.combineVerifierShares(sent.ctx, verifierShare, helper.verifierShare))).toBe(
    'report-invalid',
  );
});

test('a party’s own mistakes are told apart from the device’s', () => {
  const input = { ...sent, inputShare: sent.leaderInputShare };
  expect(() => vdaf.verifyInit('leader', { ...input, nonce: sent.nonce.slice(1) })).toThrow(RangeError);
  expect(() => vdaf.verifyInit('leader', { ...input, verifyKey: sent.verifyKey.slice(1) })).toThrow(RangeError);
  expect(() => vdaf.verifyNext(leader.state.slice(1), message)).toThrow(RangeError);
});

test('reports in between leave no trace: the same report gives the same answer', () => {
  const other = send(vdaf, [0, 0, 0, 0, 0, 0, 0, 0, 1]);
  start(vdaf, other);
  expect(start(vdaf, sent)).toEqual({ leader, helper });
});

describe('more than two shares', () => {
  test.each([3, 4, 7])('%i parties verify what is split among them', (numShares) => {
    const four = histogram(6, 2);
    const shard = createPrio3Shard(four, shardModule, numShares);
    const verify = createPrio3Verify(four, verifyModule, numShares);
    const { verifyKey, ctx, nonce } = sent;
    const { publicShare, inputShares } = shard(5, { ctx, nonce });
    const starts = inputShares.map((inputShare, party) =>
      verify.init(party, { verifyKey, ctx, nonce, publicShare, inputShare }),
    );
    const agreed = verify.combine(
      ctx,
      starts.map(({ verifierShare }) => verifierShare),
    );
    expect(starts.map(({ state }) => verify.next(state, agreed).length)).toEqual(new Array(numShares).fill(6 * 16));
  });
});

test('a helper that takes another helper’s part is found out', () => {
  const three = sum(50);
  const { verifyKey, ctx, nonce } = sent;
  const { publicShare, inputShares } = createPrio3Shard(three, shardModule, 3)(37, { ctx, nonce });
  const verify = createPrio3Verify(three, verifyModule, 3);
  const combineAs = (parties: readonly number[]) => () =>
    verify.combine(
      ctx,
      inputShares.map((inputShare, i) => {
        return verify.init(parties[i] as number, { verifyKey, ctx, nonce, publicShare, inputShare }).verifierShare;
      }),
    );
  expect(combineAs([0, 1, 2])).not.toThrow();
  expect(combineAs([0, 2, 1])).toThrow(ProtocolError);
});

test('a nonce of another length is refused before anything is drawn', () => {
  const refused = () => {
    throw new Error('expected nothing to be drawn');
  };
  const how = { ctx: sent.ctx, nonce: sent.nonce.slice(1), random: refused };
  expect(() => createPrio3Shard(sum(3), shardModule)(2, how)).toThrow(RangeError);
});
