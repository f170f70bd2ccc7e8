import { expect, test } from 'vitest';
import { shadowCell } from '#model/shadow-cell.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId, TaskId } from '#protocol/ids.ts';
import type { OpenedTask } from '#protocol/task.ts';
import type { Bundle } from '#widget/bundle.ts';
import type { ToProver } from '#widget/prover-messages.ts';
import type { ProverWorker } from '#widget/proving-sharder.ts';
import { reportForTask } from '#widget/report-for-task.ts';
import { randomModel } from '../model/random-model.ts';
import { NOW_MS } from '../protocol/manifest-fixture.ts';
import { sampleTask } from '../protocol/sample-task.ts';

const rowOf = (id: ItemId): number => Number(id.slice(5));
const [current, candidate] = [31, 32].map(
  (seed) => ({ model: randomModel(seed), catalog: { rowOf } }) as unknown as Bundle,
); // what is read of it
const EVENTS = [7, 30, 12].map(
  (row, t): ShopEvent => ({ kind: 'view', itemId: `item-${row}` as ItemId, atMs: NOW_MS - 100_000 + t * 1000 }),
);
const LAST_MS = EVENTS.at(-1)?.atMs ?? 0;

/** What a device that last taught at a time would have proved of a trial. */
async function measured(learnedUntilMs: number | undefined): Promise<unknown> {
  const asked: ToProver[] = [];
  const prover: ProverWorker = {
    onmessage: null,
    onerror: null,
    terminate() {},
    postMessage(message) {
      asked.push(message);
      prover.onmessage?.({ data: { kind: 'failed' } } as MessageEvent);
    },
  };
  const opened = { task: sampleTask('shadow-eval'), id: 'ab'.repeat(32) as TaskId } as OpenedTask;
  const report = reportForTask(opened, {
    events: EVENTS,
    current: async () => current,
    candidate: async () => candidate,
    learnedUntilMs,
    startProver: async () => prover,
    now: () => NOW_MS,
  });
  await expect(report).rejects.toMatchObject({ code: 'proof-failed' });
  return asked[0]?.measurement;
}

test('in a trial a device is asked for its last choice, unless it has taught that', async () => {
  const judged = (bundle: Bundle | undefined) => ({ model: (bundle as Bundle).model, rowOf });
  const cell = await shadowCell(EVENTS, { current: judged(current), candidate: judged(candidate) });
  expect(cell).toBeLessThan(25);
  expect(await measured(undefined)).toBe(cell);
  expect(await measured(LAST_MS - 1)).toBe(cell);
  expect(await measured(LAST_MS)).toBe(25);
});
