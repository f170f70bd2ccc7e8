/** out += factor · values, element by element. */
export function addScaled(out: Float32Array, values: Float32Array, factor: number): void {
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + factor * (values[i] as number);
}
