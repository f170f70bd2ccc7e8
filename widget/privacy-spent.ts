import * as v from 'valibot';
import { CountSchema } from '#protocol/ids.ts';
import type { MetaStore } from './meta.ts';

export const PrivacySpentSchema = v.object({
  numParticipations: CountSchema,
  /** Summed over participations; 0 before the first. */
  epsilon: v.number(),
  delta: v.number(),
});

/** What all participations so far can have told about this browser, at most. */
export type PrivacySpent = v.InferOutput<typeof PrivacySpentSchema>;

export const NOTHING_SPENT: PrivacySpent = { numParticipations: 0, epsilon: 0, delta: 0 };

/** The part of the participation record that a shopper is shown. */
export async function readPrivacySpent(meta: MetaStore): Promise<PrivacySpent> {
  const result = v.safeParse(v.object({ spent: PrivacySpentSchema }), await meta.get('participation'));
  return result.success ? result.output.spent : NOTHING_SPENT;
}
