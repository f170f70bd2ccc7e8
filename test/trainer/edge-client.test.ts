import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Digest, TaskId } from '#protocol/ids.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { signAnswer } from '#protocol/signed-answer.ts';
import { signRequest } from '#protocol/signed-request.ts';
import { EdgeClient } from '#trainer/edge-client.ts';
import type { CheckParty } from '#trainer/known-party.ts';
import { SHOP } from '../protocol/manifest-fixture.ts';

const DIGEST = 'ab'.repeat(32) as Digest;
const TASK = '7c'.repeat(32) as TaskId;
let shopKey: SigningKey;
let party: SigningKey;
let stranger: SigningKey;
let server: Server | undefined;

beforeAll(async () => {
  [{ key: shopKey }, { key: party }, { key: stranger }] = await Promise.all([
    generateSigningKey(),
    generateSigningKey(),
    generateSigningKey(),
  ]);
});
afterEach(() => server?.close());

/** An edge of this machine; `undefined` hangs up. */
async function clientOf(
  answer: (request: Request) => Promise<Response | undefined>,
  checkParty: CheckParty = async () => {},
): Promise<EdgeClient> {
  server = createServer(async ({ method = '', url = '', headers, socket }, response) => {
    const asked = new Request(`http://${headers.host}${url}`, {
      method,
      headers: Object.entries(headers) as [string, string][],
    });
    const answered = await answer(asked);
    if (!answered) return socket.destroy();
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    response.end(new Uint8Array(await answered.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return new EdgeClient({ origin: `http://127.0.0.1:${port}`, shop: SHOP, key: shopKey, checkParty });
}

describe('a request', () => {
  /** An edge that hangs up on some requests, counted from 0, and has no open task. */
  async function edgeThatHangsUpOn(isHungUp: (index: number) => boolean) {
    let numRequests = 0;
    const client = await clientOf(async () => (isHungUp(numRequests++) ? undefined : Response.json([])));
    return { client, count: () => numRequests };
  }

  test('whose connection was closed is sent once more', async () => {
    const { client, count } = await edgeThatHangsUpOn((index) => index === 1);
    expect(await client.openTasks()).toEqual([]);
    expect(await client.openTasks()).toEqual([]);
    expect(count()).toBe(3);
  });

  test('is sent no more than twice', async () => {
    const { client, count } = await edgeThatHangsUpOn(() => true);
    await expect(client.openTasks()).rejects.toThrow(/expected an edge at .* but nothing answers there/);
    expect(count()).toBe(2);
  });

  test('is sent once where nothing listens', async () => {
    const { client } = await edgeThatHangsUpOn(() => false);
    server?.close();
    await expect(client.openTasks()).rejects.toThrow(/nothing answers there/);
  });
});

const SHARE = { count: 130, reportSetDigest: DIGEST, share: 'AQIDBA' };
const PROBLEM = { code: 'unknown-task', title: 'There is no such task.' };

/** A party that says who it is, and answers everything else as told. */
function partyThat(answers: (request: Request) => Promise<Response>, checkParty?: CheckParty): Promise<EdgeClient> {
  const identity = { role: 'helper', publicKey: party.publicKey };
  return clientOf(async (request) => {
    return request.url.endsWith('/v1/party') ? Response.json(identity) : answers(request);
  }, checkParty);
}

const signed = (response: Response, request: Request, key = party) =>
  signAnswer(response, { request, key, nowMs: Date.now() });

describe('a share, a state or a ledger', () => {
  test('is read where the party has signed it', async () => {
    const client = await partyThat((request) => signed(Response.json(SHARE), request));
    expect(await client.aggregateShare(TASK)).toEqual(SHARE);
  });

  test.each<[string, (body: Response, request: Request) => Promise<Response>]>([
    ['unsigned', async (body) => body],
    ['signed by a stranger', (body, request) => signed(body, request, stranger)],
    [
      'the answer to another request',
      async (body, request) => signed(body, await signRequest(new Request(request.url), shopKey, Date.now() - 5000)),
    ],
    [
      'changed on the way',
      async (body, request) => {
        const { headers } = await signed(body, request);
        return new Response(JSON.stringify({ ...SHARE, count: 131 }), { headers });
      },
    ],
  ])('is refused where it is %s', async (_, sign) => {
    const share = await partyThat((request) => sign(Response.json(SHARE), request));
    await expect(share.aggregateShare(TASK)).rejects.toMatchObject({ code: 'bad-answer-signature' });
    server?.close();
    const state = await partyThat((request) => sign(Response.json({ kind: 'open', received: 3 }), request));
    await expect(state.roundState(TASK)).rejects.toMatchObject({ code: 'bad-answer-signature' });
    server?.close();
    const ledger = await partyThat((request) => sign(Response.json({ entries: [] }), request));
    await expect(ledger.readLedger()).rejects.toMatchObject({ code: 'bad-answer-signature' });
  });

  test('is a no only where the party has signed that', async () => {
    const no = () => Response.json(PROBLEM, { status: 404 });
    const believed = await partyThat((request) => signed(no(), request));
    await expect(believed.aggregateShare(TASK)).rejects.toMatchObject({ status: 404, code: 'unknown-task' });
    server?.close();
    const unsigned = await partyThat(async () => no());
    await expect(unsigned.aggregateShare(TASK)).rejects.toMatchObject({ code: 'bad-answer-signature' });
  });

  test('is not asked of a party that is not the known one', async () => {
    const asked: string[] = [];
    const client = await partyThat(
      async (request) => {
        asked.push(request.url);
        return signed(Response.json(SHARE), request);
      },
      async ({ publicKey }) => {
        throw new Error(`not ${publicKey}`);
      },
    );
    await expect(client.aggregateShare(TASK)).rejects.toThrow(`not ${party.publicKey}`);
    expect(asked).toEqual([]);
  });
});
