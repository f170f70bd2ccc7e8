/** Rows of a group: the lanes of a workgroup, each scoring one row of it. */
export const GROUP_ROWS = 64;

/** Groups of a tile: a workgroup scores one after another. */
export const TILE_GROUPS = 8;

/**
 * How a table's rows are dealt to groups, of which the GPU keeps the best score each.
 *
 *     row = lane * numGroups + group
 *
 * Rows that lie side by side are often alike and score alike; so dealt, they come into different groups,
 * and the best rows' groups are almost as many as the best rows.
 */
export interface Groups {
  /** A multiple of {@link TILE_GROUPS}. */
  readonly numGroups: number;
  readonly numTiles: number;
  /** One for each row and for the places that the last rows leave empty. */
  readonly numKeys: number;
}

/** @param numItems N. */
export function groupRows(numItems: number): Groups {
  const numTiles = Math.ceil(numItems / (GROUP_ROWS * TILE_GROUPS));
  const numGroups = numTiles * TILE_GROUPS;
  return { numGroups, numTiles, numKeys: numGroups * GROUP_ROWS };
}
