// Sampled softmax, forward and backward in one pass over blocks of positions, so that the [P, K] logits
// never leave the cache. Several threads run it on one shared memory, each on its own positions.
//
// All addresses are bytes. K and D are multiples of 8, numRows of 4.

/** Rows of one block: its logits, 32 · K floats, stay in a core's own cache. */
export const BLOCK_ROWS: i32 = 32;
/** Inner length per pass of a product: as many rows of B as the first-level cache holds. */
const PANEL: i32 = 128;

/**
 * Adds a block of positions' losses and gradients.
 *
 *     z_k  = s · n_k − logQ_k              z_own = s · t − logQ_own
 *     loss = weight · (log(e^z_own + Σ e^z_k) − z_own)
 *
 * @param sessions f32 [rows, D]. @param sessionGradients f32 [rows, D], written.
 * @param table f32 [U, D]. @param targets i32 [rows], rows of the table.
 * @param targetGradients f32 [rows, D], written.
 * @param negatives f32 [K, D]. @param transposed The same, [D, K].
 * @param negativeGradients f32 [K, D], added to.
 * @param negativeLogQ f32 [K]. @param targetLogQ f32 [rows]. @param weights f32 [rows].
 * @param sameAs i32 [rows]: head of the list of columns that hold the row's own target, or −1;
 * @param nextSame i32 [K]: the column after it in that list, or −1.
 * @param losses f32 [rows], written.
 * @param scratch f32 [BLOCK_ROWS, K].
 */
export function addBlock(
  rows: i32,
  dim: i32,
  numNegatives: i32,
  sessions: usize,
  sessionGradients: usize,
  table: usize,
  targets: usize,
  targetGradients: usize,
  negatives: usize,
  transposed: usize,
  negativeGradients: usize,
  negativeLogQ: usize,
  targetLogQ: usize,
  weights: usize,
  sameAs: usize,
  nextSame: usize,
  losses: usize,
  scratch: usize,
): void {
  const rowBytes: usize = (<usize>dim) << 2;
  const logitBytes: usize = (<usize>numNegatives) << 2;
  clear(scratch, rows * numNegatives);
  addProduct(rows, numNegatives, dim, sessions, rowBytes, 4, transposed, logitBytes, scratch, logitBytes);
  for (let row: i32 = 0; row < rows; row++) {
    const at = <usize>row;
    const logits = scratch + at * logitBytes;
    const session = sessions + at * rowBytes;
    const target = table + <usize>load<i32>(targets + (at << 2)) * rowBytes;
    const weight = load<f32>(weights + (at << 2));
    const own = dot(session, target, dim) - load<f32>(targetLogQ + (at << 2));

    let largest: v128 = f32x4.splat(own);
    for (let k: usize = 0; k < logitBytes; k += 16) {
      const value = f32x4.sub(v128.load(logits + k), v128.load(negativeLogQ + k));
      v128.store(logits + k, value);
      largest = f32x4.pmax(largest, value);
    }
    let hit = load<i32>(sameAs + (at << 2));
    while (hit >= 0) {
      store<f32>(logits + ((<usize>hit) << 2), -1e30);
      hit = load<i32>(nextSame + ((<usize>hit) << 2));
    }
    const top = max(
      max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
      max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
    );
    const topLanes = f32x4.splat(top);
    let sums: v128 = f32x4.splat(0);
    for (let k: usize = 0; k < logitBytes; k += 16) {
      const odds = exp4(f32x4.sub(v128.load(logits + k), topLanes));
      v128.store(logits + k, odds);
      sums = f32x4.add(sums, odds);
    }
    const ownOdds = f32x4.extract_lane(exp4(f32x4.splat(own - top)), 0);
    const total: f32 =
      ownOdds +
      f32x4.extract_lane(sums, 0) +
      f32x4.extract_lane(sums, 1) +
      f32x4.extract_lane(sums, 2) +
      f32x4.extract_lane(sums, 3);
    store<f32>(losses + (at << 2), weight * (Mathf.log(total) + top - own));

    const factor = f32x4.splat(weight / total);
    for (let k: usize = 0; k < logitBytes; k += 16) {
      v128.store(logits + k, f32x4.mul(v128.load(logits + k), factor));
    }
    const pull = f32x4.splat(weight * (ownOdds / total - 1));
    const sessionGradient = sessionGradients + at * rowBytes;
    const targetGradient = targetGradients + at * rowBytes;
    for (let d: usize = 0; d < rowBytes; d += 16) {
      v128.store(sessionGradient + d, f32x4.mul(pull, v128.load(target + d)));
      v128.store(targetGradient + d, f32x4.mul(pull, v128.load(session + d)));
    }
  }
  addProduct(rows, dim, numNegatives, scratch, logitBytes, 4, negatives, rowBytes, sessionGradients, rowBytes);
  addProduct(numNegatives, dim, rows, scratch, 4, logitBytes, sessions, rowBytes, negativeGradients, rowBytes);
}

