import { writeFile } from 'node:fs/promises';
import { decodeCodes } from '#model/decode-codes.ts';
import { plainScores } from '#model/dense-scores.ts';
import { encodeSession } from '#model/encoder.ts';
import { eventCounts } from '#model/event-counts.ts';
import { examplesOf } from '#model/examples.ts';
import { bucketOf, itemBuckets } from '#model/item-buckets.ts';
import { createJsScorer } from '#model/js-scorer.ts';
import { localUpdate } from '#model/local-update.ts';
import { type Model, type ModelFile, parseModel } from '#model/model.ts';
import { buildProfile, MAX_PROFILE_EVENTS } from '#model/profile.ts';
import { scoreItems } from '#model/score-items.ts';
import { shadowCell } from '#model/shadow-cell.ts';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import { alignedCopy, fromHex, toHex } from '#protocol/bytes.ts';
import { CatalogShard } from '#protocol/catalog-shard.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { parseCodebooks } from '#protocol/item-codes.ts';
import type { TaskOf } from '#protocol/task.ts';
import {
  itemId,
  type MeasurementInputs,
  type ModelVector,
  makeInputs,
  NUM_ITEMS,
  TASKS,
} from './measurement-inputs.ts';

/**
 * Vectors of what devices measure, for other implementations: `test/vectors/measurements.json`. Bytes are
 * hexadecimal; numbers that come of float arithmetic are rounded to {@link DECIMALS}.
 */
export interface MeasurementVectors extends MeasurementInputs {
  readonly modelUpdate: UpdateVector;
  readonly rounding: readonly RoundingVector[];
  readonly metrics: { readonly task: MetricsTask; readonly measurement: readonly number[] };
  readonly popularity: {
    readonly task: PopularityTask;
    readonly buckets: Readonly<Record<string, number>>;
    readonly measurement: readonly number[];
  };
  readonly shadowEval: {
    /** All items under each model from the history before the last choice, best first. */
    readonly rankings: Readonly<Record<'current' | 'candidate', readonly (readonly [row: number, score: number])[]>>;
    readonly measurement: number;
    /** Of a device that sent a `model-update` report when it chose the item. */
    readonly measurementOfLearned: number;
  };
  readonly codes: CodesVector;
}

type MetricsTask = Pick<TaskOf<'metrics'>, 'windowMs' | 'vdaf'>;
type PopularityTask = Pick<TaskOf<'popularity'>, 'windowMs' | 'bucketSeed' | 'vdaf'>;

interface UpdateVector {
  readonly task: Pick<TaskOf<'model-update'>, 'vdaf' | 'rank' | 'factor' | 'clipNorm' | 'scale'>;
  /** Rows in the order in which the encoder reads them, and the item asked for. */
  readonly examples: readonly {
    readonly rows: readonly number[];
    readonly kinds: readonly number[];
    readonly gaps: readonly number[];
    readonly row: number;
  }[];
  /** The encoder's output for the first example. */
  readonly firstSession: readonly number[];
  readonly update: readonly number[];
}

interface RoundingVector {
  readonly update: readonly number[];
  readonly clipNorm: number;
  readonly scale: number;
  /** What is drawn, again and again from its start. */
  readonly random: string;
  readonly measurement: readonly number[];
}

/** Byte i of the codebooks' values is (i · `step`) mod 256. */
interface CodesVector {
  readonly dim: number;
  readonly scales: readonly number[];
  readonly step: number;
  readonly codes: string;
  readonly rows: { readonly scales: readonly number[]; readonly values: readonly number[] };
}

const DECIMALS = 5;
/** The vectors that follow from these models and this history. */
export async function measure({
  current: currentFiles,
  candidate: candidateFiles,
  catalog,
  history,
  nowMs,
}: MeasurementInputs): Promise<MeasurementVectors> {
  const rowOf = rowsIn(catalog);
  const [current, candidate] = [modelOf(currentFiles), modelOf(candidateFiles)];
  const { bucketSeed, vdaf } = TASKS.popularity;
  const buckets: [string, number][] = [];
  for (let row = 0; row < NUM_ITEMS; row++) {
    buckets.push([itemId(row), await bucketOf(itemId(row), { bucketSeed, numBuckets: vdaf.length })]);
  }
  const models = { current: { model: current, rowOf }, candidate: { model: candidate, rowOf } };
  return {
    current: currentFiles,
    candidate: candidateFiles,
    catalog,
    history,
    nowMs,
    modelUpdate: updateVector(current, history, rowOf),
    rounding: roundingVectors(),
    metrics: { task: TASKS.metrics, measurement: eventCounts(history, { task: TASKS.metrics, nowMs }) },
    popularity: {
      task: TASKS.popularity,
      buckets: Object.fromEntries(buckets),
      measurement: await itemBuckets(history, { task: TASKS.popularity, nowMs }),
    },
    shadowEval: {
      rankings: {
        current: await ranking(current, history.slice(0, -1), rowOf),
        candidate: await ranking(candidate, history.slice(0, -1), rowOf),
      },
      measurement: await shadowCell(history, models),
      measurementOfLearned: await shadowCell(history, { ...models, learnedUntilMs: history.at(-1)?.atMs ?? 0 }),
    },
    codes: codesVector(),
  };
}

