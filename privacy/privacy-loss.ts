/**
 * The privacy loss distribution of a mechanism, on a grid and never optimistic.
 *
 * The loss of an output is ln(its probability with a device's data ÷ that without, or the other way
 * around); this says how probable each loss is. It bounds delta at every epsilon:
 *
 *     delta(ε) = infiniteMass + Σ over losses l > ε of (1 − e^(ε − l)) · probability of l
 */
export interface PrivacyLoss {
  /** Distance between neighboring losses of the grid, nats. Positive. */
  readonly interval: number;
  /** The lowest loss ÷ `interval`, an integer. */
  readonly first: number;
  /** Probability of the loss `(first + i) · interval`, `[numLosses]`. */
  readonly masses: Float64Array;
  /** Probability of what is not accounted for: counted as if it told everything. */
  readonly infiniteMass: number;
}

/** The grid's width that the reference figures were computed with, nats. */
export const LOSS_INTERVAL = 1e-4;

/**
 * Puts a privacy loss distribution on a grid.
 *
 * Guarantee: delta of the result is at least that of what was added, at every epsilon, and equal to
 * it at the grid's losses that are in range. An outcome is shared out between the two grid losses
 * around its own so that the probabilities with and without the device's data both stay; that
 * replaces delta, a convex function of e^ε, by its chords.
 *
 * Source: Doroshenko, Ghazi, Kamath, Kumar, Manurangsi 2022, "Connect the Dots: Tighter Discrete
 * Approximations of Privacy Loss Distributions".
 *
 * @param grid `interval` in nats; losses below `lowest` are raised to it, those above `highest`
 *   count as infinite. Both in units of `interval`, integers.
 * @param addAll Calls `add` for each outcome with its probability and its loss in nats.
 */
export function discretizeLosses(
  { interval, lowest, highest }: { readonly interval: number; readonly lowest: number; readonly highest: number },
  addAll: (add: (mass: number, loss: number) => void) => void,
): PrivacyLoss {
  const masses = new Float64Array(highest - lowest + 1);
  let infiniteMass = 0;
  const put = (at: number, mass: number) => {
    if (at > highest) infiniteMass += mass;
    else masses[Math.max(at, lowest) - lowest] = (masses[Math.max(at, lowest) - lowest] as number) + mass;
  };
  addAll((mass, loss) => {
    const below = Math.floor(loss / interval);
    // Solves: up + down = mass, and the same for the probabilities e^(−loss) times as large.
    const up = (mass * Math.expm1(below * interval - loss)) / Math.expm1(-interval);
    put(below + 1, up);
    put(below, mass - up);
  });
  return { interval, first: lowest, masses, infiniteMass };
}

/**
 * Delta at which `epsilon` holds for an output with this privacy loss.
 *
 * @param epsilon At least 0.
 */
export function deltaOfLoss({ interval, first, masses, infiniteMass }: PrivacyLoss, epsilon: number): number {
  let delta = infiniteMass;
  const start = Math.max(0, Math.floor(epsilon / interval) - first);
  for (let i = start; i < masses.length; i++) {
    delta += (masses[i] as number) * Math.max(0, -Math.expm1(epsilon - (first + i) * interval));
  }
  return delta;
}

/**
 * The smallest epsilon, at least 0, that holds at `delta`.
 *
 * @param delta In 0…1, both excluded.
 * @returns Infinity if `infiniteMass` is above `delta`.
 */
export function epsilonOfLoss({ interval, first, masses, infiniteMass }: PrivacyLoss, delta: number): number {
  if (!(delta > 0 && delta < 1)) throw new RangeError(`expected delta to be between 0 and 1, got ${delta}`);
  if (infiniteMass > delta) return Infinity;
  // Of the losses above the one looked at: delta(ε) = above − e^ε · discounted.
  let above = infiniteMass;
  let discounted = 0;
  for (let i = masses.length - 1; i >= 0; i--) {
    const loss = (first + i) * interval;
    if (loss < 0) break;
    if (above - Math.exp(loss) * discounted > delta) break;
    above += masses[i] as number;
    discounted += (masses[i] as number) * Math.exp(-loss);
  }
  return above > delta ? Math.max(0, Math.log((above - delta) / discounted)) : 0;
}