/**
 * C += A · B.
 *
 * @param a Element (m, k) at `a + m · aRow + k · aColumn`.
 * @param b [K, N], rows `bRow` bytes apart. @param c [M, N], rows `cRow` bytes apart.
 */
function addProduct(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
): void {
  for (let panel: i32 = 0; panel < k; panel += PANEL) {
    const depth = min(PANEL, k - panel);
    const aPanel = a + <usize>panel * aColumn;
    const bPanel = b + <usize>panel * bRow;
    for (let row: i32 = 0; row < m; row += 4) {
      const aTile = aPanel + <usize>row * aRow;
      const cTile = c + <usize>row * cRow;
      for (let column: i32 = 0; column < n; column += 8) {
        addTile(
          depth,
          aTile,
          aRow,
          aColumn,
          bPanel + ((<usize>column) << 2),
          bRow,
          cTile + ((<usize>column) << 2),
          cRow,
        );
      }
    }
  }
}

/** A 4 × 8 tile of {@link addProduct}, its sums in registers. */
function addTile(
  depth: i32,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  const a1 = aRow;
  const a2 = aRow * 2;
  const a3 = aRow * 3;
  let sum00 = v128.load(c);
  let sum01 = v128.load(c, 16);
  let sum10 = v128.load(c1);
  let sum11 = v128.load(c1, 16);
  let sum20 = v128.load(c2);
  let sum21 = v128.load(c2, 16);
  let sum30 = v128.load(c3);
  let sum31 = v128.load(c3, 16);
  for (let i: i32 = 0; i < depth; i++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a);
    sum00 = f32x4.relaxed_madd(x0, b0, sum00);
    sum01 = f32x4.relaxed_madd(x0, b1, sum01);
    const x1 = v128.load32_splat(a + a1);
    sum10 = f32x4.relaxed_madd(x1, b0, sum10);
    sum11 = f32x4.relaxed_madd(x1, b1, sum11);
    const x2 = v128.load32_splat(a + a2);
    sum20 = f32x4.relaxed_madd(x2, b0, sum20);
    sum21 = f32x4.relaxed_madd(x2, b1, sum21);
    const x3 = v128.load32_splat(a + a3);
    sum30 = f32x4.relaxed_madd(x3, b0, sum30);
    sum31 = f32x4.relaxed_madd(x3, b1, sum31);
    a += aColumn;
    b += bRow;
  }
  v128.store(c, sum00);
  v128.store(c, sum01, 16);
  v128.store(c1, sum10);
  v128.store(c1, sum11, 16);
  v128.store(c2, sum20);
  v128.store(c2, sum21, 16);
  v128.store(c3, sum30);
  v128.store(c3, sum31, 16);
}

function clear(at: usize, length: i32): void {
  memory.fill(at, 0, (<usize>length) << 2);
}

function dot(a: usize, b: usize, dim: i32): f32 {
  let sums: v128 = f32x4.splat(0);
  for (let d: usize = 0; d < (<usize>dim) << 2; d += 16) {
    sums = f32x4.relaxed_madd(v128.load(a + d), v128.load(b + d), sums);
  }
  return (
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    f32x4.extract_lane(sums, 2) +
    f32x4.extract_lane(sums, 3)
  );
}

/** e^x for x ≤ 0 within 2e-7 relative; below −87 nearly 0. Range reduction by log 2, Taylor to degree 6. */
function exp4(x: v128): v128 {
  const clamped = f32x4.pmax(f32x4.splat(-87), x);
  const power = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(Mathf.LOG2E)));
  let rest = f32x4.relaxed_nmadd(power, f32x4.splat(0.693145751953125), clamped);
  rest = f32x4.relaxed_nmadd(power, f32x4.splat(1.428606765330187e-6), rest);
  let sum = f32x4.relaxed_madd(rest, f32x4.splat(0.001388888888888889), f32x4.splat(0.008333333333333333));
  sum = f32x4.relaxed_madd(sum, rest, f32x4.splat(0.041666666666666664));
  sum = f32x4.relaxed_madd(sum, rest, f32x4.splat(0.16666666666666666));
  sum = f32x4.relaxed_madd(sum, rest, f32x4.splat(0.5));
  sum = f32x4.relaxed_madd(sum, rest, f32x4.splat(1));
  sum = f32x4.relaxed_madd(sum, rest, f32x4.splat(1));
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(power), i32x4.splat(127)), 23);
  return f32x4.mul(sum, exponent);
}
