// Finds the rows with the highest scores. Compiled twice by `trainer/build-kernels.mjs`, with and without
// relaxed SIMD. Called by `model/simd-scorer.ts`. All addresses are bytes, all rows are multiples of 4.
//
// Four rows at once are scored with a coarse integer query, from above: by as much as its rounding may lose.
// Only a row whose coarse score reaches the worst kept one is scored exactly, in float64, so what is kept is
// what scoring every row exactly would have kept.

/** A row's query entries are 0…127, so 0 is at 64: an i7 has no sign that all processors agree on. */
const QUERY_ZERO: i32 = 64;
/** Some roundings of float32, relative. */
const ROUNDING: f32 = 4.76837158203125e-7; // 2^-21

let values: usize = 0;
let scales: usize = 0;
let popularity: usize = 0;
let lifts: usize = 0;
let rowSums: usize = 0;
let coarseQuery: usize = 0;
let query: usize = 0;
let found: usize = 0;
let dim: usize = 0;
let hasDotUnit: bool = false;
/** A constant would be made anew wherever it is used. */
let ones: v128 = i16x8.splat(0);

let count: i32 = 0;
let numFound: i32 = 0;
let weight: f64 = 0;
let step: f32 = 0;
let margin: f32 = 0;
/** No row whose coarse score is below this can be kept. */
let limit: f32 = 0;

/**
 * Tells once where everything lies.
 *
 * @param valuesAt i8 [rows, dim], dim a multiple of 8. @param scalesAt f32 [rows].
 * @param popularityAt f32 [rows]. @param liftsAt f32 [rows].
 * @param rowSumsAt i32 [rows], read by relaxed SIMD alone, see `sumRows`.
 * @param coarseQueryAt i7 with relaxed SIMD, else i16. @param queryAt f64 [dim].
 * @param foundAt What `scan` finds: f32 score, u32 row.
 */
export function place(
  valuesAt: usize,
  scalesAt: usize,
  popularityAt: usize,
  liftsAt: usize,
  rowSumsAt: usize,
  coarseQueryAt: usize,
  queryAt: usize,
  foundAt: usize,
  dimOfRows: usize,
): void {
  values = valuesAt;
  scales = scalesAt;
  popularity = popularityAt;
  lifts = liftsAt;
  rowSums = rowSumsAt;
  coarseQuery = coarseQueryAt;
  query = queryAt;
  found = foundAt;
  dim = dimOfRows;
  if (ASC_FEATURE_RELAXED_SIMD) {
    ones = i16x8.splat(1);
    // A processor without an instruction for it adds 127 · 255 twice in saturating 16 bits.
    const dots = i32x4.relaxed_dot_i8x16_i7x16_add_s(i8x16.splat(127), i8x16.splat(-1), i32x4.splat(0));
    hasDotUnit = i32x4.extract_lane(dots, 0) !== 65534;
  }
}

/** Fills `rowSums`: 64 times the sum of each row, what the query's offset adds to a row's dot product. */
export function sumRows(from: i32, to: i32): void {
  for (let row = from; row < to; row++) {
    const start = values + <usize>row * dim;
    let sums = i32x4.splat(0);
    for (let d: usize = 0; d < dim; d += 8) {
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(v128.load_ext<i8>(start + d)));
    }
    store<i32>(rowSums + ((<usize>row) << 2), QUERY_ZERO * sumOf(sums));
  }
}

