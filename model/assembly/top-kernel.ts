// Finds the rows with the highest scores. Compiled twice by `trainer/build-kernels.mjs`, with and without
// relaxed SIMD. Called by `model/simd-scorer.ts`. All addresses are bytes, all rows are multiples of BLOCK.
//
// A block of rows is multiplied by a coarse integer query. Only where one of them may reach the worst score kept,
// as far as the block's caps tell, its rows are scored, from above: by as much as the query's rounding may lose. Only
// a row that then still reaches it is scored exactly, in float64. So what is kept is what scoring every row
// exactly would have kept.

/** Rows that are looked at together. */
const BLOCK: i32 = 32;
/**
 * A row's query entries are 0…64, so 0 is at 32: an i7 has no sign that all processors agree on, and four
 * products with a row's values must fit into 16 bits.
 */
const QUERY_ZERO: i32 = 32;
/** Some roundings of float32, relative. */
const ROUNDING: f32 = 4.76837158203125e-7; // 2^-21

// The table's scratch, whose places `model/simd-scorer.ts` knows too, and its values lie where every table has them.

/**
 * With relaxed SIMD i7 [dim]; else i16, of each 16 the odd ones before the even ones, at most 1023 so that no sum
 * overflows. 0 from dim up to a multiple of 64.
 */
const COARSE_QUERY: usize = 0;
/** f64 [dim]. */
const QUERY: usize = 512;
/** i32 [BLOCK], the coarse products of the block that is looked at. */
const DOTS: usize = 2560;
/**
 * Keys of the rows kept, i64 [count], the least first, none above those at twice its place and the one after: u32
 * ~row, i32 bits of the score, those after the sign flipped where it is negative. So the greater key is the better
 * row, and of equal scores the lower one.
 */
const HEAP: usize = 2688;
/** i8 [rows, dim]. */
const VALUES: usize = 65536;

let scales: usize = 0;
let popularity: usize = 0;
let lifts: usize = 0;
let rowSums: usize = 0;
let caps: usize = 0;
let dim: usize = 0;
let hasDotUnit: bool = false;
/** A constant would be made anew wherever it is used. */
let ones: v128 = i16x8.splat(0);

let count: i32 = 0;
let weight: f64 = 0;
let step: f32 = 0;
let margin: f32 = 0;
/** No row whose coarse score is below this can be kept. */
let limit: f32 = 0;

/**
 * Tells once where the rest lies.
 *
 * @param scalesAt f32 [rows]. @param popularityAt f32 [rows]. @param liftsAt f32 [rows].
 * @param rowSumsAt i32 [rows], see `survey`. @param capsAt f32 [rows / BLOCK, 4], see `survey`.
 * @param dimOfRows A multiple of 8 up to 256.
 */
export function place(
  scalesAt: usize,
  popularityAt: usize,
  liftsAt: usize,
  rowSumsAt: usize,
  capsAt: usize,
  dimOfRows: usize,
): void {
  scales = scalesAt;
  popularity = popularityAt;
  lifts = liftsAt;
  rowSums = rowSumsAt;
  caps = capsAt;
  dim = dimOfRows;
  if (ASC_FEATURE_RELAXED_SIMD) {
    ones = i16x8.splat(1);
    // A processor without an instruction for it adds 127 · 255 twice in saturating 16 bits.
    const sums = i32x4.relaxed_dot_i8x16_i7x16_add_s(i8x16.splat(127), i8x16.splat(-1), i32x4.splat(0));
    hasDotUnit = i32x4.extract_lane(sums, 0) !== 65534;
  }
}

/**
 * Works out what a search needs to know of some rows, after they have changed: `rowSums`, −32 times the sum of each
 * row's values, against what the query's offset adds; and `caps`, of each block the highest scale, popularity and lift.
 *
 * @returns The highest sum of a row's squares.
 */
export function survey(from: i32, to: i32): i32 {
  let longest = 0;
  for (let block = from; block < to; block += BLOCK) {
    const cap = caps + ((<usize>block / BLOCK) << 4);
    let scale: f32 = 0;
    let popular: f32 = 0;
    let lift: f32 = -Infinity;
    for (let row = block; row < block + BLOCK; row++) {
      const start = VALUES + <usize>row * dim;
      let sums = i32x4.splat(0);
      let squares = i32x4.splat(0);
      for (let d: usize = 0; d < dim; d += 8) {
        const eight = v128.load_ext<i8>(start + d);
        sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(eight));
        squares = addPairs(squares, eight, eight);
      }
      const at = (<usize>row) << 2;
      if (ASC_FEATURE_RELAXED_SIMD) store<i32>(rowSums + at, -QUERY_ZERO * sumOf(sums));
      longest = max(longest, sumOf(squares));
      scale = max(scale, load<f32>(scales + at));
      popular = max(popular, load<f32>(popularity + at));
      lift = max(lift, load<f32>(lifts + at));
    }
    store<f32>(cap, scale);
    store<f32>(cap, popular, 4);
    store<f32>(cap, lift, 8);
  }
  return longest;
}

