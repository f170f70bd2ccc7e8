import { startProgress } from '#trainer/progress.ts';
import { showTraining } from '#trainer/show-training.ts';
import type { SimulationFigures } from './format-simulation.ts';
import { modelOf } from './kept-model.ts';
import type { Records, SimulatedShop } from './simulated-shop.ts';
import { type RunFigures, type RunPlan, Simulation, type SimulationOptions } from './simulation.ts';

/** How the two models are trained between which learning from devices lies. */
export interface ComparedTraining {
  readonly seed: number;
  readonly minCustomers: number;
  readonly baseMs: number;
  /** 0 for none. */
  readonly ceilingMs: number;
  /** Where they are kept for the next time. */
  readonly folder: string;
}

/**
 * Trains both models, then learns from devices as often as is planned.
 *
 * @param onFigures Told what is known after each run: a long simulation may be cut off.
 */
export async function simulate(
  shop: SimulatedShop,
  {
    dataset,
    plans,
    training,
    settings,
    onFigures,
  }: {
    readonly dataset: string;
    readonly plans: readonly RunPlan[];
    readonly training: ComparedTraining;
    readonly settings: SimulationOptions;
    readonly onFigures: (figures: SimulationFigures) => Promise<void>;
  },
): Promise<SimulationFigures> {
  const base = await trainOn(shop.merchant, 'base', training.baseMs, training);
  const simulation = new Simulation(shop, base, settings);
  try {
    const ceiling =
      training.ceilingMs === 0 ? undefined : await trainOn(shop.everything, 'ceiling', training.ceilingMs, training);
    const runs: RunFigures[] = [];
    const numCases = shop.cases.length;
    const asking = (name: string) => ({ label: `Asking the ${name}`, total: numCases });
    const known = {
      ...settings,
      dataset,
      numItems: shop.merchant.dataset.items.length,
      numCases,
      minCustomers: training.minCustomers,
      base: await withProgress(asking('base'), (onCases) => simulation.measureBase(onCases)),
      ...(ceiling && {
        ceiling: await withProgress(asking('ceiling'), (onCases) => simulation.measure(ceiling, onCases)),
      }),
    };
    for (const plan of plans) {
      const work = { label: labelOf(plan), total: plan.numDevices * settings.numRounds };
      runs.push(await withProgress(work, (onDevices) => simulation.run(plan, onDevices)));
      await onFigures({ ...known, runs });
    }
    return { ...known, runs };
  } finally {
    await simulation.close();
  }
}

async function trainOn(
  records: Records,
  name: string,
  maxMs: number,
  { seed, minCustomers, folder }: ComparedTraining,
) {
  const display = showTraining();
  display.note(`Model of the ${name}`);
  try {
    return await modelOf(records, { name, folder, maxMs, seed, minCustomers, onProgress: display.show });
  } finally {
    display.stop();
  }
}

/** Shows how many of `total` the work says are done. */
async function withProgress<Result>(
  { label, total }: { readonly label: string; readonly total: number },
  work: (onDone: (count: number) => void) => Promise<Result>,
): Promise<Result> {
  const bar = startProgress(label, total);
  let done = 0;
  try {
    return await work((count) => {
      done += count;
      bar.update(done);
    });
  } finally {
    bar.stop();
  }
}

function labelOf({ numDevices, epsilon }: RunPlan): string {
  return `${numDevices} devices, ${epsilon === undefined ? 'no noise' : `epsilon ${epsilon}`}`;
}
