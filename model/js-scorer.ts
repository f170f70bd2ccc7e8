import type { ItemTable } from './item-table.ts';
import { checkScoreArguments, type Scorer } from './scorer.ts';

/** The plain JavaScript scorer: works everywhere, also where a policy forbids WebAssembly. */
export function createJsScorer(items: ItemTable): Scorer {
  const { numItems, dim, scales, values } = items;
  return {
    kind: 'js',
    async score(query, out) {
      checkScoreArguments(items, query, out);
      for (let row = 0, at = 0; row < numItems; row++) {
        let sum = 0;
        for (let d = 0; d < dim; d++, at++) sum += (query[d] as number) * (values[at] as number);
        out[row] = sum * (scales[row] as number);
      }
    },
    dispose() {},
  };
}
