import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readOrders } from '#trainer/import-orders.ts';

const projectDir = fileURLToPath(new URL('../..', import.meta.url));
const dataDir = resolve(projectDir, process.env.VITRINE_DATA ?? '../shared/data');
const file = join(dataDir, 'online-retail', 'orders-2010-12-to-2011-08.csv.gz');
const isPresent = existsSync(file);
if (!isPresent)
  console.log(`skipped: expected UCI Online Retail at ${file}; set VITRINE_DATA to the folder that holds it`);

/** So that the limit means something on a slow machine, too: about four times what two cores need. */
const IMPORT_LIMIT_MS = 10_000;

test.skipIf(!isPresent)(
  'UCI Online Retail is imported in seconds, and every line read is kept or counted under a reason',
  async () => {
    const startedMs = performance.now();
    const { dataset, report } = await readOrders({
      file,
      encoding: 'utf-8',
      columnNames: new Map(),
      dateFormat: 'iso',
    });
    const tookMs = performance.now() - startedMs;
    const numDropped = Object.values(report.numDroppedByReason).reduce((sum, count) => sum + count, 0);
    expect(report.numLinesRead).toBe(320_705);
    expect(report.numLinesKept + numDropped).toBe(report.numLinesRead);
    expect(dataset.baskets.reduce((sum, { rows }) => sum + rows.length, 0)).toBe(report.numLinesKept);
    expect(dataset.items.length).toBeGreaterThan(3_000);
    expect(dataset.items.length).toBeLessThan(3_700);
    expect(dataset.items.find(({ id }) => id === '85123A')).toMatchObject({
      title: 'White Hanging Heart T-Light Holder',
      currency: 'GBP',
    });
    expect(tookMs).toBeLessThan(IMPORT_LIMIT_MS);
  },
  2 * IMPORT_LIMIT_MS,
);
