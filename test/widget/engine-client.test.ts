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

test('a Worker that fails before its first word was forbidden', () => {
  worker.crash();
  expect(news).toEqual([{ kind: 'failed', code: 'worker-forbidden', isUsable: false }]);
});

test('a Worker that fails later has stopped; what waits and what is asked afterwards is rejected', async () => {
  worker.say({ kind: 'shelves-off' });
  const waiting = resolve('a');
  worker.crash();
  expect(news.at(-1)).toEqual({ kind: 'failed', code: 'engine-stopped', isUsable: false });
  await expect(waiting).rejects.toMatchObject({ code: 'engine-stopped' });
  await expect(resolve('b')).rejects.toMatchObject({ code: 'engine-stopped' });
});
