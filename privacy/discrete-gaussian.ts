import { cryptoRandom, type FillRandom, type NextWord, randomWords } from './random.ts';

// Everything here is exact: rational arithmetic on BigInt, no logarithm, no floating point. 10,000
// samples take under 0.1 s, so there is no faster second version. Its time varies with what it
// draws, as that of any rejection sampler: a party should not publish how long a release took.

/** A fraction, not necessarily in lowest terms. Its denominator is positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const ONE: Rational = { numerator: 1n, denominator: 1n };
const HALF: Rational = { numerator: 1n, denominator: 2n };

/**
 * A sampler of the discrete Gaussian: integers y with probability proportional to
 * exp(−y² / (2 · stdDev²)).
 *
 * Guarantee, relied on by the accountant: given uniform random bytes, the distribution is exactly
 * this one, tails included.
 *
 * Source: Canonne, Kamath, Steinke 2020, "The Discrete Gaussian for Differential Privacy",
 * algorithm 3. The random stream is consumed as divviup/libprio-rs `src/dp/` does.
 *
 * @param stdDev Standard deviation (for values above 1, of the distribution itself to within
 *   10^-7; below, it is the parameter only). Positive.
 * @returns One independent sample a call.
 * @throws {RangeError} If `stdDev` is not positive.
 */
export function discreteGaussian(stdDev: Rational, random: FillRandom = cryptoRandom): () => bigint {
  const { numerator, denominator } = stdDev;
  if (numerator <= 0n || denominator <= 0n) {
    throw new RangeError(`expected stdDev to be positive, got ${numerator}/${denominator}`);
  }
  const nextWord = randomWords(random);
  const scale = numerator / denominator + 1n;
  const numeratorSquared = numerator * numerator;
  const denominatorSquared = denominator * denominator;
  // exp(−(|y| − stdDev²/scale)² / (2 · stdDev²)) over one denominator.
  const exponentDenominator = 2n * numeratorSquared * denominatorSquared * scale * scale;
  return () => {
    for (;;) {
      const y = sampleLaplace(scale, nextWord);
      const distance = (y < 0n ? -y : y) * denominatorSquared * scale - numeratorSquared;
      if (sampleBernoulliExp(reduce(distance * distance, exponentDenominator), nextWord)) return y;
    }
  };
}

/** Integers y with probability proportional to exp(−|y| / scale). Source: the same, algorithm 2. */
function sampleLaplace(scale: bigint, nextWord: NextWord): bigint {
  for (;;) {
    const isNegative = sampleBernoulli(HALF, nextWord);
    const magnitude = sampleGeometric(scale, nextWord);
    if (!isNegative) return magnitude;
    if (magnitude !== 0n) return -magnitude; // or zero would come twice as often
  }
}

/** Integers y from 0 with probability proportional to exp(−y / scale). */
function sampleGeometric(scale: bigint, nextWord: NextWord): bigint {
  let remainder = uniformBelow(scale, nextWord);
  while (!sampleBernoulliExpAtMostOne(reduce(remainder, scale), nextWord)) remainder = uniformBelow(scale, nextWord);
  let quotient = 0n;
  while (sampleBernoulliExpAtMostOne(ONE, nextWord)) quotient++;
  return remainder + scale * quotient;
}

/** True with probability exp(−exponent), exponent ≥ 0. Source: the same, algorithm 1. */
function sampleBernoulliExp({ numerator, denominator }: Rational, nextWord: NextWord): boolean {
  for (let whole = numerator / denominator; whole > 0n; whole--) {
    if (!sampleBernoulliExpAtMostOne(ONE, nextWord)) return false;
  }
  return sampleBernoulliExpAtMostOne({ numerator: numerator % denominator, denominator }, nextWord);
}

/** The same for exponents in 0…1, by von Neumann's series: exponent, exponent / 2, exponent / 3, … */
function sampleBernoulliExpAtMostOne({ numerator, denominator }: Rational, nextWord: NextWord): boolean {
  for (let k = 1n; ; k++) {
    if (!sampleBernoulli(reduce(numerator, denominator * k), nextWord)) return k % 2n === 1n;
  }
}

/** True with the given probability. */
function sampleBernoulli({ numerator, denominator }: Rational, nextWord: NextWord): boolean {
  return uniformBelow(denominator, nextWord) < numerator;
}

/**
 * A uniform integer in 0…bound − 1: as many bits as `bound` has, drawn until they fit. The lowest
 * word comes first; the highest gives its upper bits.
 */
function uniformBelow(bound: bigint, nextWord: NextWord): bigint {
  const numBits = bound.toString(2).length;
  const numFullWords = Math.floor(numBits / 32);
  const numTopBits = numBits % 32;
  for (;;) {
    let value = 0n;
    for (let i = 0; i < numFullWords; i++) value |= BigInt(nextWord()) << BigInt(32 * i);
    if (numTopBits > 0) value |= BigInt(nextWord() >>> (32 - numTopBits)) << BigInt(32 * numFullWords);
    if (value < bound) return value;
  }
}

/** The fraction in lowest terms: fewer random bits for the same probability. */
function reduce(numerator: bigint, denominator: bigint): Rational {
  let divisor = denominator;
  for (let rest = numerator; rest !== 0n; ) [divisor, rest] = [rest, divisor % rest];
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}
