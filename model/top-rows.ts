/**
 * The rows with the highest scores, best first; of equal scores the lower row.
 *
 * @param scores `[N]`; a row at −Infinity is never returned, so that is how to leave one out. No NaN.
 * @param count At least 0.
 * @returns At most `count` rows.
 */
export function topRows(scores: Float32Array, count: number): Uint32Array {
  // Infinity less Infinity is NaN: rows that both have it go by row like other equal ones.
  const byScore = (a: number, b: number): number => (scores[b] as number) - (scores[a] as number) || a - b;
  const maxKept = 2 * count + 100; // room, so that sorting and cutting what is kept stays rare
  const kept: number[] = [];
  let worst = Number.NEGATIVE_INFINITY; // one comparison with it turns most rows away
  for (let row = 0; row < scores.length; row++) {
    if (!((scores[row] as number) > worst)) continue;
    kept.push(row);
    if (kept.length < maxKept) continue;
    kept.sort(byScore).length = count;
    worst = scores[kept.at(-1) as number] as number;
  }
  return Uint32Array.from(kept.sort(byScore).slice(0, count));
}
