import type { Evaluation } from './evaluate.ts';
import { formatTable, type TableRow } from './text-table.ts';

/** The evaluation as a table for a terminal. */
export function formatEvaluation(evaluation: Evaluation): string {
  const { rows, numTest, numCustomers, testFrom, minCustomers, backend, trainSeconds, bundleBytes, seed } = evaluation;
  return [
    evaluation.protocol,
    `${numTest} baskets of ${numCustomers} customers from ${testFrom} on; pairs of at least ${minCustomers} customers; seed ${seed}`,
    `trained in ${trainSeconds.toFixed(0)} s on ${backend}; bundle ${(bundleBytes / 1e6).toFixed(2)} MB`,
    '',
    formatTable([
      ['', 'Recall@20', 'NDCG@20', 'MRR@20'],
      ...rows.map(
        ({ name, metrics }): TableRow => [
          name,
          percent(metrics.recallAt20),
          percent(metrics.ndcgAt20),
          percent(metrics.reciprocalRankAt20),
        ],
      ),
    ]),
  ].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
