// Arithmetic in Field64 and Field128 (VDAF, draft-irtf-cfrg-vdaf-18 section 6.1.2), one of them at a time.
//
// An element is a canonical little-endian integer in memory, 8 or 16 bytes: what messages hold, so nothing is ever
// converted. All parameters are addresses; `out` may be one of the operands.
//
//     Field64   p = 2^64 − 2^32 + 1         so 2^64  ≡ 2^32 − 1
//     Field128  p = 2^128 − 28·2^64 + 1     so 2^128 ≡ 28·2^64 − 1

const LOW_HALF: u64 = 0xffffffff;
const P64: u64 = 0xffffffff00000001;
/** Field128's modulus is this times 2^64, and 1. */
const P128_HIGH: u64 = 0xffffffffffffffe4;

/** Bytes of an element. */
export let width: usize = 16;

/** Chooses the field. @param elementBytes 8 or 16. */
export function useField(elementBytes: usize): void {
  width = elementBytes;
}

export function copy(out: usize, a: usize): void {
  memory.copy(out, a, width);
}

/** Whether an element is below the modulus. */
export function isCanonical(a: usize): bool {
  return width === 8 ? load<u64>(a) < P64 : isBelowP128(load<u64>(a), load<u64>(a, 8));
}

export function add(out: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a);
  const low = a0 + load<u64>(b);
  const carry = u64(low < a0);
  if (width === 8) {
    store64(out, low, carry);
  } else {
    const a1 = load<u64>(a, 8);
    const high = a1 + load<u64>(b, 8);
    const whole = high + carry;
    store128(out, low, whole, u64(high < a1) | u64(whole < high));
  }
}

export function subtract(out: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a);
  const b0 = load<u64>(b);
  const borrow = u64(a0 < b0);
  let low = a0 - b0;
  if (width === 8) {
    store<u64>(out, borrow ? low + P64 : low);
  } else {
    const a1 = load<u64>(a, 8);
    const b1 = load<u64>(b, 8);
    let high = a1 - b1 - borrow;
    if (a1 < b1 || (a1 === b1 && borrow)) {
      low += 1;
      high += P128_HIGH + u64(low === 0);
    }
    store<u64>(out, low);
    store<u64>(out, high, 8);
  }
}

export function multiply(out: usize, a: usize, b: usize): void {
  if (width === 8) multiply64(out, load<u64>(a), load<u64>(b));
  else multiply128(out, load<u64>(a), load<u64>(a, 8), load<u64>(b), load<u64>(b, 8));
}

/** The inverse of 2^log: −(p − 1) / 2^log. @param log 1…32. */
export function invertPowerOf2(out: usize, log: u64): void {
  if (width === 8) {
    store<u64>(out, P64 - ((P64 - 1) >> log));
  } else {
    // Shifted right, p − 1, whose low word is 0, gets a low word of what its high word loses.
    const low = P128_HIGH << (64 - log);
    store<u64>(out, 1 - low);
    store<u64>(out, P128_HIGH - (P128_HIGH >> log) - u64(low > 1), 8);
  }
}

/** An element whose order is the largest power of two that there is. @returns The binary logarithm of the order. */
export function storeGenerator(out: usize): u64 {
  if (width === 8) {
    store<u64>(out, 0x185629dcda58878c); // 7^(2^32 − 1)
    return 32;
  }
  store<u64>(out, 0x1f9b2759c5109f06);
  store<u64>(out, 0x6d278fbf4f60228b, 8); // 7^(2^62 − 7)
  return 66;
}

/** Stores `sum + carry · 2^64`, less than twice the modulus. */
function store64(out: usize, sum: u64, carry: u64): void {
  store<u64>(out, carry || sum >= P64 ? sum - P64 : sum);
}

/** Stores `low + high · 2^64 + carry · 2^128`, less than twice the modulus. */
function store128(out: usize, low: u64, high: u64, carry: u64): void {
  if (carry || !isBelowP128(low, high)) {
    high -= P128_HIGH + u64(low === 0);
    low -= 1;
  }
  store<u64>(out, low);
  store<u64>(out, high, 8);
}

function isBelowP128(low: u64, high: u64): bool {
  return high < P128_HIGH || (high === P128_HIGH && low === 0);
}

/** What the last {@link multiplyWords} has above 2^64. */
let highWord: u64 = 0;

/** The product's low word. */
function multiplyWords(a: u64, b: u64): u64 {
  const aLow = a & LOW_HALF;
  const aHigh = a >> 32;
  const bLow = b & LOW_HALF;
  const bHigh = b >> 32;
  const lowest = aLow * bLow;
  const crossed = aHigh * bLow + (lowest >> 32);
  const middle = aLow * bHigh + (crossed & LOW_HALF);
  highWord = aHigh * bHigh + (crossed >> 32) + (middle >> 32);
  return (middle << 32) | (lowest & LOW_HALF);
}

function multiply64(out: usize, a: u64, b: u64): void {
  // low + h0·2^64 + h1·2^96 ≡ low + h0·(2^32 − 1) − h1
  const low = multiplyWords(a, b);
  const h1 = highWord >> 32;
  const folded = (highWord & LOW_HALF) * LOW_HALF;
  let rest = low - h1;
  if (low < h1) rest -= LOW_HALF; // 2^64 more than it is, and 2^64 ≡ 2^32 − 1
  const sum = rest + folded;
  store64(out, sum, u64(sum < rest));
}

function multiply128(out: usize, a0: u64, a1: u64, b0: u64, b1: u64): void {
  let t0 = multiplyWords(a0, b0);
  let t1 = highWord;
  const cross = multiplyWords(a0, b1);
  let t2 = highWord;
  const otherCross = multiplyWords(a1, b0);
  const otherHigh = highWord;
  const highest = multiplyWords(a1, b1);
  let t3 = highWord;
  t1 += cross;
  let carry = u64(t1 < cross);
  t1 += otherCross;
  carry += u64(t1 < otherCross);
  t2 += carry; // below 2^64: a0 · b1 and what both carries are of make less than 2^128
  t2 += otherHigh;
  t3 += u64(t2 < otherHigh);
  t2 += highest;
  t3 += u64(t2 < highest);

  // t3·2^192 ≡ 28·t3·2^128 − t3·2^64: what stands above 2^128 is now d0 + d1·2^64, d1 at most 28.
  let d0 = 28 * t3 + t2;
  let d1 = highOf28Times(t3) + u64(d0 < t2);
  const lacking = u64(t1 < t3);
  t1 -= t3;
  d1 -= u64(d0 < lacking);
  d0 -= lacking;

  // d·2^128 ≡ 28·d·2^64 − d: what stands above 2^128 is now `top`, at most 28·29 and a carry.
  const folded = 28 * d0;
  let top = highOf28Times(d0) + 28 * d1;
  t1 += folded;
  top += u64(t1 < folded);
  const taken = d1 + u64(t0 < d0);
  t0 -= d0;
  top -= u64(t1 < taken);
  t1 -= taken;

  // Once more; a carry is then all that is left, and one modulus takes it away.
  const last = 28 * top - u64(t0 < top);
  t0 -= top;
  t1 += last;
  store128(out, t0, t1, u64(t1 < last));
}

/** What 28 · a has above 2^64. */
function highOf28Times(a: u64): u64 {
  return (28 * (a >> 32) + ((28 * (a & LOW_HALF)) >> 32)) >> 32;
}