function sumOf(lanes: v128): i32 {
  const pairs = i32x4.add(lanes, v128.shuffle<i64>(lanes, lanes, 1, 0));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}

/**
 * Begins a search; the heap then holds `count` keys of −Infinity.
 *
 * @param countOfRows How many rows to keep, at least 1.
 * @param popularityWeight What popularity is multiplied by.
 * @param queryStep What the coarse query is multiplied by.
 * @param queryMargin The most that a row's values times the query may stand above the coarse product.
 */
export function begin(countOfRows: i32, popularityWeight: f64, queryStep: f32, queryMargin: f32): void {
  count = countOfRows;
  weight = popularityWeight;
  step = queryStep;
  margin = queryMargin;
  limit = -Infinity;
}

/** Goes on with a search in some rows; rows must come in rising order. */
export function scan(from: i32, to: i32): void {
  const stepLanes = f32x4.splat(step);
  const marginLanes = f32x4.splat(margin);
  const liking = f32x4.splat(max(<f32>weight, 0));
  for (let row = from; row < to; row += BLOCK) {
    const cap = caps + ((<usize>(row / BLOCK)) << 4);
    const coarse = f32x4.convert_i32x4_s(multiply(row));
    // A lower scale makes less of a product only if that is above 0.
    const product = f32x4.max(f32x4.add(f32x4.mul(coarse, stepLanes), marginLanes), f32x4.splat(0));
    const terms = f32x4.add(f32x4.mul(product, v128.load32_splat(cap)), f32x4.mul(liking, v128.load32_splat(cap, 4)));
    const most = f32x4.add(terms, v128.load32_splat(cap, 8));
    if (v128.any_true(f32x4.gt(most, f32x4.splat(limit)))) score(row);
  }
}

/**
 * Fills `DOTS` with the coarse products of a block's rows, 64 values of each at a time: those of a narrower row's
 * that are not its own meet zeros in the query.
 *
 * @returns The highest of every fourth row.
 */
function multiply(row: i32): v128 {
  const start = VALUES + <usize>row * dim;
  let highest = i32x4.splat(0);
  for (let d: usize = 0; d < dim; d += 64) {
    const before = d > 0 ? DOTS : ASC_FEATURE_RELAXED_SIMD ? rowSums + ((<usize>row) << 2) : 0;
    highest = multiplyPart(start + d, d, before);
  }
  return highest;
}

function multiplyPart(start: usize, d: usize, before: usize): v128 {
  const query = COARSE_QUERY + (ASC_FEATURE_RELAXED_SIMD ? d : d << 1);
  const query0 = v128.load(query);
  const query1 = v128.load(query, 16);
  const query2 = v128.load(query, 32);
  const query3 = v128.load(query, 48);
  const pairs = ones;
  const dotUnit = hasDotUnit;
  const width = dim;
  let highest = i32x4.splat(i32.MIN_VALUE);
  let row0 = start;
  for (let i: usize = 0; i < 4 * BLOCK; i += 16) {
    const row1 = row0 + width;
    const row2 = row1 + width;
    const row3 = row2 + width;
    const sums0 = product(dotUnit, row0, query, pairs, query0, query1, query2, query3);
    const sums1 = product(dotUnit, row1, query, pairs, query0, query1, query2, query3);
    const sums2 = product(dotUnit, row2, query, pairs, query0, query1, query2, query3);
    const sums3 = product(dotUnit, row3, query, pairs, query0, query1, query2, query3);
    // Sums of the four: one lane a row.
    const sums01 = i32x4.add(v128.shuffle<i32>(sums0, sums1, 0, 4, 1, 5), v128.shuffle<i32>(sums0, sums1, 2, 6, 3, 7));
    const sums23 = i32x4.add(v128.shuffle<i32>(sums2, sums3, 0, 4, 1, 5), v128.shuffle<i32>(sums2, sums3, 2, 6, 3, 7));
    let sums = i32x4.add(v128.shuffle<i64>(sums01, sums23, 0, 2), v128.shuffle<i64>(sums01, sums23, 1, 3));
    if (ASC_FEATURE_RELAXED_SIMD || before) sums = i32x4.add(sums, v128.load(before + i));
    v128.store(DOTS + i, sums);
    highest = i32x4.max_s(highest, sums);
    row0 = row3 + width;
  }
  return highest;
}

