import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleForPage, launchBrowser, serve } from '../test/widget/browser.ts';
import { compileReadKernel } from './read-kernel.ts';
import type { Asked, Measured } from './scorers-worker.ts';
import type { Row } from './table.ts';

/** Items, and how many times each contender has its turn. */
const SIZES = [
  [10_000, 101],
  [100_000, 51],
  [1_000_000, 21],
] as const;

/**
 * Score + top-20 of one query over a whole table, in a Worker of a real browser, on a page as a shop's: not
 * isolated, so without threads. Beside a plain float32 loop, tfjs-wasm's product and top-k, and a kernel that
 * reads the same bytes and does nothing with them.
 */
export async function benchScorers(): Promise<{ readonly table: Row[]; readonly note: string }> {
  const script = await bundleForPage(fileURLToPath(new URL('scorers-worker.ts', import.meta.url)));
  const tfjsFolder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  const server = await serve(async ({ url = '/' }, response) => {
    if (url === '/worker.js') return void response.setHeader('content-type', 'text/javascript').end(script);
    if (url.startsWith('/tfjs/')) {
      const code = await readFile(join(tfjsFolder, basename(url)));
      return void response.setHeader('content-type', 'application/wasm').end(code);
    }
    response.setHeader('content-type', 'text/html').end('<!doctype html>');
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(server.origin);
    const readKernel = [...(await compileReadKernel())];
    const table: Row[] = [
      [
        'items',
        'relaxed SIMD',
        'SIMD',
        'JavaScript int8',
        'float32 loop',
        'tfjs wasm',
        'reading alone',
        'loop ÷ relaxed, SIMD',
        'tfjs ÷ relaxed, SIMD',
        'relaxed ÷ reading',
        'SIMD ÷ reading',
        'of the true top 20',
      ],
    ];
    let tfjs = '';
    for (const [numItems, rounds] of SIZES) {
      const measured = await page.evaluate(measureInWorker, { numItems, rounds, readKernel });
      table.push(rowOf(numItems, measured));
      tfjs = measured.tfjs;
    }
    return { table, note: `Chromium ${browser.version()}; ${tfjs}, the faster of E·u and u·Eᵀ.` };
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Runs in the page. */
function measureInWorker(asked: Omit<Asked, 'readKernel'> & { readKernel: number[] }): Promise<Measured> {
  const worker = new Worker('/worker.js');
  return new Promise<Measured>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage({ ...asked, readKernel: Uint8Array.from(asked.readKernel) });
  }).finally(() => worker.terminate());
}

function rowOf(numItems: number, { ms, overlap }: Measured): Row {
  const at = (name: string): number => ms[name] as number;
  const tfjs = Math.min(at('tfjs E·u'), at('tfjs u·Eᵀ'));
  const [relaxed, simd, read] = [at('relaxed-simd'), at('simd'), at('read')];
  const times = (...ratios: number[]): string => `${ratios.map((ratio) => ratio.toFixed(1)).join(', ')} ×`;
  return [
    numItems,
    ...[relaxed, simd, at('js'), at('loop'), tfjs, read].map((value) => `${value.toFixed(3)} ms`),
    times(at('loop') / relaxed, at('loop') / simd),
    times(tfjs / relaxed, tfjs / simd),
    `${(relaxed / read).toFixed(2)} ×`,
    `${(simd / read).toFixed(2)} ×`,
    `${overlap['relaxed-simd'].toFixed(2)}, ${overlap.simd.toFixed(2)}`,
  ];
}
