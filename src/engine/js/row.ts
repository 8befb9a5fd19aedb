/**
 * The loops of a dense layer for one row, for training per sample and for the rows that the tiles of dense.ts leave over.
 *
 * Shapes: I inputs, O units; x and dx (I) from `xAt`, W (O, I) row-major, b (O), y (O) from `yAt`, d (O) from `dAt`.
 *
 * Four units at a time: each x[i] is read once for four independent sums, which hide the latency of the addition. Groups of four
 * units have functions of their own, so that V8 inlines the code for layers of fewer units: a call costs more than such a layer.
 */

/** Forward: y = W x + b. Overwrites y. */
export function rowForward(
  I: number,
  O: number,
  x: Float64Array,
  xAt: number,
  weights: Float32Array,
  biases: Float32Array,
  y: Float64Array,
  yAt: number,
): void {
  let o = O & ~3;
  if (o > 0) forwardQuads(I, o, x, xAt, weights, biases, y, yAt);
  for (let w = o * I; o < O; o++) {
    let sum = biases[o] as number;
    for (let i = 0; i < I; i++, w++) sum += (x[xAt + i] as number) * (weights[w] as number);
    y[yAt + o] = sum;
  }
}

function forwardQuads(
  I: number,
  O: number,
  x: Float64Array,
  xAt: number,
  weights: Float32Array,
  biases: Float32Array,
  y: Float64Array,
  yAt: number,
): void {
  // One index for x and W, by counting the rows of W from xAt. Two indexes take 1.05 times as long.
  const end = xAt + I;
  for (let o = 0; o < O; o += 4) {
    const w0 = o * I - xAt;
    const w1 = w0 + I;
    const w2 = w1 + I;
    const w3 = w2 + I;
    let s0 = biases[o] as number;
    let s1 = biases[o + 1] as number;
    let s2 = biases[o + 2] as number;
    let s3 = biases[o + 3] as number;
    for (let at = xAt; at < end; at++) {
      const value = x[at] as number;
      s0 += value * (weights[w0 + at] as number);
      s1 += value * (weights[w1 + at] as number);
      s2 += value * (weights[w2 + at] as number);
      s3 += value * (weights[w3 + at] as number);
    }
    y[yAt + o] = s0;
    y[yAt + o + 1] = s1;
    y[yAt + o + 2] = s2;
    y[yAt + o + 3] = s3;
  }
}

/** Weight gradient: G += scale d x^T. With G = W and scale = -learning rate this is the step itself. */
export function rowBackwardWeights(
  I: number,
  O: number,
  x: Float64Array,
  xAt: number,
  d: Float64Array,
  dAt: number,
  weights: Float32Array,
  scale: number,
): void {
  let o = O & ~3;
  if (o > 0) weightsQuads(I, o, x, xAt, d, dAt, weights, scale);
  for (let w = o * I; o < O; o++) {
    const step = scale * (d[dAt + o] as number);
    for (let i = 0; i < I; i++, w++) weights[w] = (weights[w] as number) + step * (x[xAt + i] as number);
  }
}

function weightsQuads(
  I: number,
  O: number,
  x: Float64Array,
  xAt: number,
  d: Float64Array,
  dAt: number,
  weights: Float32Array,
  scale: number,
): void {
  // One index for x and W, by counting the rows of W from xAt. Two indexes take 1.05 times as long.
  const end = xAt + I;
  for (let o = 0; o < O; o += 4) {
    const w0 = o * I - xAt;
    const w1 = w0 + I;
    const w2 = w1 + I;
    const w3 = w2 + I;
    const step0 = scale * (d[dAt + o] as number);
    const step1 = scale * (d[dAt + o + 1] as number);
    const step2 = scale * (d[dAt + o + 2] as number);
    const step3 = scale * (d[dAt + o + 3] as number);
    for (let at = xAt; at < end; at++) {
      const value = x[at] as number;
      weights[w0 + at] = (weights[w0 + at] as number) + step0 * value;
      weights[w1 + at] = (weights[w1 + at] as number) + step1 * value;
      weights[w2 + at] = (weights[w2 + at] as number) + step2 * value;
      weights[w3 + at] = (weights[w3 + at] as number) + step3 * value;
    }
  }
}

/** Bias gradient: g += scale d. With g = b and scale = -learning rate this is the step itself. */
export function rowBackwardBiases(O: number, d: Float64Array, biases: Float32Array, scale: number): void {
  for (let o = 0; o < O; o++) biases[o] = (biases[o] as number) + scale * (d[o] as number);
}

/**
 * Input gradient and step in one pass over the weights: dx = W^T d, then W += scale d x^T. Overwrites dx. Two separate passes take
 * 1.4 times as long (512 x 256).
 */
export function rowBackwardStep(
  I: number,
  O: number,
  x: Float64Array,
  d: Float64Array,
  weights: Float32Array,
  dx: Float64Array,
  scale: number,
): void {
  for (let i = 0; i < I; i++) dx[i] = 0;
  let o = O & ~3;
  if (o > 0) stepQuads(I, o, x, d, weights, dx, scale);
  for (let w = o * I; o < O; o++) {
    const delta = d[o] as number;
    const step = scale * delta;
    for (let i = 0; i < I; i++, w++) {
      const weight = weights[w] as number;
      dx[i] = (dx[i] as number) + delta * weight;
      weights[w] = weight + step * (x[i] as number);
    }
  }
}

function stepQuads(
  I: number,
  O: number,
  x: Float64Array,
  d: Float64Array,
  weights: Float32Array,
  dx: Float64Array,
  scale: number,
): void {
  for (let o = 0; o < O; o += 4) {
    const at0 = o * I;
    const at1 = at0 + I;
    const at2 = at1 + I;
    const at3 = at2 + I;
    const d0 = d[o] as number;
    const d1 = d[o + 1] as number;
    const d2 = d[o + 2] as number;
    const d3 = d[o + 3] as number;
    const step0 = scale * d0;
    const step1 = scale * d1;
    const step2 = scale * d2;
    const step3 = scale * d3;
    for (let i = 0; i < I; i++) {
      const value = x[i] as number;
      const w0 = weights[at0 + i] as number;
      const w1 = weights[at1 + i] as number;
      const w2 = weights[at2 + i] as number;
      const w3 = weights[at3 + i] as number;
      dx[i] = (dx[i] as number) + d0 * w0 + d1 * w1 + d2 * w2 + d3 * w3;
      weights[at0 + i] = w0 + step0 * value;
      weights[at1 + i] = w1 + step1 * value;
      weights[at2 + i] = w2 + step2 * value;
      weights[at3 + i] = w3 + step3 * value;
    }
  }
}
