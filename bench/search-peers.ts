import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { launchBrowser, serve } from '../test/widget/browser.ts';
import type { Measured } from './search-peers/measure.ts';
import type { Row } from './table.ts';

const SIZES = [10_000, 100_000];

/**
 * Vector search in a browser's Worker: from the bytes of an index to the first top 20, and the median of a
 * query, ours beside libraries from npm that keep a recall@20 of 0.99.
 */
export async function benchSearchPeers(sizes: readonly number[] = SIZES): Promise<{ table: Row[]; notes: string[] }> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('search-peers/measure.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2023',
    loader: { '.wasm': 'binary' },
  });
  const script = (outputFiles[0] as { text: string }).text;
  const server = await serve(({ url }, response) => {
    // Isolated pages have clocks of 5 µs, others of 100.
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    response.setHeader('content-type', url === '/measure.js' ? 'text/javascript' : 'text/html');
    response.end(url === '/measure.js' ? script : '<!doctype html><title>Peers</title>');
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(server.origin);
    const table: Row[] = [
      ['items', 'library', 'index', 'first top 20', 'query, median', 'recall@20', 'ours is faster'],
    ];
    for (const numItems of sizes) {
      const all = await page.evaluate(
        (count) =>
          new Promise<Measured[]>((resolve, reject) => {
            const worker = new Worker('/measure.js');
            worker.onerror = ({ message }) => reject(new Error(message));
            worker.onmessage = ({ data }) => {
              worker.terminate();
              resolve(data);
            };
            worker.postMessage(count);
          }),
        numItems,
      );
      table.push(...all.map((measured) => rowOf(numItems, measured, all[0] as Measured)));
    }
    return {
      table,
      notes: [
        `Chromium ${browser.version()}, one Worker of one page; D = 64, made-up unit vectors in clusters of 60`,
        'first top 20: from bytes in memory, index load included, code of peers compiled before and our kernel within; median of 5',
        'target: ours is faster at both sizes; recall@20 is against float32',
      ],
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

function rowOf(numItems: number, measured: Measured, ours: Measured): Row {
  const { kind, name, form } = measured;
  if (kind === 'failed') return [numItems, name, form, `failed: ${measured.message}`, '–', '–', '–'];
  const { firstResultMs, queryMs, recallAt20 } = measured;
  const factor =
    ours.kind === 'measured' && measured !== ours ? `${(firstResultMs / ours.firstResultMs).toFixed(1)} ×` : '–';
  return [
    numItems,
    name,
    form,
    `${firstResultMs.toFixed(1)} ms`,
    `${queryMs.toFixed(2)} ms`,
    recallAt20.toFixed(3),
    factor,
  ];
}
