import { quantizeRows } from '#model/item-table.ts';
import { createScoringTable } from '#model/scoring-table.ts';
import { createSimdScorer } from '#model/simd-scorer.ts';
import { encodeShard, parseShard } from '#protocol/shard.ts';
import { type Contender, TOP } from './contender.ts';

/** Vitrine: int8 rows as they ship, parsed, put into the kernel's memory and scored there. */
export const OURS: Contender = {
  name: 'vitrine',
  form: 'int8 rows, scanned',
  async prepare({ values, numItems, dim }) {
    const bytes = encodeShard({ firstRow: 0, rows: numItems, dim, ...quantizeRows(values, dim) });
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    return async () => {
      const shard = parseShard(file, { firstRow: 0, rows: numItems, dim });
      const table = createScoringTable(numItems, dim);
      table.values.set(shard.values);
      table.scales.set(shard.scales);
      table.lifts.fill(0);
      const scorer = await createSimdScorer(table);
      return async (query) => [...(await scorer.top({ query, popularityWeight: 0, count: TOP })).rows];
    };
  },
};
