/**
 * The loops of a dense layer for one sample, in plain TypeScript: the fair opponent of the kernels.
 *
 * Shapes: x (I), W (O, I) row-major, b (O), y and d (O), dx (I). Four units at a time: each x[i] is read once for four
 * independent sums, which hide the latency of the addition. Activations are float64, which saves V8 a conversion per
 * operation; parameters are float32.
 */

/** Forward: y = W x + b. Overwrites y. */
export function denseForward(
  I: number,
  O: number,
  x: Float64Array,
  weights: Float32Array,
  biases: Float32Array,
  y: Float64Array,
): void {
  let o = 0;
  for (; o + 4 <= O; o += 4) {
    const r0 = o * I;
    const r1 = r0 + I;
    const r2 = r1 + I;
    const r3 = r2 + I;
    let s0 = biases[o] as number;
    let s1 = biases[o + 1] as number;
    let s2 = biases[o + 2] as number;
    let s3 = biases[o + 3] as number;
    for (let i = 0; i < I; i++) {
      const value = x[i] as number;
      s0 += value * (weights[r0 + i] as number);
      s1 += value * (weights[r1 + i] as number);
      s2 += value * (weights[r2 + i] as number);
      s3 += value * (weights[r3 + i] as number);
    }
    y[o] = s0;
    y[o + 1] = s1;
    y[o + 2] = s2;
    y[o + 3] = s3;
  }
  for (; o < O; o++) {
    const row = o * I;
    let sum = biases[o] as number;
    for (let i = 0; i < I; i++) sum += (x[i] as number) * (weights[row + i] as number);
    y[o] = sum;
  }
}

/** Input gradient: dx = W^T d. Overwrites dx. */
export function denseBackwardInput(
  I: number,
  O: number,
  d: Float64Array,
  weights: Float32Array,
  dx: Float64Array,
): void {
  // A loop, not fill(): the call costs more than a small layer takes.
  for (let i = 0; i < I; i++) dx[i] = 0;
  let o = 0;
  for (; o + 4 <= O; o += 4) {
    const r0 = o * I;
    const r1 = r0 + I;
    const r2 = r1 + I;
    const r3 = r2 + I;
    const d0 = d[o] as number;
    const d1 = d[o + 1] as number;
    const d2 = d[o + 2] as number;
    const d3 = d[o + 3] as number;
    for (let i = 0; i < I; i++) {
      dx[i] =
        (dx[i] as number) +
        d0 * (weights[r0 + i] as number) +
        d1 * (weights[r1 + i] as number) +
        d2 * (weights[r2 + i] as number) +
        d3 * (weights[r3 + i] as number);
    }
  }
  for (; o < O; o++) {
    const row = o * I;
    const delta = d[o] as number;
    for (let i = 0; i < I; i++) dx[i] = (dx[i] as number) + delta * (weights[row + i] as number);
  }
}

/** Weight gradient: G += scale d x^T. With G = W and scale = -learning rate it is the step itself. */
export function denseBackwardWeights(
  I: number,
  O: number,
  x: Float64Array,
  d: Float64Array,
  weights: Float32Array,
  scale: number,
): void {
  for (let o = 0; o < O; o++) {
    const row = o * I;
    const step = scale * (d[o] as number);
    for (let i = 0; i < I; i++) weights[row + i] = (weights[row + i] as number) + step * (x[i] as number);
  }
}

/** Gradient of the biases: g += scale d. */
export function denseBackwardBiases(O: number, d: Float64Array, biases: Float32Array, scale: number): void {
  for (let o = 0; o < O; o++) biases[o] = (biases[o] as number) + scale * (d[o] as number);
}
