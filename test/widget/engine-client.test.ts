import { beforeEach, expect, test } from 'vitest';
import { createEngineClient, type EngineClient, type EngineNews } from '#widget/engine-client.ts';
import { FakeWorker } from './fake-worker.ts';
import { itemId } from './published-shop.ts';

let worker: FakeWorker;
let client: EngineClient;
let news: EngineNews[];

beforeEach(() => {
  worker = new FakeWorker();
  news = [];
  client = createEngineClient(worker, (item) => news.push(item));
});

function resolve(candidate: string) {
  return client.ask({ kind: 'resolve', candidates: [candidate] });
}

test('answers find their questions, in whatever order they come', async () => {
  const [first, second] = [resolve('a'), resolve('b')];
  worker.say({ kind: 'answer', id: 2, answer: { kind: 'resolved', itemId: itemId(22) } });
  worker.say({ kind: 'answer', id: 1, answer: { kind: 'resolved', itemId: itemId(11) } });
  expect((await first).itemId).toBe(itemId(11));
  expect((await second).itemId).toBe(itemId(22));
});

test('a question that cannot be answered is rejected with the engine’s code', async () => {
  const question = resolve('a');
  worker.say({ kind: 'unanswered', id: 1, code: 'engine-stopped' });
  await expect(question).rejects.toMatchObject({ code: 'engine-stopped' });
});

test('a Worker’s first word is no news; what it says unasked is', () => {
  worker.say({ kind: 'started' });
  worker.say({ kind: 'warning', code: 'storage-full' });
  expect(news).toEqual([{ kind: 'warning', code: 'storage-full' }]);
});

test('a Worker that fails has stopped; what waits and what is asked afterwards is rejected', async () => {
  const waiting = resolve('a');
  worker.crash();
  expect(news).toEqual([{ kind: 'stopped' }]);
  await expect(waiting).rejects.toMatchObject({ code: 'engine-stopped' });
  await expect(resolve('b')).rejects.toMatchObject({ code: 'engine-stopped' });
});

test('a Worker that is let go is ended without news, and what waits is rejected', async () => {
  const waiting = resolve('a');
  client.stop();
  expect(worker.isTerminated).toBe(true);
  await expect(waiting).rejects.toMatchObject({ code: 'engine-stopped' });
  expect(news).toEqual([]);
});
