import type { Env } from '#edge/env.ts';

/** The party's upkeep as routes call it. */
export interface UpkeepStub {
  /** Begins a run soon, if none is about to. */
  wake(): Promise<void>;
}

/** The binding of the upkeep. */
export interface UpkeepNamespace {
  getByName(name: string): UpkeepStub;
}

/** Has the party's one upkeep look for work: something was deleted, or may now be. */
export function wakeUpkeep({ UPKEEP }: Pick<Env, 'UPKEEP'>): Promise<void> {
  return UPKEEP.getByName('upkeep').wake();
}
