/** Values to try of each parameter. */
export type Grid<Parameters> = { readonly [Name in keyof Parameters]: readonly Parameters[Name][] };

/**
 * A value replaces another only if it is better by this share: the best of some hundred combinations on some
 * hundred cases is best by luck, too.
 */
const LEAST_GAIN = 0.005;

/**
 * Looks for the best parameters, one at a time: all values of the first with the others held, then of the
 * next, round after round until a round changes nothing. What it starts with stays unless another is better by
 * {@link LEAST_GAIN}.
 *
 * @param measure Higher is better. Asked once at most of each combination.
 */
export async function coordinateSearch<Parameters extends object>(
  start: Parameters,
  grid: Grid<Parameters>,
  { measure, maxRounds }: { readonly measure: (candidate: Parameters) => Promise<number>; readonly maxRounds: number },
): Promise<{ best: Parameters; figure: number }> {
  const figures = new Map<string, number>();
  const figureOf = async (candidate: Parameters): Promise<number> => {
    const key = JSON.stringify(Object.values(candidate).map(String)); // JSON has no Infinity
    const figure = figures.get(key) ?? (await measure(candidate));
    figures.set(key, figure);
    return figure;
  };
  let best = start;
  let figure = await figureOf(start);
  for (let round = 0; round < maxRounds; round++) {
    const bestBefore = best;
    for (const name of Object.keys(grid) as (keyof Parameters)[]) {
      for (const value of grid[name]) {
        const candidate = { ...best, [name]: value };
        const candidateFigure = await figureOf(candidate);
        if (candidateFigure > figure + LEAST_GAIN * Math.abs(figure)) [best, figure] = [candidate, candidateFigure];
      }
    }
    if (best === bestBefore) break;
  }
  return { best, figure };
}
