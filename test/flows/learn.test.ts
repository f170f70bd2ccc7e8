import type { BrowserContext, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { histogram } from '#privacy/prio3/circuits.ts';
import { createPrio3Sharder } from '#privacy/prio3/two-parties.ts';
import { makeReport } from '#privacy/report.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import { unverifiedVectorSumSharder } from '#privacy/unverified-vector-sum.ts';
import { rowFiles } from '#protocol/manifest.ts';
import { reportBytes } from '#protocol/report.ts';
import type { TaskOf } from '#protocol/task.ts';
import { applyRound } from '#trainer/apply-round.ts';
import { applyShadowRound } from '#trainer/apply-shadow-round.ts';
import { saveBudget } from '#trainer/budget-file.ts';
import { closeRound, giveUpRound } from '#trainer/close-round.ts';
import { type Dataset, readDataset } from '#trainer/dataset.ts';
import { leaderShop } from '#trainer/deployment.ts';
import { draftRound } from '#trainer/draft-round.ts';
import { goBack } from '#trainer/go-back.ts';
import { type Learning, learningFile, loadLearning } from '#trainer/learning-file.ts';
import { loadModel, saveModel } from '#trainer/model-store.ts';
import { openRound } from '#trainer/open-round.ts';
import { currentPublication, type Publication, type Published, publishModel } from '#trainer/publish.ts';
import { findRound, listRounds, type RoundFile, saveRound } from '#trainer/round-file.ts';
import { taskOf } from '#trainer/round-ledger.ts';
import { startLearning } from '#trainer/server-step.ts';
import { openShadowRound, openStartTrial } from '#trainer/shadow-round.ts';
import { simulateDevices } from '#trainer/simulate-devices.ts';
import { shardModule } from '../privacy/prio3/kernels.ts';
import { CHOICES, TEST_BUDGET, UPDATE } from './round-choices.ts';
import { openWholeShop, recordRequests, shelfTitles, type WholeShop } from './whole-shop.ts';

/**
 * local step → clip → fixed point → two shares → leader + helper → noised sum → server step →
 * evaluation on held-out orders → next model version
 */

const NUM_SIMULATED = 250;
let whole: WholeShop;
let dataset: Dataset;

beforeAll(async () => {
  whole = await openWholeShop();
  dataset = await readDataset(whole.workspace);
  await saveBudget(whole.workspace, TEST_BUDGET);
}, 300_000);
afterAll(() => whole?.close());

async function published(): Promise<Published> {
  return (await currentPublication(leaderShop(whole.parties))) as Published;
}

async function openNewRound(choices = CHOICES): Promise<RoundFile> {
  const { workspace, parties } = whole;
  const drafted = await draftRound('model-update', { workspace, parties, ...UPDATE });
  return openRound(workspace, parties, { ...drafted, choices });
}

/** Lets simulated devices take part in the latest round, and both parties release it. */
async function releaseRound(numDevices: number): Promise<void> {
  const { parties, workspace } = whole;
  const round = await findRound(workspace);
  const { trained } = await loadModel(workspace);
  await simulateDevices(dataset, trained, { round, parties, count: numDevices, onDevice: () => {} });
  expect(await closeRound(parties, round.taskId, () => {})).toEqual({ kind: 'released', count: numDevices });
}

/** What became of each attempt to take part, on any page of a device, however early it was made. */
async function recordOutcomes(device: BrowserContext): Promise<string[]> {
  const outcomes: string[] = [];
  await device.exposeFunction('keepOutcome', (kind: string) => void outcomes.push(kind));
  await device.addInitScript(() =>
    document.addEventListener('vitrine-participation', (event) =>
      (globalThis as unknown as { keepOutcome(kind: string): void }).keepOutcome((event as CustomEvent).detail.kind),
    ),
  );
  return outcomes;
}

test('a device that opted in takes part, and its shop moves on to the model that the sum leads to', async () => {
  const { parties, workspace, served } = whole;
  const device = await whole.browser.newContext();
  const requests = recordRequests(device);
  const outcomes = await recordOutcomes(device);
  const page = await device.newPage();
  for (const path of ['/item/LAN-01', '/item/CAN-02', '/item/LAN-03']) {
    await page.goto(`${served.shopOrigin}${path}`);
    await shelfTitles(page, 'similar');
  }
  const before = await published();
  const round = await openNewRound();
  await device.addCookies([{ name: 'who', value: 'are-you', url: served.leaderOrigin, sameSite: 'Lax' }]);

  // Opting in counts as having just taken part, so the report comes with a later page.
  await page.goto(`${served.shopOrigin}/privacy`);
  await page.getByLabel('Let this device take part in learning').check();
  await page.getByText('has not taken part yet').waitFor();
  await expect
    .poll(
      async () => {
        const numBefore = outcomes.length;
        await page.goto(`${served.shopOrigin}/`);
        await expect.poll(() => outcomes.length).toBeGreaterThan(numBefore);
        return outcomes.at(-1);
      },
      { timeout: 30_000 },
    )
    .toBe('sent');
  const posts = requests.filter((request: Request) => request.method() === 'POST');
  expect(posts.map((post) => post.url())).toEqual([
    `${served.leaderOrigin}/v1/shops/demo/tasks/${round.taskId}/reports`,
  ]);
  expect(posts[0]?.postDataBuffer()?.length).toBe(reportBytes(vdafShape(taskOf(round).vdaf).sizes));
  const headers = await posts[0]?.allHeaders();
  expect(headers).toMatchObject({ 'content-type': 'application/octet-stream' });
  expect([headers?.referer, headers?.cookie]).toEqual([undefined, undefined]);

  const { trained } = await loadModel(workspace);
  const counts = await simulateDevices(dataset, trained, { round, parties, count: NUM_SIMULATED, onDevice: () => {} });
  expect(counts).toEqual({ accepted: NUM_SIMULATED, late: 0, full: 0 });
  await saveRound(workspace, { ...round, numSimulated: counts.accepted });
  const state = await closeRound(parties, round.taskId, () => {});
  expect(state).toEqual({ kind: 'released', count: NUM_SIMULATED + 1 });

  const { figures, publication } = await applyRound(workspace, await findRound(workspace), parties);
  expect(figures).toMatchObject({ count: NUM_SIMULATED + 1, numSimulated: NUM_SIMULATED });
  expect(figures.privacy.latestEpsilon).toBeGreaterThan(1);
  const after = await published();
  if (!publication) {
    // Noise may have led to a worse model: then nothing may have changed, which is a right ending too.
    expect(after).toEqual(before);
    return;
  }
  expect(after.manifest.sequence).toBe(before.manifest.sequence + 1);
  requests.length = 0;
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  const changed = rowFiles(after.manifest, 'items').map(({ digest }) => digest as string);
  const fetched = () => requests.flatMap((request) => /\/files\/([0-9a-f]{64})$/.exec(request.url())?.[1] ?? []);
  await expect.poll(fetched).toEqual(changed);
  await shelfTitles(page, 'for-you');
  expect(errors).toEqual([]);
  await device.close();
}, 120_000);

/** Opens a trial of the model that a new round leads to; devices find what they chose in these cells. */
async function tryCandidate(cells: readonly number[]): Promise<void> {
  const { parties, workspace } = whole;
  const round = await openNewRound();
  await releaseRound(120);
  const before = await published();
  const shadow = await openShadowRound(workspace, parties, { round, choices: CHOICES });
  expect(await published()).toEqual(before);
  await answerTrial(shadow, cells);
}

/** Devices find what they chose in these cells, and both parties release how many in which. */
async function answerTrial(shadow: RoundFile, cells: readonly number[]): Promise<void> {
  const { parties } = whole;
  const task = taskOf(shadow) as TaskOf<'shadow-eval'>;
  const sharder = createPrio3Sharder(histogram(task.vdaf.length, task.vdaf.chunkLength), shardModule);
  for (const measurement of cells) {
    const report = await makeReport({ task, taskId: shadow.taskId, sharder, measurement, nowMs: Date.now() });
    expect(await parties.leader.postReport(shadow.taskId, report)).toEqual({ kind: 'accepted' });
  }
  expect(await closeRound(parties, shadow.taskId, () => {})).toEqual({ kind: 'released', count: cells.length });
}

test('devices try a candidate beside the published model, and it is published if they say that it is no worse', async () => {
  const { parties, workspace } = whole;
  const before = await published();
  // Ninety devices find their next item far higher, thirty find it where it was.
  await tryCandidate([...Array<number>(90).fill(5 * 4), ...Array<number>(30).fill(5 * 2 + 2)]);
  const { verdict, outcome } = await applyShadowRound(workspace, await findRound(workspace), parties);
  expect(Math.abs(verdict.numCompared - 120)).toBeLessThan(60); // 25 cells with noise of 1 each: 11 standard deviations
  expect([verdict.says, outcome.kind]).toEqual(['no-worse', 'published']);
  const after = await published();
  expect([after.manifest.sequence, after.manifest.version]).toEqual([
    before.manifest.sequence + 1,
    (outcome as { publication: Publication }).publication.version,
  ]);
  await expect(applyShadowRound(workspace, await findRound(workspace), parties)).rejects.toThrow(/was published/);
  const led = (await listRounds(workspace)).find(({ outcome }) => outcome.kind === 'tried');
  const { trained } = await loadModel(workspace);
  expect(await loadLearning(workspace, trained)).toMatchObject({ latest: led?.taskId });
}, 120_000);

test('a candidate that devices find worse is not published, and its round teaches nothing', async () => {
  const { parties, workspace } = whole;
  const before = await published();
  const { trained } = await loadModel(workspace);
  const learning = await loadLearning(workspace, trained);
  await tryCandidate(Array<number>(120).fill(5 * 2 + 4));
  const { verdict, outcome } = await applyShadowRound(workspace, await findRound(workspace), parties);
  expect([verdict.says, outcome]).toEqual(['worse', { kind: 'refused' }]);
  expect(await published()).toEqual(before);
  expect((await loadModel(workspace)).trained).toEqual(trained);
  expect(await loadLearning(workspace, trained)).toEqual(learning);
  await expect(applyShadowRound(workspace, await findRound(workspace), parties)).rejects.toThrow(/was refused/);
}, 120_000);

test('while devices try a candidate nothing else changes the model, and a trial that fails can be repeated', async () => {
  const { parties, workspace } = whole;
  const round = await openNewRound();
  await expect(openStartTrial(workspace, parties, CHOICES)).rejects.toThrow(
    `found ${round.taskId} of kind model-update`,
  );
  await releaseRound(120);
  const first = await openShadowRound(workspace, parties, { round, choices: CHOICES });
  await expect(openNewRound()).rejects.toThrow(`found ${first.taskId} of kind shadow-eval; close and apply it first`);
  const tried = await findRound(workspace, round.taskId);
  await expect(applyRound(workspace, tried, parties)).rejects.toThrow(/was tried/);

  expect(await closeRound(parties, first.taskId, () => {})).toMatchObject({ reason: 'too-few-reports' });
  await saveRound(workspace, await giveUpRound(parties, first));
  const second = await openShadowRound(workspace, parties, { round: tried, choices: CHOICES });
  await answerTrial(second, Array<number>(120).fill(5 * 2 + 4));
  const { outcome } = await applyShadowRound(workspace, await findRound(workspace), parties);
  expect(outcome).toEqual({ kind: 'refused' });
}, 120_000);

test('a helper that signs another task than it was sent opens no round, and changes none', async () => {
  const { parties, workspace } = whole;
  const before = await listRounds(workspace);
  const { envelope } = before.at(-1) as RoundFile;
  const lie = vi.spyOn(parties.helper, 'registerTask').mockResolvedValueOnce(envelope);
  await expect(openNewRound()).rejects.toThrow(/expected the helper at .* to sign the task it was sent, came another/);
  lie.mockRestore();
  expect(await listRounds(workspace)).toEqual(before);
}, 120_000);

test('a sum is of use to the model it was made on alone', async () => {
  const { parties, workspace } = whole;
  await openNewRound();
  const { trained, record } = await loadModel(workspace);
  await releaseRound(150);
  const other = { ...trained, itemVectors: trained.itemVectors.map((value) => 0.9 * value) };
  await saveModel(workspace, other, record);
  await publishModel(other, dataset, leaderShop(parties));
  await expect(applyRound(workspace, await findRound(workspace), parties)).rejects.toThrow(
    'expected the published model to be the one the round was opened on, found another; its sum cannot be applied',
  );
  await saveModel(workspace, trained, record);
  await publishModel(trained, dataset, leaderShop(parties));
}, 120_000);

test('an application that is cut off goes on where it was', async () => {
  const { parties, workspace } = whole;
  // Hardly any noise, so that the model is published.
  await openNewRound({ ...CHOICES, noiseMultiplier: 0.05 });
  await releaseRound(250);
  const { trained } = await loadModel(workspace);
  const { putLive } = parties.leader;
  const cut = vi.spyOn(parties.leader, 'putLive').mockRejectedValueOnce(new Error('cut off'));
  await expect(applyRound(workspace, await findRound(workspace), parties)).rejects.toThrow('cut off');
  cut.mockRestore();
  expect(parties.leader.putLive).toBe(putLive);
  const { trained: next } = await loadModel(workspace);
  expect(next.itemVectors).not.toEqual(trained.itemVectors);
  expect((await findRound(workspace)).outcome).toEqual({ kind: 'pending' });
  await expect(goBack(workspace, parties)).rejects.toThrow(/run "vitrine round apply" again first/);

  const { publication, figures } = await applyRound(workspace, await findRound(workspace), parties);
  expect(publication?.version).toBe((await published()).manifest.version);
  expect((await loadModel(workspace)).trained.itemVectors).toEqual(next.itemVectors);
  const round = await findRound(workspace);
  expect(round.outcome).toMatchObject({ kind: 'published', stepSize: figures.stepSize });
  expect(await loadLearning(workspace, next)).toMatchObject({ latest: round.taskId });
  await expect(applyRound(workspace, round, parties)).rejects.toThrow(/was published/);
}, 120_000);

describe('where held-out customers are not sure of what all rounds have learned', () => {
  let whatWasLearned: Learning | undefined;

  test('nothing more is learned before it is decided', async () => {
    const { workspace } = whole;
    const { trained } = await loadModel(workspace);
    const learning = (await loadLearning(workspace, trained)) as Learning;
    whatWasLearned = learning;
    const state = { ...learning.state, numRounds: CHOICES.maxParticipations };
    await learningFile(workspace, trained).save({ ...learning, state, isUndecided: true, isLast: true });
    const before = await listRounds(workspace);
    await expect(openNewRound()).rejects.toThrow(/held-out customers are not sure that it is no worse; run/);
    expect(await listRounds(workspace)).toEqual(before);
  });

  test('it stays if devices find worse what learning began with', async () => {
    const { parties, workspace } = whole;
    const [before, { trained }] = [await published(), await loadModel(workspace)];
    const shadow = await openStartTrial(workspace, parties, CHOICES);
    await expect(openStartTrial(workspace, parties, CHOICES)).rejects.toThrow(/found .* of kind shadow-eval/);
    await answerTrial(shadow, Array<number>(120).fill(5 * 2 + 4));
    const { verdict, outcome } = await applyShadowRound(workspace, await findRound(workspace), parties);
    expect([verdict.says, outcome]).toEqual(['worse', { kind: 'confirmed' }]);
    expect(await published()).toEqual(before);
    expect((await loadModel(workspace)).trained).toEqual(trained);
    expect(await loadLearning(workspace, trained)).toMatchObject({ isUndecided: false });
  }, 120_000);

  test('the shop goes back if they don’t', async () => {
    const { parties, workspace } = whole;
    const before = await published();
    await answerTrial(await openStartTrial(workspace, parties, CHOICES), Array<number>(120).fill(5 * 4));
    const { trained, record } = await loadModel(workspace);
    await saveModel(workspace, { ...trained, groups: trained.groups.toReversed() }, record);
    await expect(applyShadowRound(workspace, await findRound(workspace), parties)).rejects.toThrow(/trained since/);
    await saveModel(workspace, trained, record);
    const { outcome } = await applyShadowRound(workspace, await findRound(workspace), parties);
    const learning = whatWasLearned as Learning;
    expect(await published()).toMatchObject({
      manifest: { sequence: before.manifest.sequence + 1 },
    });
    expect(outcome.kind).toBe('gone-back');
    const { trained: start } = await loadModel(workspace);
    expect(start.itemVectors).toEqual(learning.startVectors);
    expect(start.config.blend).toEqual(learning.startBlend);
    expect(await loadLearning(workspace, start)).toBeUndefined();
    await expect(openStartTrial(workspace, parties, CHOICES)).rejects.toThrow(/there is nothing to go back to/);
  }, 120_000);
});

test('a shop goes back to where learning began when its merchant says so', async () => {
  const { parties, workspace } = whole;
  const { trained, record } = await loadModel(workspace);
  const start = { startVectors: trained.itemVectors, startBlend: trained.config.blend };
  const latest = (await findRound(workspace)).taskId;
  const state = startLearning(trained.config);
  const moved = { ...trained, itemVectors: trained.itemVectors.map((value) => -value) };
  await saveModel(workspace, moved, record);
  await publishModel(moved, dataset, leaderShop(parties));
  const said = { ...start, state, stateBefore: state, latest, isUndecided: false, isLast: false };
  await learningFile(workspace, moved).save(said);

  const publication = await goBack(workspace, parties);
  expect((await published()).manifest.version).toBe(publication.version);
  expect((await loadModel(workspace)).trained).toEqual(trained);
  expect(await loadLearning(workspace, trained)).toBeUndefined();
  await expect(goBack(workspace, parties)).rejects.toThrow(/there is nothing to go back to/);
});

test('a sum of fewer than the minimum batch is never released', async () => {
  const { parties, workspace } = whole;
  const before = await published();
  const round = await openNewRound();
  const { trained } = await loadModel(workspace);
  const tooFew = CHOICES.minBatch - 1;
  await simulateDevices(dataset, trained, { round, parties, count: tooFew, onDevice: () => {} });
  const state = await closeRound(parties, round.taskId, () => {});
  expect(state).toEqual({ kind: 'failed', reason: 'too-few-reports', received: tooFew });
  await expect(parties.leader.aggregateShare(round.taskId)).rejects.toMatchObject({ code: 'not-released' });
  await expect(parties.helper.aggregateShare(round.taskId)).rejects.toMatchObject({ code: 'not-released' });
  expect(await published()).toEqual(before);
});

test('a sum that one forged report outweighs is refused, and changes nothing', async () => {
  const { parties, workspace } = whole;
  const before = await published();
  const round = await openNewRound();
  const { trained } = await loadModel(workspace);
  await simulateDevices(dataset, trained, { round, parties, count: CHOICES.minBatch, onDevice: () => {} });
  const task = taskOf(round);
  if (task.kind !== 'model-update') throw new Error(`expected a round of kind model-update, got ${task.kind}`);
  const report = await makeReport({
    task,
    taskId: round.taskId,
    sharder: unverifiedVectorSumSharder(task.vdaf),
    measurement: new Int32Array(task.vdaf.length).fill(1_000_000),
    nowMs: Date.now(),
  });
  expect((await parties.leader.postReport(round.taskId, report)).kind).toBe('accepted');
  const state = await closeRound(parties, round.taskId, () => {});
  expect(state).toEqual({ kind: 'released', count: CHOICES.minBatch + 1 });
  await expect(applyRound(workspace, await findRound(workspace), parties)).rejects.toThrow(
    /length of at most .*do not use this round/,
  );
  expect(await published()).toEqual(before);
});

test('a round is applied once', async () => {
  const [applied] = [await findRound(whole.workspace)];
  await saveRound(whole.workspace, { ...applied, outcome: { kind: 'refused' } });
  await expect(applyRound(whole.workspace, await findRound(whole.workspace), whole.parties)).rejects.toThrow(
    /expected a round that was not applied yet/,
  );
});
