import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTasks } from '../../../bench/pages/trace-tasks.ts';

const MAIN = { pid: 7, tid: 3 };
const WORKER = { pid: 7, tid: 9 };
const nodes = [
  { id: 1, callFrame: { url: '' } },
  { id: 2, parent: 1, callFrame: { url: 'https://edge.example/main.js' } },
  { id: 3, parent: 2, callFrame: { url: '' } }, // setAttribute, called by ours
  { id: 4, parent: 1, callFrame: { url: 'https://shop.example/shop.js' } },
];

/** Two tasks of the main thread, at 1,000 µs for 40 ms and at 90,000 µs for 6 ms, sampled every 10 ms or so. */
const TRACE = {
  traceEvents: [
    { name: 'thread_name', ...MAIN, args: { name: 'CrRendererMain' } },
    { name: 'thread_name', ...WORKER, args: { name: 'DedicatedWorker thread' } },
    { name: 'RunTask', ...MAIN, ts: 1000, dur: 40_000 },
    { name: 'RunTask', ...MAIN, ts: 90_000, dur: 6000 },
    { name: 'RunTask', ...WORKER, ts: 1000, dur: 80_000 },
    { name: 'Profile', ...MAIN, id: '0x1', args: { data: { startTime: 0 } } },
    { name: 'Profile', ...WORKER, id: '0x2', args: { data: { startTime: 0 } } },
    {
      name: 'ProfileChunk',
      ...MAIN,
      tid: 4,
      id: '0x1',
      ts: 5,
      args: { data: { cpuProfile: { nodes, samples: [1, 2, 3] }, timeDeltas: [2000, 10_000, 12_000] } },
    },
    {
      name: 'ProfileChunk',
      ...MAIN,
      tid: 4,
      id: '0x1',
      ts: 6,
      args: { data: { cpuProfile: { samples: [4, 4] }, timeDeltas: [10_000, 60_000] } },
    },
  ],
};

test('a task is ours for as long as one of our scripts is on its stack', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-trace-'));
  const path = join(folder, 'trace.json');
  await writeFile(path, JSON.stringify(TRACE));
  expect(await readTasks(path, 'https://edge.example')).toEqual([
    { durationMs: 40, scriptMs: 22 },
    { durationMs: 6, scriptMs: 0 },
  ]);
  await rm(folder, { recursive: true });
});
