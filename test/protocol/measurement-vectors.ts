import { writeFile } from 'node:fs/promises';
import { plainScores } from '#model/dense-scores.ts';
import { encodeSession } from '#model/encoder.ts';
import { eventCounts } from '#model/event-counts.ts';
import { examplesOf } from '#model/examples.ts';
import { bucketOf, itemBuckets } from '#model/item-buckets.ts';
import { localUpdate } from '#model/local-update.ts';
import type { Model } from '#model/model.ts';
import { shadowCell } from '#model/shadow-cell.ts';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import { fromHex } from '#protocol/bytes.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { TaskOf } from '#protocol/task.ts';
import { type FileVectors, readFiles } from './file-vectors.ts';
import { type HistoryVector, measureHistory } from './history-vectors.ts';
import { type MeasurementInputs, makeInputs } from './measurement-inputs.ts';
import { itemId, NUM_ITEMS, TASKS } from './measurement-terms.ts';
import { modelOf, type RowOf, ranking, rounded, rowsIn } from './vector-models.ts';

/**
 * Vectors of what devices measure, for other implementations: `test/vectors/measurements.json`. Bytes are
 * hexadecimal; numbers that come of float arithmetic are rounded to five decimals.
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
    /** Had one of the items been the last choice, or one that neither model has. */
    readonly cells: Readonly<Record<string, number>>;
  };
  readonly histories: readonly HistoryVector[];
  readonly files: FileVectors;
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

/** The vectors that follow from these models and this history. */
export async function measure({
  current: currentFiles,
  candidate: candidateFiles,
  catalog,
  history,
  nowMs,
  histories,
  files,
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
      cells: await cellsOf(history, models),
    },
    histories: await Promise.all(histories.map((input) => measureHistory(input, { ...models, nowMs }))),
    files: readFiles(files),
  };
}

export async function makeMeasurementVectors(): Promise<MeasurementVectors> {
  return measure(makeInputs());
}

/** The cell had one of the items, or another one, been chosen last. */
async function cellsOf(
  history: readonly ShopEvent[],
  models: Parameters<typeof shadowCell>[1],
): Promise<Record<string, number>> {
  const last = history.at(-1) as ShopEvent;
  const ids = [...Array.from({ length: NUM_ITEMS }, (_, row) => itemId(row)), 'gone' as ItemId];
  const cells: Record<string, number> = {};
  for (const id of ids) {
    const chosen: ShopEvent = { kind: 'view', itemId: id, atMs: last.atMs };
    cells[id] = await shadowCell([...history.slice(0, -1), chosen], models);
  }
  return cells;
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

// `node test/protocol/measurement-vectors.ts` writes the file that the test checks.
if (import.meta.main) {
  const file = new URL('../vectors/measurements.json', import.meta.url);
  await writeFile(file, `${JSON.stringify(await makeMeasurementVectors(), undefined, 1)}\n`);
}
