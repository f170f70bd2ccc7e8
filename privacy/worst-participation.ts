/** What a round says about who may take part in it, and how much that tells. Times since 1970, UTC. */
export interface RoundTerms {
  /** Bounds hold for each kind of task by itself. */
  readonly kind: string;
  readonly noiseMultiplier: number;
  /** A device takes part at a time from `opensAtMs` to before `closesAtMs`. */
  readonly opensAtMs: number;
  readonly closesAtMs: number;
  /** No sooner than this after its last time in this kind. */
  readonly minSeparationMs: number;
  /** At most `maxParticipations` times in this kind within any `privacyWindowMs`. */
  readonly maxParticipations: number;
  readonly privacyWindowMs: number;
}

/** Where a device stands after some rounds: what it told, and when it was last in one. */
interface Standing {
  readonly inverseVariance: number;
  readonly lastMs: number;
}

/**
 * The most that one device can spend within any window around a round: over all choices of rounds
 * that the bounds allow, the largest sum of inverse variances (`inverseVarianceOf`).
 *
 * Guarantees:
 * - Never below what any device that keeps the rounds' bounds spends within `windowMs` of its time in
 *   `last`, or up to it.
 * - Exact where rounds of a kind close in the order in which they open, and have one separation,
 *   maximum and window, which is `windowMs`; up to a round whose end alone is in reach of the window.
 *   Elsewhere the laxest of them counts for all.
 *
 * @param rounds Any number, in any order.
 * @param last One of them, or another: rounds that open after it are left out.
 */
export function worstInverseVariance(
  rounds: readonly RoundTerms[],
  { last, windowMs }: { readonly last: Pick<RoundTerms, 'opensAtMs'>; readonly windowMs: number },
): number {
  // A time in one of these rounds and one in `last` can lie less than a window apart.
  const inReach = rounds.filter(
    ({ opensAtMs, closesAtMs }) => opensAtMs <= last.opensAtMs && closesAtMs > last.opensAtMs - windowMs,
  );
  const kinds = new Set(inReach.map(({ kind }) => kind));
  return [...kinds].reduce(
    (sum, kind) =>
      sum +
      worstOfOneKind(
        inReach.filter((round) => round.kind === kind),
        windowMs,
      ),
    0,
  );
}

/**
 * By dynamic programming over the rounds in order: for each number of participations, every way
 * to stand that no other one beats in both respects.
 *
 * It is enough to look at rounds taken in the order in which they open, each as early as can be: two
 * taken in the other order may trade their times, as long as they also close in that order.
 */
function worstOfOneKind(rounds: readonly RoundTerms[], windowMs: number): number {
  const inOrder = rounds.toSorted((a, b) => a.opensAtMs - b.opensAtMs);
  const separationMs = Math.min(...rounds.map(({ minSeparationMs }) => minSeparationMs));
  const most = mostParticipations(rounds, windowMs);
  const standings: Standing[][] = [[{ inverseVariance: 0, lastMs: -Infinity }]]; // by number of rounds taken
  let endMs = -Infinity;
  for (const { opensAtMs, closesAtMs, noiseMultiplier } of inOrder) {
    endMs = Math.max(endMs, closesAtMs); // one that closes early in another counts as open as long
    for (let taken = Math.min(most, standings.length) - 1; taken >= 0; taken--) {
      const next = (standings[taken] ?? []).flatMap(({ inverseVariance, lastMs }) => {
        const atMs = Math.max(opensAtMs, lastMs + separationMs);
        return atMs < endMs ? [{ inverseVariance: inverseVariance + noiseMultiplier ** -2, lastMs: atMs }] : [];
      });
      if (next.length > 0) standings[taken + 1] = unbeaten([...(standings[taken + 1] ?? []), ...next]);
    }
  }
  return Math.max(...standings.flat().map(({ inverseVariance }) => inverseVariance));
}

/** A window is covered by so many of the rounds' own, each with their maximum at most. */
function mostParticipations(rounds: readonly RoundTerms[], windowMs: number): number {
  const shortestMs = Math.min(...rounds.map(({ privacyWindowMs }) => privacyWindowMs));
  const most = Math.max(...rounds.map(({ maxParticipations }) => maxParticipations));
  return Math.ceil(windowMs / shortestMs) * most;
}

/** Those that told more than all that were done sooner. */
function unbeaten(standings: readonly Standing[]): Standing[] {
  let most = -Infinity;
  return standings
    .toSorted((a, b) => a.lastMs - b.lastMs)
    .filter(({ inverseVariance }) => {
      const isUnbeaten = inverseVariance > most;
      most = Math.max(most, inverseVariance);
      return isUnbeaten;
    });
}
