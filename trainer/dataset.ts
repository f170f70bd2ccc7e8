import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { type CatalogItem, CatalogItemSchema } from '#protocol/catalog.ts';
import { CountSchema, TimeMsSchema } from '#protocol/ids.ts';
import { formatJson, writeFiles } from './atomic-write.ts';
import { InputError } from './input-error.ts';
import type { ShopWorkspace } from './workspace.ts';

/** What one customer ordered at once. */
export interface Basket {
  readonly customer: string;
  readonly orderId: string;
  readonly atMs: number;
  /** Distinct item rows, in the order of the order's lines. Never empty. */
  readonly rows: readonly number[];
}

/** A shop's items and orders, the input of training. */
export interface Dataset {
  /** An item's index here is its row everywhere. */
  readonly items: readonly CatalogItem[];
  /** By time, earliest first. Empty for a catalog without orders. */
  readonly baskets: readonly Basket[];
  /** What a basket's lines are told as; orders where it is absent. */
  readonly eventKind?: 'view';
}

const BasketSchema = v.object({
  customer: v.string(),
  orderId: v.string(),
  atMs: TimeMsSchema,
  rows: v.pipe(v.array(CountSchema), v.minLength(1)),
});

/** What an import report must say for the files beside it to be trusted. */
const ReportSizesSchema = v.object({ numItems: CountSchema, numBaskets: CountSchema });

/**
 * Writes a shop's dataset, replacing the one before it as a whole.
 *
 * @param report The import report, JSON; it must hold `numItems` and `numBaskets`.
 * @throws {InputError} If the folder cannot be written; the dataset before it is then unchanged.
 */
export async function writeDataset(
  workspace: ShopWorkspace,
  { items, baskets }: Dataset,
  report: v.InferOutput<typeof ReportSizesSchema>,
): Promise<void> {
  await writeFiles([
    { path: workspace.catalogFile, content: formatJson(items) },
    { path: workspace.basketsFile, content: baskets.map((basket) => `${JSON.stringify(basket)}\n`).join('') },
    { path: workspace.importFile, content: formatJson(report) },
  ]);
}

/**
 * Reads the dataset that the last import wrote.
 *
 * @throws {InputError} If nothing was imported, or the files do not belong together.
 */
export async function readDataset(workspace: ShopWorkspace): Promise<Dataset> {
  const read = (path: string) =>
    readFile(path, 'utf8').catch((cause: unknown) => {
      throw new InputError(
        `expected ${path}, but it cannot be read; run "vitrine import orders FILE" or "vitrine import catalog FILE" for shop ${workspace.shop} first`,
        { cause },
      );
    });
  const items = parse(v.array(CatalogItemSchema), await read(workspace.catalogFile), workspace.catalogFile);
  const baskets = (await read(workspace.basketsFile))
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => parse(BasketSchema, line, `${workspace.basketsFile}, line ${index + 1}`));
  const report = parse(ReportSizesSchema, await read(workspace.importFile), workspace.importFile);

  // An import that was killed between two renames leaves files of two imports side by side.
  const fits = report.numItems === items.length && report.numBaskets === baskets.length;
  if (!fits || baskets.some(({ rows }) => rows.some((row) => row >= items.length))) {
    throw new InputError(
      `expected ${report.numItems} items and ${report.numBaskets} baskets in ${workspace.dir} as import.json says, came ${items.length} and ${baskets.length}, or baskets with other items; run the import again`,
    );
  }
  return { items, baskets };
}

function parse<TSchema extends v.GenericSchema>(schema: TSchema, json: string, where: string): v.InferOutput<TSchema> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new InputError(`expected JSON in ${where}, but it does not parse; run the import again`, { cause });
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'the whole value';
  throw new InputError(`expected ${issue.expected ?? issue.message} in ${where} at ${field}; run the import again`);
}
