import { beforeAll, expect, test } from 'vitest';
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

/** A share whose elements are small numbers. */
function elements(...values: readonly number[]): Bytes {
  const bytes = new Uint8Array(ELEMENT_BYTES * values.length);
  for (const [i, value] of values.entries()) bytes[ELEMENT_BYTES * i] = value;
  return bytes;
}

const LEADER = elements(3, 5, 7, 9, 11, 13);
const HELPER = elements(40, 50, 60, 70, 80, 90);

async function sumOf(helper: Bytes | string, changes: Partial<AggregateShare> = {}) {
  const common = { count: 137, reportSetDigest: '6f'.repeat(32) as Digest };
  const party = (share: AggregateShare) => ({ aggregateShare: async () => share });
  const parties = {
    shop: task.shop,
    key,
    leader: party({ ...common, share: toBase64Url(LEADER) }),
    helper: party({ ...common, share: typeof helper === 'string' ? helper : toBase64Url(helper), ...changes }),
  } as unknown as Parties;
  return fetchReleasedSum({ envelope: await signTask(task, key) } as RoundFile, parties);
}

test('two shares of one sum add up', async () => {
  const { count, sum } = await sumOf(HELPER);
  expect([count, Array.from(sum)]).toEqual([137, [43, 55, 67, 79, 91, 103]]);
});

test.each<[string, Partial<AggregateShare>]>([
  ['another number of reports', { count: 136 }],
  ['another set of reports', { reportSetDigest: '70'.repeat(32) as Digest }],
])('a share of %s is refused', async (_, changes) => {
  await expect(sumOf(HELPER, changes)).rejects.toThrow(InputError);
});

test.each<[string, Bytes | string]>([
  ['is too short', HELPER.slice(ELEMENT_BYTES)],
  ['is too long', Uint8Array.of(...HELPER, ...new Uint8Array(ELEMENT_BYTES))],
  ['is cut within an element', HELPER.slice(0, LENGTH * ELEMENT_BYTES - 1)],
  ['has an element above the modulus', HELPER.slice().fill(255, 0, ELEMENT_BYTES)],
  ['is drawn at random, and so no part of a sum', HELPER.slice().fill(0x5b, 8, 15)],
  ['is no base64url', 'AAAAA'],
])('a share that %s is refused with a sentence', async (_, share) => {
  await expect(sumOf(share)).rejects.toThrow(InputError);
  await expect(sumOf(share)).rejects.toThrow(/do not use this round/);
});
