// AssemblyScript, compiled by `trainer/build-kernels.mjs`. Memory is laid out by `trainer/dense-scorer.ts`.

/**
 * out[r] = queryScale · scales[r] · Σ_d query[d] · values[r, d]
 *
 * @param values i8 [rows, dim], dim a multiple of 8.
 * @param scales f32 [rows].
 * @param query i16 [dim]: with |query| ≤ 32767 and dim ≤ 2048 no i32 lane overflows
 *   (2048 / 4 · 128 · 32767 < 2^31).
 * @param out f32 [rows].
 */
export function score(
  values: usize,
  scales: usize,
  query: usize,
  out: usize,
  rows: i32,
  dim: i32,
  queryScale: f32,
): void {
  for (let row = 0; row < rows; row++) {
    let sums = i32x4.splat(0);
    for (let d = 0; d < dim; d += 8) {
      const items = v128.load_ext<i8>(values + d);
      sums = i32x4.add(sums, i32x4.dot_i16x8_s(items, v128.load(query + ((<usize>d) << 1))));
    }
    const dot =
      i32x4.extract_lane(sums, 0) +
      i32x4.extract_lane(sums, 1) +
      i32x4.extract_lane(sums, 2) +
      i32x4.extract_lane(sums, 3);
    store<f32>(out, <f32>dot * queryScale * load<f32>(scales));
    values += dim;
    scales += 4;
    out += 4;
  }
}
