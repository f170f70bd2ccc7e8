import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleWorker } from '#edge/local/local-bundle.ts';
import { guardRuntime, silenceRuntime } from '#edge/local/local-runtime.ts';
import vector from '../../vectors/vdaf/Prio3Histogram_0.json' with { type: 'json' };
import type { PostedReport } from '../prio3-worker.ts';

let miniflare: Miniflare;

beforeAll(async () => {
  silenceRuntime();
  guardRuntime();
  const modules = await bundleWorker(new URL('../prio3-worker.ts', import.meta.url));
  const worker = { name: 'prio3', modules, compatibilityDate: '2026-10-20' };
  miniflare = new Miniflare(
    convertV4MiniflareOptions({ telemetry: { enabled: false }, cf: false, host: '127.0.0.1', workers: [worker] }),
  );
  await miniflare.ready;
});

afterAll(() => miniflare.dispose());

const [report] = vector.reports as [(typeof vector.reports)[0]];
const posted: PostedReport = {
  length: vector.length,
  chunkLength: vector.chunk_length,
  verifyKey: vector.verify_key,
  ctx: vector.ctx,
  nonce: report.nonce,
  publicShare: report.public_share,
  inputShares: report.input_shares as [string, string],
};

function post(body: PostedReport): Promise<{ readonly status: number; json(): Promise<unknown> }> {
  return miniflare.dispatchFetch('http://worker.example/', { method: 'POST', body: JSON.stringify(body) });
}

test('workerd verifies a report of the published vector with the kernel that the worker imports', async () => {
  const response = await post(posted);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(report.out_shares);
});

test('workerd refuses a report whose proof is of another measurement', async () => {
  const [leaderShare, helperShare] = posted.inputShares;
  const changed = leaderShare.startsWith('0') ? `1${leaderShare.slice(1)}` : `0${leaderShare.slice(1)}`;
  const response = await post({ ...posted, inputShares: [changed, helperShare] });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ code: 'report-invalid' });
});
