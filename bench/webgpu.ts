import { fileURLToPath } from 'node:url';
import { openGpuBrowser, withinLimit } from '../test/model/gpu-browser.ts';
import type { Row } from './table.ts';
import type { WebGpuBenchPage, WebGpuTimes } from './webgpu-page.ts';

/** tfjs needs seconds a query for a million rows where WebGPU runs on the processor. */
const RUNS = [
  { numItems: 100_000, numQueries: 21 },
  { numItems: 1_000_000, numQueries: 5 },
];

const LIMIT_MS = 240_000;

/**
 * Score + top-20 of one query on WebGPU, in Chromium: ours beside tfjs's `u · Eᵀ` and top-k, on one adapter, in
 * turns.
 */
export async function benchWebGpu(): Promise<{ table: Row[]; note: string }> {
  const browser = await openGpuBrowser(fileURLToPath(new URL('webgpu-page.ts', import.meta.url)), []);
  try {
    const page = await browser.page.evaluateHandle<WebGpuBenchPage>('benchPage');
    const adapter = await withinLimit(page.evaluate((bench) => bench.adapter()));
    const table: Row[] = [['items', 'ours', 'tfjs', 'tfjs ÷ ours', 'ours = exact', 'ours = tfjs']];
    for (const run of RUNS) {
      const times = await withinLimit(
        page.evaluate((bench, asked) => bench.measure(asked), run),
        LIMIT_MS,
      );
      table.push(toRow(run, times));
    }
    return { table, note: `Chromium ${browser.page.context().browser()?.version()}, adapter: ${adapter}.` };
  } finally {
    await browser.close();
  }
}

function toRow(
  { numItems, numQueries }: (typeof RUNS)[number],
  { oursMs, tfjsMs, numExact, numAgreeing }: WebGpuTimes,
): Row {
  const [ours, tfjs] = [median(oursMs), median(tfjsMs)];
  return [
    numItems,
    `${ours.toFixed(1)} ms`,
    `${tfjs.toFixed(1)} ms`,
    `${(tfjs / ours).toFixed(1)} ×`,
    `${numExact} of ${numQueries}`,
    `${numAgreeing} of ${numQueries}`,
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
