import { checkTopQuery, exactScore, type Pause, rescore, type Scorer } from './scorer.ts';
import type { ScoringTable } from './scoring-table.ts';
import { createTopKeeper } from './top-keeper.ts';

/** Rows between two pauses: half a millisecond on a fast machine, a few on a slow phone. */
const ROWS_A_PART = 2048;

/** The plain JavaScript scorer: works everywhere, also where a policy forbids WebAssembly. Exact. */
export function createJsScorer(table: ScoringTable, pause: Pause = () => undefined): Scorer {
  return {
    kind: 'js',
    async top(asked) {
      checkTopQuery(table, asked);
      const kept = createTopKeeper(asked.count);
      for (let row = 0; row < table.numItems; ) {
        const end = Math.min(row + ROWS_A_PART, table.numItems);
        for (; row < end; row++) kept.offer(row, Math.fround(exactScore(table, row, asked)));
        await pause();
      }
      return rescore(table, kept.rows(), asked);
    },
    refresh() {},
    dispose() {},
  };
}
