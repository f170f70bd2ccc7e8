import { beforeAll, describe, expect, test } from 'vitest';
import { elementRing } from '#privacy/element-ring.ts';
import { releaseUnits } from '#privacy/noise.ts';
import { type Bytes, toBase64Url } from '#protocol/bytes.ts';
import type { Digest } from '#protocol/ids.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import type { AggregateShare } from '#protocol/round-messages.ts';
import { signTask } from '#protocol/task.ts';
import type { Parties } from '#trainer/deployment.ts';
import { InputError } from '#trainer/input-error.ts';
import { fetchReleasedSum } from '#trainer/released-sum.ts';
import type { RoundFile } from '#trainer/round-file.ts';
import { sampleTask } from '../protocol/sample-task.ts';

const task = sampleTask('metrics');
const LENGTH = 6;
const ELEMENT_BYTES = 16;

let key: SigningKey;

beforeAll(async () => {
  ({ key } = await generateSigningKey());
});

/** A share of these counts, as parties release it. */
function shareOf(...counts: readonly number[]): Bytes {
  const bytes = new Uint8Array(ELEMENT_BYTES * counts.length);
  const view = new DataView(bytes.buffer);
  for (const [i, count] of counts.entries()) view.setUint32(ELEMENT_BYTES * i, count * releaseUnits(task.vdaf), true);
  return bytes;
}

const LEADER = shareOf(3, 5, 7, 9, 11, 13);
const HELPER = shareOf(40, 50, 60, 70, 80, 90);

type Party = 'leader' | 'helper';
const OWN = { leader: LEADER, helper: HELPER } as const;

/** What the trainer reads where one party serves another share than its own. */
async function sumOf(liar: Party, share: Bytes | string, changes: Partial<AggregateShare> = {}) {
  const common = { count: 137, reportSetDigest: '6f'.repeat(32) as Digest };
  const serve = (party: Party) => ({
    aggregateShare: async (): Promise<AggregateShare> => {
      if (party !== liar) return { ...common, share: toBase64Url(OWN[party]) };
      return { ...common, share: typeof share === 'string' ? share : toBase64Url(share), ...changes };
    },
  });
  const parties = {
    shop: task.shop,
    publishers: [key.fingerprint],
    leader: serve('leader'),
    helper: serve('helper'),
  } as unknown as Parties;
  return fetchReleasedSum({ envelope: await signTask(task, key) } as RoundFile, parties);
}

test('two shares of one sum add up', async () => {
  const { count, sum } = await sumOf('helper', HELPER);
  expect([count, Array.from(sum)]).toEqual([137, [43, 55, 67, 79, 91, 103]]);
});

describe.each(['leader', 'helper'] as const)('of a %s that lies,', (liar) => {
  const own = OWN[liar];

  test.each<[string, Partial<AggregateShare>]>([
    ['another number of reports', { count: 136 }],
    ['another set of reports', { reportSetDigest: '70'.repeat(32) as Digest }],
  ])('a share of %s is refused', async (_, changes) => {
    await expect(sumOf(liar, own, changes)).rejects.toThrow(InputError);
  });

  test.each<[string, Bytes | string]>([
    ['is too short', own.slice(ELEMENT_BYTES)],
    ['is too long', Uint8Array.of(...own, ...new Uint8Array(ELEMENT_BYTES))],
    ['is cut within an element', own.slice(0, LENGTH * ELEMENT_BYTES - 1)],
    ['has an element above the modulus', own.slice().fill(255, 0, ELEMENT_BYTES)],
    ['is drawn at random, and so no part of a sum', own.slice().fill(0x5b, 8, 15)],
    ['is no base64url', 'AAAAA'],
  ])('a share that %s is refused with a sentence', async (_, share) => {
    await expect(sumOf(liar, share)).rejects.toThrow(InputError);
    await expect(sumOf(liar, share)).rejects.toThrow(/do not use this round/);
  });

  test('a share to which it has added what devices could have sent is not seen to be another', async () => {
    const more = own.slice();
    elementRing(ELEMENT_BYTES).add(more, shareOf(0, 0, 29, 0, 0, 0));
    expect(Array.from((await sumOf(liar, more)).sum)).toEqual([43, 55, 67 + 29, 79, 91, 103]);
  });
});
