import { cpus } from 'node:os';
import { writeFileAtomically } from '#trainer/atomic-write.ts';
import { countItems } from '#trainer/item-counts.ts';
import type { Evaluated } from './evaluate.ts';
import { RECOMMENDERS, type RecommenderName } from './evaluation.ts';
import { countExposure, exposureBySegment } from './exposure.ts';
import { brandSegments, type ItemSegments, popularityDeciles, priceQuintiles } from './item-segments.ts';
import { type AnsweredCases, qualityByHistory, qualityByTarget } from './quality-by-segment.ts';
import { renderReport } from './report.ts';
import type { Breakdown, FairnessTable } from './report-data.ts';
import type { EvaluationTask } from './task.ts';

/** Writes the report of an evaluation: one HTML file. */
export async function writeReport(file: string, evaluated: Evaluated, task: EvaluationTask): Promise<void> {
  const { evaluation, measurements, result } = evaluated;
  const { items, baskets } = task.known;
  const sales = countItems(baskets, items.length).orders;
  const deciles = popularityDeciles(sales);
  const targets = task.cases.map((testCase) => testCase.targets);
  const numEvents = task.cases.map(({ events }) => events.length);
  const answers = (name: RecommenderName): AnsweredCases => ({ lists: measurements[name].lists, targets });
  const breakdown = (measure: (answered: AnsweredCases) => Breakdown[RecommenderName]): Breakdown =>
    Object.fromEntries(RECOMMENDERS.map((name) => [name, measure(answers(name))])) as Breakdown;
  const { history, schedule } = result.choices;
  const html = await renderReport({
    evaluation,
    madeOn: new Date().toISOString().slice(0, 10),
    command: ['vitrine', ...process.argv.slice(2)].join(' '),
    configuration: Object.entries({ ...history, ...schedule }).map(([name, value]) => [
      name,
      Number(value.toPrecision(3)),
    ]),
    byHistoryLength: breakdown((answered) => qualityByHistory(answered, numEvents)),
    byPopularityDecile: breakdown((answered) => qualityByTarget(answered, deciles)),
    fairness: fairnessTables(countExposure(measurements.shipped.lists, items.length), { items, sales, deciles }),
    latency: {
      answersMs: measurements.shipped.latenciesMs,
      machine: `${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.versions.node}`,
    },
  });
  await writeFileAtomically(file, html);
}

/** Only by what the catalog tells: a log of ids has neither prices nor brands. */
function fairnessTables(
  exposure: Uint32Array,
  {
    items,
    sales,
    deciles,
  }: { readonly items: EvaluationTask['known']['items']; readonly sales: Float64Array; readonly deciles: ItemSegments },
): FairnessTable[] {
  const hasPrices = items.some(({ priceCents }) => priceCents > 0);
  const hasBrands = items.some(({ attributes }) => attributes.brand !== undefined);
  const tableBy = (by: string, segments: ItemSegments): FairnessTable => ({
    by,
    segments: exposureBySegment(exposure, sales, segments),
  });
  return [
    tableBy('popularity decile', deciles),
    ...(hasPrices ? [tableBy('price', priceQuintiles(items))] : []),
    ...(hasBrands ? [tableBy('brand', brandSegments(items, sales))] : []),
  ];
}
