import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeReport } from '#privacy/report.ts';
import { unverifiedVectorSumSharder } from '#privacy/unverified-vector-sum.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { openTask } from '#protocol/task.ts';
import { saveBudget } from '#trainer/budget-file.ts';
import { closeRound } from '#trainer/close-round.ts';
import { connectParties, type Parties } from '#trainer/deployment.ts';
import { draftRound } from '#trainer/draft-round.ts';
import { openRound } from '#trainer/open-round.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';
import { openWorkspace } from '#trainer/workspace.ts';
import { CHOICES, TEST_BUDGET, UPDATE } from '../flows/round-choices.ts';
import { freePorts } from '../flows/whole-shop.ts';

const NUM_KILLS = 8;
const NUM_REPORTS = 400;

let workspaceRoot: string;
let args: string[];
let serving: ChildProcess;

beforeAll(async () => {
  workspaceRoot = await mkdtemp(join(tmpdir(), 'vitrine-kill-'));
  const [shopPort, leaderPort, helperPort] = (await freePorts(3)).map(String) as [string, string, string];
  args = ['--workspace', workspaceRoot, '--minutes', '0.1', '--port', shopPort];
  args.push('--edge-port', leaderPort, '--helper-port', helperPort);
  await start();
}, 300_000);
afterAll(async () => {
  await kill();
  await rm(workspaceRoot, { recursive: true, force: true, maxRetries: 5 });
});

/** Starts `vitrine serve` with all it starts in a process group of its own. */
async function start(): Promise<void> {
  serving = spawn(process.execPath, ['trainer/vitrine.mjs', 'serve', ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: serving.stdout as NodeJS.ReadableStream })) {
    if (line.startsWith('Ctrl-C stops')) return;
  }
  throw new Error('expected the shop to come up, but it ended');
}

/** As a power cut would: no process of the group gets a chance to tidy up. */
async function kill(): Promise<void> {
  if (serving.exitCode !== null || serving.signalCode !== null) return;
  const ended = once(serving, 'exit');
  process.kill(-(serving.pid as number), 'SIGKILL');
  await ended;
}

/** Sends reports until all are acknowledged or the leader is gone. */
async function send(parties: Parties, task: Parameters<Parties['leader']['postReport']>[0], waiting: Set<Bytes>) {
  for (const report of [...waiting]) {
    const receipt = await parties.leader.postReport(task, report).catch(() => undefined); // killed meanwhile
    if (!receipt) return;
    expect(receipt).toEqual({ kind: 'accepted' });
    waiting.delete(report);
  }
}

function someMs(random: Random): number {
  return 20 + 900 * random();
}

test('every acknowledged report is counted exactly once through kills of leader, helper and trainer', async () => {
  const workspace = openWorkspace(workspaceRoot, 'demo');
  const parties = await connectParties(workspace, { workspace: workspaceRoot });
  await saveBudget(workspace, TEST_BUDGET);
  const drafted = await draftRound('model-update', { workspace, parties, ...UPDATE });
  const round = await openRound(workspace, parties, { ...drafted, choices: CHOICES });
  const { task, id } = await openTask(round.envelope, { shop: parties.shop, trusted: [parties.key.fingerprint] });
  const sharder = unverifiedVectorSumSharder(task.vdaf);
  const waiting = new Set<Bytes>();
  for (let i = 0; i < NUM_REPORTS; i++) {
    const measurement = new Int32Array(task.vdaf.length).fill(i + 2);
    waiting.add(await makeReport({ task, taskId: id, sharder, measurement, nowMs: Date.now() }));
  }
  const random = seededRandom(1871);
  for (let i = 0; i < NUM_KILLS; i++) {
    const sending = send(parties, id, waiting);
    await Promise.race([sending, new Promise((resolve) => setTimeout(resolve, someMs(random)))]);
    await kill();
    await sending;
    await start();
  }
  await send(parties, id, waiting);
  expect(waiting.size).toBe(0);

  // The aggregation is cut off too; it goes on by itself after the restart.
  await parties.leader.closeTask(id);
  await new Promise((resolve) => setTimeout(resolve, 100 * random()));
  await kill();
  await start();
  expect(await closeRound(parties, id, () => {})).toEqual({ kind: 'released', count: NUM_REPORTS });
  const [leader, helper] = await Promise.all([parties.leader.aggregateShare(id), parties.helper.aggregateShare(id)]);
  expect(helper.count).toBe(NUM_REPORTS);
  expect(helper.reportSetDigest).toBe(leader.reportSetDigest);
}, 600_000);
