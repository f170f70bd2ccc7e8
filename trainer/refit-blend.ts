import { blendCasesOf } from './blend-case.ts';
import type { Dataset } from './dataset.ts';
import { fitBlend } from './fit-blend.ts';
import type { TestCase } from './test-cases.ts';
import { shippedModel, type TrainedModel } from './trained-model.ts';

/** Held-out cases by use: a customer's are all on one side, since they tell of each other. */
export interface HeldOutCases {
  readonly choosing: TestCase[];
  readonly judging: TestCase[];
}

/** Every other customer's cases are for choosing. */
export function splitCases(cases: readonly TestCase[]): HeldOutCases {
  const customers = new Map<string, number>();
  for (const { customer } of cases) if (!customers.has(customer)) customers.set(customer, customers.size);
  const isForChoosing = ({ customer }: TestCase): boolean => (customers.get(customer) as number) % 2 === 0;
  return {
    choosing: cases.filter(isForChoosing),
    judging: cases.filter((testCase) => !isForChoosing(testCase)),
  };
}

/** Fits the blend anew: item vectors that rounds have moved deserve other weights than the ones they began with. */
export async function withFittedBlend(
  trained: TrainedModel,
  { items, cases }: { readonly items: Dataset['items']; readonly cases: readonly TestCase[] },
): Promise<TrainedModel> {
  const blend = await fitBlend(await blendCasesOf(shippedModel(trained), { items, cases }));
  return { ...trained, config: { ...trained.config, blend } };
}