/** Of 64 values of a row. @returns Four parts of the sum. */
function product(
  dotUnit: bool,
  at: usize,
  query: usize,
  pairs: v128,
  query0: v128,
  query1: v128,
  query2: v128,
  query3: v128,
): v128 {
  if (!ASC_FEATURE_RELAXED_SIMD) {
    return i32x4.add(
      i32x4.add(pairsOf16(v128.load(at), query0, query1), pairsOf16(v128.load(at, 16), query2, query3)),
      i32x4.add(
        pairsOf16(v128.load(at, 32), v128.load(query, 64), v128.load(query, 80)),
        pairsOf16(v128.load(at, 48), v128.load(query, 96), v128.load(query, 112)),
      ),
    );
  }
  if (dotUnit) {
    let sums = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(at), query0, i32x4.splat(0));
    sums = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(at, 16), query1, sums);
    sums = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(at, 32), query2, sums);
    return i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(at, 48), query3, sums);
  }
  const low = i16x8.add(
    i16x8.relaxed_dot_i8x16_i7x16_s(v128.load(at), query0),
    i16x8.relaxed_dot_i8x16_i7x16_s(v128.load(at, 16), query1),
  );
  const high = i16x8.add(
    i16x8.relaxed_dot_i8x16_i7x16_s(v128.load(at, 32), query2),
    i16x8.relaxed_dot_i8x16_i7x16_s(v128.load(at, 48), query3),
  );
  return i32x4.add(i32x4.dot_i16x8_s(low, pairs), i32x4.dot_i16x8_s(high, pairs));
}

/**
 * Two values read as one i16 are 256 times the odd one, and 0…255 for the even one: the margin knows. That takes less
 * time than to extend both.
 */
function pairsOf16(values: v128, odd: v128, even: v128): v128 {
  return i32x4.add(i32x4.dot_i16x8_s(values, odd), i32x4.dot_i16x8_s(i16x8.shl(values, 8), even));
}

/** Offers the rows of a block that reach the limit with their scores from above. */
function score(block: i32): void {
  const stepLanes = f32x4.splat(step);
  const marginLanes = f32x4.splat(margin);
  const weightLanes = f32x4.splat(<f32>weight);
  for (let row = block; row < block + BLOCK; row += 4) {
    const at = (<usize>row) << 2;
    const coarse = f32x4.convert_i32x4_s(v128.load(DOTS + at - ((<usize>block) << 2)));
    const products = f32x4.add(f32x4.mul(coarse, stepLanes), marginLanes);
    const terms = f32x4.add(
      f32x4.mul(products, v128.load(scales + at)),
      f32x4.mul(weightLanes, v128.load(popularity + at)),
    );
    const reaching = f32x4.gt(f32x4.add(terms, v128.load(lifts + at)), f32x4.splat(limit));
    for (let mask = i32x4.bitmask(reaching); mask !== 0; mask &= mask - 1) offer(row + ctz(mask));
  }
}

function addPairs(sums: v128, a: v128, b: v128): v128 {
  return i32x4.add(sums, i32x4.dot_i16x8_s(a, b));
}

/** Keeps a row if it is among the best so far. */
function offer(row: i32): void {
  const start = VALUES + <usize>row * dim;
  let sums0 = f64x2.splat(0);
  let sums1 = f64x2.splat(0);
  let sums2 = f64x2.splat(0);
  let sums3 = f64x2.splat(0);
  for (let d: usize = 0; d < dim; d += 8) {
    const eight = v128.load_ext<i8>(start + d);
    const low = i32x4.extend_low_i16x8_s(eight);
    const high = i32x4.extend_high_i16x8_s(eight);
    const at = QUERY + (d << 3);
    sums0 = f64x2.add(sums0, f64x2.mul(f64x2.convert_low_i32x4_s(low), v128.load(at)));
    sums1 = f64x2.add(sums1, f64x2.mul(f64x2.convert_low_i32x4_s(upper(low)), v128.load(at, 16)));
    sums2 = f64x2.add(sums2, f64x2.mul(f64x2.convert_low_i32x4_s(high), v128.load(at, 32)));
    sums3 = f64x2.add(sums3, f64x2.mul(f64x2.convert_low_i32x4_s(upper(high)), v128.load(at, 48)));
  }
  const sums = f64x2.add(f64x2.add(sums0, sums1), f64x2.add(sums2, sums3));
  const dot = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  const at = (<usize>row) << 2;
  const score =
    dot * <f64>load<f32>(scales + at) + weight * <f64>load<f32>(popularity + at) + <f64>load<f32>(lifts + at);
  const rising = flipped(reinterpret<i32>(<f32>score + 0)); // + 0: −0 is no less than 0
  const key = ((<i64>rising) << 32) | <i64>(<u32>~row);
  if (key <= load<i64>(HEAP)) return;

  // The root falls out; what is smaller than the key moves up until it has a place.
  let place: i32 = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= count) break;
    child += <i32>(keyAt(child + 1) < keyAt(child)); // a branch would be guessed wrong every other time
    if (keyAt(child) >= key) break;
    store<i64>(HEAP + ((<usize>place) << 3), keyAt(child));
    place = child;
  }
  store<i64>(HEAP + ((<usize>place) << 3), key);
  const worst = reinterpret<f32>(flipped(load<i32>(HEAP, 4)));
  limit = worst - (abs(worst) + abs(<f32>weight)) * ROUNDING;
}

function upper(lanes: v128): v128 {
  return v128.shuffle<i64>(lanes, lanes, 1, 1);
}

function keyAt(place: i32): i64 {
  return load<i64>(HEAP + ((<usize>place) << 3));
}

/** Bits of a float as an integer that rises with it, and back. */
function flipped(bits: i32): i32 {
  return bits ^ ((bits >> 31) & 0x7fffffff);
}
