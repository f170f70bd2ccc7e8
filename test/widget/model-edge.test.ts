import { beforeEach, describe, expect, test } from 'vitest';
import { type Bytes, utf8 } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import type { ManifestFile } from '#protocol/manifest.ts';
import { createEdgeReader } from '#widget/edge-client.ts';
import { createModelEdge } from '#widget/model-edge.ts';
import { codeOf } from '#widget/widget-error.ts';
import { SHOP } from './published-shop.ts';

const BODY = utf8('the words of the shop');

type Reply = Bytes | number | 'no network';

let replies: Reply[];
let cacheModes: (string | undefined)[];
let pausesMs: number[];

beforeEach(() => {
  replies = [];
  cacheModes = [];
  pausesMs = [];
});

function openEdge() {
  const reader = createEdgeReader({ edge: 'https://edge.example', shop: SHOP }, async (_address, init) => {
    cacheModes.push(init?.cache);
    const reply = replies.shift() ?? BODY;
    if (reply === 'no network') throw new TypeError('Failed to fetch');
    return typeof reply === 'number' ? new Response(null, { status: reply }) : new Response(reply);
  });
  return createModelEdge(reader, async (ms) => void pausesMs.push(ms));
}

async function readWords(): Promise<Bytes> {
  const file: ManifestFile = { kind: 'words', digest: await digestOf(BODY), bytes: BODY.length };
  return openEdge().file(file);
}

async function codeOfWords(): Promise<string> {
  return readWords().then(() => 'none', codeOf);
}

describe('a failure that may pass', () => {
  test.each<Reply>(['no network', 429, 500, 503])('%s is waited out', async (fault) => {
    replies = [fault, fault];
    expect(await readWords()).toEqual(BODY);
    const [first, second] = pausesMs as [number, number];
    expect(pausesMs).toHaveLength(2);
    expect(first).toBeGreaterThanOrEqual(250);
    expect(first).toBeLessThanOrEqual(750);
    expect(second).toBeGreaterThanOrEqual(1000);
    expect(second).toBeLessThanOrEqual(3000);
  });

  test.each<[Reply, string]>([
    ['no network', 'edge-unreachable'],
    [503, 'edge-refused'],
  ])('%s is given up after the third try', async (fault, code) => {
    replies = Array<Reply>(9).fill(fault);
    expect(await codeOfWords()).toBe(code);
    expect(cacheModes).toHaveLength(3);
  });

  test('delays the manifest as it does a file', async () => {
    replies = [500, 'no network'];
    expect(await openEdge().manifest()).toEqual({ kind: 'bytes', bytes: BODY });
    expect(pausesMs).toHaveLength(2);
  });
});

describe('a failure that will not pass', () => {
  test.each([404, 400, 403])('status %i is not asked about again', async (status) => {
    replies = [status];
    expect(await codeOfWords()).toBe('edge-refused');
    expect(cacheModes).toHaveLength(1);
  });

  test('a manifest that there is none of, is none', async () => {
    replies = [404];
    expect(await openEdge().manifest()).toEqual({ kind: 'none' });
  });
});

describe('what the browser’s HTTP cache has wrong', () => {
  test('bytes are asked for once more, past that cache', async () => {
    replies = [utf8('the words of a sho'), BODY];
    expect(await readWords()).toEqual(BODY);
    expect(cacheModes).toEqual(['default', 'reload']);
    expect(pausesMs).toEqual([]);
  });

  test('bytes that are wrong at the edge as well are refused', async () => {
    replies = [utf8('the words of a sho'), utf8('The words of the shop')];
    expect(await codeOfWords()).toBe('digest-mismatch');
    expect(cacheModes).toHaveLength(2);
  });

  test('"unchanged" without anything to compare with is asked for once more, past that cache', async () => {
    replies = [304, BODY];
    expect(await openEdge().manifest()).toEqual({ kind: 'bytes', bytes: BODY });
    expect(cacheModes).toEqual(['no-cache', 'reload']);
  });

  test('"unchanged" said twice is refused', async () => {
    replies = [304, 304];
    expect(await codeOfWords()).toBe('edge-refused');
    expect(cacheModes).toEqual(['default', 'reload']);
  });
});
