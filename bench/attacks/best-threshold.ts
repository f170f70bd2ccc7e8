import { differenceWithInterval, type Estimate } from './estimate.ts';

/**
 * The advantage of a test that calls a high score a member: true less false positive rate.
 *
 * The threshold is chosen on every second score and the rates are of the others, so that a lucky threshold gains
 * nothing.
 *
 * @param inside Scores of independent members. @param outside Of independent others. Neither in an order that matters.
 */
export function advantageOf(inside: readonly number[], outside: readonly number[]): Estimate {
  const half = (scores: readonly number[], parity: number): number[] => scores.filter((_, i) => i % 2 === parity);
  const threshold = bestThreshold(half(inside, 0), half(outside, 0));
  const [insideRest, outsideRest] = [half(inside, 1), half(outside, 1)];
  const above = (scores: readonly number[]): number => scores.filter((score) => score >= threshold).length;
  return differenceWithInterval(
    { successes: above(insideRest), trials: insideRest.length },
    { successes: above(outsideRest), trials: outsideRest.length },
  );
}

/** The score from which on to say "member", for the largest advantage on these. */
function bestThreshold(inside: readonly number[], outside: readonly number[]): number {
  const scores = [
    ...inside.map((score) => ({ score, gain: 1 / inside.length })),
    ...outside.map((score) => ({ score, gain: -1 / outside.length })),
  ].sort((a, b) => b.score - a.score);
  let best = { threshold: Number.POSITIVE_INFINITY, advantage: 0 };
  let advantage = 0;
  for (const [i, { score, gain }] of scores.entries()) {
    advantage += gain;
    if (scores[i + 1]?.score === score) continue; // a threshold takes all of the same score
    if (advantage > best.advantage) best = { threshold: score, advantage };
  }
  return best.threshold;
}
