import type { Model } from '#model/model.ts';
import type { ScoreTerms } from '#model/score-items.ts';
import type { Reason, ShelfKind } from './shelf-state.ts';

/**
 * Why an item scored as it did: its largest term, in words for the shopper.
 *
 * @param eventRows Item rows of the profile, oldest first.
 * @param titleOf An item's title by row.
 */
export function reasonFor(
  row: number,
  {
    shelf,
    terms,
    neighbors,
    eventRows,
    titleOf,
  }: {
    readonly shelf: ShelfKind;
    readonly terms: ScoreTerms;
    readonly neighbors: Model['neighbors'];
    readonly eventRows: Uint32Array;
    readonly titleOf: (row: number) => string;
  },
): Reason {
  const isSimilar = shelf === 'similar';
  switch (largestTerm(terms)) {
    case 'neighbors': {
      if (isSimilar) return { kind: 'bought-with-this' };
      const source = eventRows.findLast((eventRow) => hasNeighbor(neighbors, eventRow, row));
      return source === undefined ? { kind: 'like-viewed' } : { kind: 'bought-with', title: titleOf(source) };
    }
    case 'text':
      return { kind: isSimilar ? 'like-this' : 'like-viewed' };
    case 'sequence':
      return { kind: isSimilar ? 'like-this' : 'left-off' };
    default:
      return { kind: 'popular' };
  }
}

/** Popularity unless another term lifts the item higher. */
function largestTerm(terms: ScoreTerms): keyof ScoreTerms {
  let largest: keyof ScoreTerms = 'popularity';
  for (const term of ['neighbors', 'text', 'sequence'] as const) {
    if (terms[term] > terms[largest]) largest = term;
  }
  return largest;
}

function hasNeighbor({ offsets, rows }: Model['neighbors'], of: number, neighbor: number): boolean {
  return rows.subarray(offsets[of], offsets[of + 1]).includes(neighbor);
}
