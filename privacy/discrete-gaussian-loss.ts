import { discretizeLosses, LOSS_INTERVAL, type PrivacyLoss } from './privacy-loss.ts';

/** Standard deviations from the mean to where the integers are given up. */
const REACH = 10;
/** Above what lies further out: counted as infinite loss. */
const TAIL_MASS = 1e-20;

/**
 * Privacy loss of one integer released with discrete Gaussian noise: of what a party really draws,
 * in one dimension.
 *
 *     P(y) ∝ exp(−y² / (2 · stdDev²)),  loss of y against y − sensitivity: (sensitivity² − 2 · y · sensitivity) / (2 · stdDev²)
 *
 * Both directions are the same, mirrored. The sums run over all integers in reach, so nothing but the
 * grid is approximated.
 *
 * @param noise `stdDev` in units, positive, up to 10^6 or so: the time grows with it.
 *   `sensitivity` in units, a positive integer: how far one device moves the sum.
 * @param interval Nats.
 */
export function lossOfDiscreteGaussian(
  { stdDev, sensitivity }: { readonly stdDev: number; readonly sensitivity: number },
  interval = LOSS_INTERVAL,
): PrivacyLoss {
  if (!(stdDev > 0 && stdDev < Infinity)) {
    throw new RangeError(`expected stdDev to be positive and finite, got ${stdDev}`);
  }
  if (!(Number.isSafeInteger(sensitivity) && sensitivity > 0)) {
    throw new RangeError(`expected sensitivity to be a positive integer, got ${sensitivity}`);
  }
  const last = Math.ceil(REACH * stdDev);
  const weight = (y: number) => Math.exp(-(y * y) / (2 * stdDev * stdDev));
  let total = 0;
  for (let y = -last; y <= last; y++) total += weight(y);
  const lossOf = (y: number) => (sensitivity * (sensitivity - 2 * y)) / (2 * stdDev * stdDev);
  const lowest = Math.floor(lossOf(last) / interval);
  const highest = Math.ceil(lossOf(-last) / interval);
  const loss = discretizeLosses({ interval, lowest, highest }, (add) => {
    for (let y = -last; y <= last; y++) add(weight(y) / total, lossOf(y));
  });
  return { ...loss, infiniteMass: loss.infiniteMass + TAIL_MASS };
}
