import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import vector from '../../vectors/vdaf/Prio3SumVec_1.json' with { type: 'json' };
import { bundleForPage, launchBrowser, serve } from '../../widget/browser.ts';

test('a Worker of a real browser makes the published shares with the kernel that its script carries', async () => {
  const script = await bundleForPage(fileURLToPath(new URL('shard-worker.ts', import.meta.url)));
  const server = await serve((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><link rel="icon" href="data:,">');
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(server.origin);
    const posted = await page.evaluate((source) => {
      const worker = new Worker(URL.createObjectURL(new Blob([source])));
      return new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      });
    }, script);
    expect(posted).toEqual(vector.reports.map(({ public_share, input_shares }) => [public_share, ...input_shares]));
  } finally {
    await browser.close();
    await server.close();
  }
});
