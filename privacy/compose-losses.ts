import FFT from 'fft.js';
import type { PrivacyLoss } from './privacy-loss.ts';

/** Mass that may lie outside the composed grid: counted as infinite loss. */
const TAIL_MASS = 1e-15;

/** Exponents tried in Chernoff's bound, per nat: 0.1 … 10,000. */
const EXPONENTS: readonly number[] = Array.from({ length: 101 }, (_, i) => 10 ** (-1 + i / 20));

/** A privacy loss and how many releases have it. */
export interface RepeatedLoss {
  readonly loss: PrivacyLoss;
  /** At least 1. */
  readonly times: number;
}

/**
 * Privacy loss of all releases together: the distribution of the sum of independent losses.
 *
 * The sum's distribution is the convolution of all, taken as a product of Fourier transforms. The
 * grid spans what is reached but for 1e-15 of the mass, by Chernoff's bound; that mass counts as
 * infinite loss. Rounding adds less than 1e-12 to delta.
 *
 * Source: Koskela, Jälkö, Honkela 2020, "Computing Tight Differential Privacy Guarantees Using FFT".
 *
 * @param parts At least one, all with the same interval.
 * @throws {RangeError} If intervals differ or there is no part.
 */
export function composeLosses(parts: readonly RepeatedLoss[]): PrivacyLoss {
  const interval = parts[0]?.loss.interval;
  if (interval === undefined) throw new RangeError('expected parts to hold at least one, got 0');
  if (parts.some(({ loss }) => loss.interval !== interval)) {
    throw new RangeError(`expected all intervals to be ${interval}, got another`);
  }
  const { lowest, highest } = reachOf(parts);
  const size = powerOfTwoFrom(highest - lowest + 1);
  const fft = new FFT(size);
  const product = productOfSpectra(fft, parts);
  const sums: Float64Array = new Float64Array(2 * size);
  fft.inverseTransform(sums, product);
  // A sum of losses is found at its index modulo `size`.
  const masses = Float64Array.from({ length: size }, (_, i) =>
    Math.max(0, sums[2 * modulo(lowest + i, size)] as number),
  );
  const logFinite = parts.reduce((sum, { loss, times }) => sum + times * Math.log1p(-loss.infiniteMass), 0);
  return { interval, first: lowest, masses, infiniteMass: TAIL_MASS - Math.expm1(logFinite) };
}

/** Real and imaginary parts in turn, `[2 · fft.size]`. */
function productOfSpectra(fft: FFT, parts: readonly RepeatedLoss[]): Float64Array {
  const { size } = fft;
  const logMagnitudes = new Float64Array(size);
  const angles = new Float64Array(size);
  const spectrum = new Float64Array(2 * size);
  for (const { loss, times } of parts) {
    const folded = new Float64Array(2 * size);
    loss.masses.forEach((mass, i) => {
      const at = 2 * modulo(loss.first + i, size);
      folded[at] = (folded[at] as number) + mass;
    });
    fft.transform(spectrum, folded);
    for (let i = 0; i < size; i++) {
      const real = spectrum[2 * i] as number;
      const imaginary = spectrum[2 * i + 1] as number;
      logMagnitudes[i] = (logMagnitudes[i] as number) + times * Math.log(Math.hypot(real, imaginary));
      angles[i] = (angles[i] as number) + times * Math.atan2(imaginary, real);
    }
  }
  for (let i = 0; i < size; i++) {
    const magnitude = Math.exp(logMagnitudes[i] as number);
    spectrum[2 * i] = magnitude * Math.cos(angles[i] as number);
    spectrum[2 * i + 1] = magnitude * Math.sin(angles[i] as number);
  }
  return spectrum;
}

/** Grid indices outside of which the sum of all losses is with probability of at most `TAIL_MASS`. */
function reachOf(parts: readonly RepeatedLoss[]): { readonly lowest: number; readonly highest: number } {
  let lowest = parts.reduce((sum, { loss, times }) => sum + times * loss.first, 0);
  let highest = parts.reduce((sum, { loss, times }) => sum + times * (loss.first + loss.masses.length - 1), 0);
  const interval = parts[0]?.loss.interval as number;
  for (const exponent of EXPONENTS) {
    const above = (logMomentOf(parts, exponent) - Math.log(TAIL_MASS / 2)) / exponent;
    const below = (logMomentOf(parts, -exponent) - Math.log(TAIL_MASS / 2)) / exponent;
    highest = Math.min(highest, Math.ceil(above / interval));
    lowest = Math.max(lowest, Math.floor(-below / interval));
  }
  return { lowest, highest };
}

/** ln E exp(exponent · sum of all losses). */
function logMomentOf(parts: readonly RepeatedLoss[], exponent: number): number {
  return parts.reduce((sum, { loss: { interval, first, masses }, times }) => {
    // The largest term is taken out, or it would overflow.
    const reference = exponent > 0 ? first + masses.length - 1 : first;
    let moment = 0;
    masses.forEach((mass, i) => {
      moment += mass * Math.exp(exponent * (first + i - reference) * interval);
    });
    return sum + times * (Math.log(moment) + exponent * reference * interval);
  }, 0);
}

function powerOfTwoFrom(count: number): number {
  return 2 ** Math.max(1, Math.ceil(Math.log2(count)));
}

function modulo(index: number, size: number): number {
  return ((index % size) + size) % size;
}