/**
 * Begins a search.
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
  numFound = 0;
  limit = -Infinity;
}

/** Goes on with a search in some rows; rows must come in rising order. @returns How many rows are kept. */
export function scan(from: i32, to: i32): i32 {
  const stepLanes = f32x4.splat(step);
  const marginLanes = f32x4.splat(margin);
  const weightLanes = f32x4.splat(<f32>weight);
  const pairs = ones;
  let limitLanes = f32x4.splat(limit);
  for (let row = from; row < to; row += 4) {
    const row0 = values + <usize>row * dim;
    const row1 = row0 + dim;
    const row2 = row1 + dim;
    const row3 = row2 + dim;
    let sums0 = i32x4.splat(0);
    let sums1 = i32x4.splat(0);
    let sums2 = i32x4.splat(0);
    let sums3 = i32x4.splat(0);
    for (let d: usize = 0; d < dim; d += 16) {
      if (ASC_FEATURE_RELAXED_SIMD) {
        const part = v128.load(coarseQuery + d);
        if (hasDotUnit) {
          sums0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(row0 + d), part, sums0);
          sums1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(row1 + d), part, sums1);
          sums2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(row2 + d), part, sums2);
          sums3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(row3 + d), part, sums3);
        } else {
          sums0 = addPairs(sums0, i16x8.relaxed_dot_i8x16_i7x16_s(v128.load(row0 + d), part), pairs);
          sums1 = addPairs(sums1, i16x8.relaxed_dot_i8x16_i7x16_s(v128.load(row1 + d), part), pairs);
          sums2 = addPairs(sums2, i16x8.relaxed_dot_i8x16_i7x16_s(v128.load(row2 + d), part), pairs);
          sums3 = addPairs(sums3, i16x8.relaxed_dot_i8x16_i7x16_s(v128.load(row3 + d), part), pairs);
        }
      } else {
        const part = v128.load(coarseQuery + (d << 1));
        const part2 = v128.load(coarseQuery + (d << 1), 16);
        sums0 = addPairs(sums0, v128.load_ext<i8>(row0 + d), part);
        sums1 = addPairs(sums1, v128.load_ext<i8>(row1 + d), part);
        sums2 = addPairs(sums2, v128.load_ext<i8>(row2 + d), part);
        sums3 = addPairs(sums3, v128.load_ext<i8>(row3 + d), part);
        sums0 = addPairs(sums0, v128.load_ext<i8>(row0 + d, 8), part2);
        sums1 = addPairs(sums1, v128.load_ext<i8>(row1 + d, 8), part2);
        sums2 = addPairs(sums2, v128.load_ext<i8>(row2 + d, 8), part2);
        sums3 = addPairs(sums3, v128.load_ext<i8>(row3 + d, 8), part2);
      }
    }
    // Sums of the four: one lane a row.
    const sums01 = i32x4.add(v128.shuffle<i32>(sums0, sums1, 0, 4, 1, 5), v128.shuffle<i32>(sums0, sums1, 2, 6, 3, 7));
    const sums23 = i32x4.add(v128.shuffle<i32>(sums2, sums3, 0, 4, 1, 5), v128.shuffle<i32>(sums2, sums3, 2, 6, 3, 7));
    let dots = i32x4.add(v128.shuffle<i64>(sums01, sums23, 0, 2), v128.shuffle<i64>(sums01, sums23, 1, 3));
    const at = (<usize>row) << 2;
    if (ASC_FEATURE_RELAXED_SIMD) dots = i32x4.sub(dots, v128.load(rowSums + at));
    const products = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(dots), stepLanes), marginLanes);
    const terms = f32x4.add(
      f32x4.mul(products, v128.load(scales + at)),
      f32x4.mul(weightLanes, v128.load(popularity + at)),
    );
    const reaching = f32x4.gt(f32x4.add(terms, v128.load(lifts + at)), limitLanes);
    if (v128.any_true(reaching)) {
      const mask = i32x4.bitmask(reaching);
      for (let i = 0; i < 4; i++) if (mask & (1 << i)) offer(row + i);
      limitLanes = f32x4.splat(limit);
    }
  }
  return numFound;
}

function addPairs(sums: v128, a: v128, b: v128): v128 {
  return i32x4.add(sums, i32x4.dot_i16x8_s(a, b));
}

function sumOf(lanes: v128): i32 {
  return (
    i32x4.extract_lane(lanes, 0) +
    i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) +
    i32x4.extract_lane(lanes, 3)
  );
}

/** Keeps a row if it is among the best so far. */
function offer(row: i32): void {
  const start = values + <usize>row * dim;
  let sums = f64x2.splat(0);
  let moreSums = f64x2.splat(0);
  for (let d: usize = 0; d < dim; d += 4) {
    const four = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(start + d)));
    const at = query + (d << 3);
    sums = f64x2.add(sums, f64x2.mul(f64x2.convert_low_i32x4_s(four), v128.load(at)));
    moreSums = f64x2.add(
      moreSums,
      f64x2.mul(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(four, four, 2, 3, 2, 3)), v128.load(at, 16)),
    );
  }
  sums = f64x2.add(sums, moreSums);
  const dot = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  const at = (<usize>row) << 2;
  const score = <f32>(
    (dot * <f64>load<f32>(scales + at) + weight * <f64>load<f32>(popularity + at) + <f64>load<f32>(lifts + at))
  );
  const end = found + ((<usize>numFound) << 3);
  let to = end;
  if (numFound === count) {
    to -= 8;
    if (!(score > load<f32>(to))) return;
  } else {
    numFound++;
  }
  // Equal scores stay before it: rows come in rising order.
  for (; to > found && load<f32>(to - 8) < score; to -= 8) store<u64>(to, load<u64>(to - 8));
  store<f32>(to, score);
  store<i32>(to, row, 4);
  if (numFound === count) {
    const worst = load<f32>(found + ((<usize>count) << 3) - 8);
    limit = worst - (abs(worst) + abs(<f32>weight)) * ROUNDING;
  }
}
