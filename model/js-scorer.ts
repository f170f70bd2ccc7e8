import { checkTopQuery, type Pause, rescore, type Scorer, type TopQuery } from './scorer.ts';
import type { ScoringTable } from './scoring-table.ts';
import { createTopKeeper, type TopKeeper } from './top-keeper.ts';

/** Rows between two pauses: half a millisecond on a fast machine, a few on a slow phone. */
const ROWS_A_PART = 2048;

/** The plain JavaScript scorer: works everywhere, also where a policy forbids WebAssembly. Exact. */
export function createJsScorer(table: ScoringTable, pause?: Pause): Scorer {
  return {
    kind: 'js',
    async top(asked) {
      checkTopQuery(table, asked);
      const kept = createTopKeeper(asked.count);
      for (let row = 0; row < table.numItems; row += ROWS_A_PART) {
        offerRows(table, asked, { from: row, to: Math.min(row + ROWS_A_PART, table.numItems), kept });
        if (pause) await pause();
      }
      return rescore(table, kept.rows(), asked);
    },
    refresh() {},
    dispose() {},
  };
}

/** Scores are those of `exactScore`, whose calls for every row would take a third longer. */
function offerRows(
  { dim, values, scales, popularity, lifts }: ScoringTable,
  { query, popularityWeight }: TopQuery,
  { from, to, kept }: { readonly from: number; readonly to: number; readonly kept: TopKeeper },
): void {
  for (let row = from, at = from * dim; row < to; row++) {
    let dot = 0; // float64
    for (let d = 0; d < dim; d++, at++) dot += (query[d] as number) * (values[at] as number);
    const terms = popularityWeight * (popularity[row] as number);
    kept.offer(row, Math.fround(dot * (scales[row] as number) + terms + (lifts[row] as number)));
  }
}
