import type { ScoreTerm, ScoreTerms } from '#model/score-items.ts';
import type { NeighborLists } from '#protocol/neighbor-lists.ts';
import type { Reason, ShelfKind } from './shelf-state.ts';

/**
 * Why an item stands above others: the term that lifts it furthest above the mean of all items, in
 * words for the shopper.
 *
 * Not the largest term: every item of a popular kind has a large popularity, and every text some
 * likeness to every other, so sizes alone say little about this one.
 *
 * @param meanTerms Each term's mean over all items.
 * @param eventRows Item rows of the profile, oldest first.
 * @param titleOf An item's title by row.
 */
export function reasonFor(
  row: number,
  {
    shelf,
    terms,
    meanTerms,
    neighbors,
    eventRows,
    titleOf,
  }: {
    readonly shelf: ShelfKind;
    readonly terms: ScoreTerms;
    readonly meanTerms: ScoreTerms;
    readonly neighbors: NeighborLists;
    readonly eventRows: Uint32Array;
    readonly titleOf: (row: number) => string;
  },
): Reason {
  const isSimilar = shelf === 'similar';
  switch (liftingTerm(terms, meanTerms)) {
    case 'neighbors': {
      if (isSimilar) return { kind: 'bought-with-this' };
      const source = eventRows.findLast((eventRow) => eventRow !== row && hasNeighbor(neighbors, eventRow, row));
      return source === undefined ? { kind: 'like-viewed' } : { kind: 'bought-with', title: titleOf(source) };
    }
    case 'fresh':
    case 'text':
      if (isSimilar) return { kind: 'like-this' };
      return { kind: eventRows.length > 0 ? 'like-viewed' : 'like-searched' };
    case 'again':
      return { kind: 'earlier' };
    case 'seen':
    case 'sequence':
      return { kind: isSimilar ? 'like-this' : 'left-off' };
    case 'popularity':
      return { kind: 'popular' };
    default:
      return { kind: 'none' };
  }
}

/**
 * The term that lifts the item furthest above the mean, popularity first of equals; `undefined` if none does.
 *
 * Only a term that adds to the score speaks for an item. Where what was seen counts against an item, all
 * others stand above the mean in that, and it is no reason to show any of them.
 */
function liftingTerm(terms: ScoreTerms, meanTerms: ScoreTerms): ScoreTerm | undefined {
  let lifting: ScoreTerm | undefined;
  let highest = 0;
  for (const term of ['popularity', 'again', 'neighbors', 'fresh', 'text', 'sequence', 'seen'] as const) {
    const lift = terms[term] - meanTerms[term];
    if (terms[term] > 0 && lift > highest) {
      lifting = term;
      highest = lift;
    }
  }
  return lifting;
}

function hasNeighbor(lists: NeighborLists, of: number, neighbor: number): boolean {
  let isFound = false;
  lists.forEach(of, (row) => {
    isFound ||= row === neighbor;
  });
  return isFound;
}
