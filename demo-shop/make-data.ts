import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ALL_PRODUCTS } from './catalog/all-products.ts';
import { writeOrdersCsv } from './orders-csv.ts';
import { simulateOrders } from './simulate-orders.ts';

const USAGE = 'Usage: node demo-shop/make-data.ts --out DIR [--seed N]';
const DEFAULT_SEED = '20261031';

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}

function readOptions(): { out: string; seed: number } {
  try {
    const { values } = parseArgs({
      options: { out: { type: 'string' }, seed: { type: 'string', default: DEFAULT_SEED } },
    });
    const seed = Number(values.seed);
    if (values.out === undefined) return fail(`expected --out to name a folder, got nothing\n${USAGE}`);
    if (!/^\d+$/.test(values.seed)) return fail(`expected --seed to be a whole number, got ${values.seed}\n${USAGE}`);
    return { out: values.out, seed };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

/** Writes beside the file and renames, so that a reader never sees half of it. */
async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

const { out, seed } = readOptions();
const lines = simulateOrders(ALL_PRODUCTS, seed);
const catalogPath = join(out, 'catalog.json');
const ordersPath = join(out, 'orders.csv');
try {
  await mkdir(out, { recursive: true });
  await writeWhole(catalogPath, `${JSON.stringify(ALL_PRODUCTS, null, 1)}\n`);
  await writeWhole(ordersPath, writeOrdersCsv(lines));
} catch (error) {
  fail(
    `expected --out to be a folder that can be written, but ${error instanceof Error ? error.message : String(error)}`,
  );
}
const numOrders = new Set(lines.map(({ orderId }) => orderId)).size;
const numCustomers = new Set(lines.map(({ customerId }) => customerId)).size;
console.log(`${catalogPath}: ${ALL_PRODUCTS.length} products`);
console.log(
  `${ordersPath}: ${lines.length} simulated lines in ${numOrders} orders of ${numCustomers} customers, seed ${seed}`,
);