export async function makeMeasurementVectors(): Promise<MeasurementVectors> {
  return measure(makeInputs());
}

type RowOf = (id: ItemId) => number | undefined;

function rowsIn(catalog: string): RowOf {
  const rows = new Map<ItemId, number>();
  for (const _ of new CatalogShard(fromHex(catalog), NUM_ITEMS).check(({ id }, row) => void rows.set(id, row)));
  return (id) => rows.get(id);
}

function modelOf({ config, files }: ModelVector): Model {
  return parseModel(
    config,
    files.map((file) => ({ ...file, bytes: alignedCopy(fromHex(file.bytes)) }) as ModelFile),
  );
}

function updateVector(model: Model, events: readonly ShopEvent[], rowOf: RowOf): UpdateVector {
  const task = TASKS.modelUpdate;
  const examples = examplesOf(events, { rowOf, maxEvents: model.config.maxEvents });
  const [first] = examples as [(typeof examples)[0]];
  return {
    task,
    examples: examples.map(({ given: { rows, kinds, gaps }, row }) => ({
      rows: [...rows],
      kinds: [...kinds],
      gaps: [...gaps],
      row,
    })),
    firstSession: rounded(encodeSession(first.given, model)),
    update: rounded(localUpdate({ model, scoreAll: plainScores(model.items), events, rowOf, task })),
  };
}

/** The first try is inside the bound, the second is, or none is. */
function roundingVectors(): RoundingVector[] {
  const cases: readonly (readonly [number[], string])[] = [
    [[0.12, -0.07, 0.000_01], '000000d001000000000000a0'],
    [[0.3, 0.4], 'ffffffffffffffffffffffff00000000'],
    [[0.3, 0.4], 'ffffffff'],
    [[1.5, -2], '00000080'],
  ];
  return cases.map(([values, random]) => {
    const update = Float32Array.from(values);
    const terms = { clipNorm: 0.5, scale: 65_536 };
    const measurement = quantizeUpdate(update, { ...terms, random: repeating(random) });
    return { update: [...update], ...terms, random, measurement: [...measurement] };
  });
}

/** Draws the same bytes again and again. */
function repeating(hex: string): (out: Uint8Array) => void {
  const bytes = fromHex(hex);
  let at = 0;
  return (out) => {
    for (let i = 0; i < out.length; i++) out[i] = bytes[at++ % bytes.length] as number;
  };
}

async function ranking(model: Model, before: readonly ShopEvent[], rowOf: RowOf): Promise<[number, number][]> {
  const profile = buildProfile(before, { rowOf, maxEvents: MAX_PROFILE_EVENTS });
  const { rows, scores } = await scoreItems(model, createJsScorer(model.items), profile).best(NUM_ITEMS);
  const found = rounded(scores);
  return Array.from(rows, (row, i) => [row, found[i] as number]);
}

function codesVector(): CodesVector {
  const [dim, step] = [18, 73];
  const scales = Float32Array.from({ length: 16 }, (_, code) => 2 ** -(6 + (code % 3)));
  const values = Uint8Array.from({ length: 3 * 256 * dim }, (_, i) => (i * step) % 256);
  const codes = Uint8Array.from({ length: 2 * 16 }, (_, i) => (i * 91 + 17) % 256);
  const file = alignedCopy(Buffer.concat([new Uint8Array(scales.buffer), values]));
  const rows = decodeCodes(codes, parseCodebooks(file, dim), dim);
  return {
    dim,
    scales: [...scales],
    step,
    codes: toHex(codes),
    rows: { scales: [...rows.scales], values: [...rows.values] },
  };
}

function rounded(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => Number(value.toFixed(DECIMALS)));
}

// `node test/protocol/measurement-vectors.ts` writes the file that the test checks.
if (import.meta.main) {
  const file = new URL('../vectors/measurements.json', import.meta.url);
  await writeFile(file, `${JSON.stringify(await makeMeasurementVectors(), undefined, 1)}\n`);
}
