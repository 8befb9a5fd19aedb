/**
 * One row back through a dense layer, together with the step of its weights with momentum, for training sample by sample.
 *
 * Shapes: one row of I inputs, O outputs; weights and velocities in panels (../dense/panel.ts).
 */
import { flushTiny } from '../activation';
import { panelBytes } from '../dense/panel';
import { multiplyAdd, sumLanes, sumLanesOf4 } from '../math';

/**
 * Backward and step in one pass over the weights: dx = W d with the weights before the step, then V := momentum V + x^T d, then
 * W -= rate V, or with `nesterov` W -= rate (x^T d + momentum V).
 *
 *   x (I) · d (O padded to 4)  ->  dx (I, same values as from denseBackwardInput), W and V changed in place
 *
 * Does not touch the biases. dx may not overlap x or d. With `flush`, velocities below 1e-30 become 0.
 */
export function rowBackwardMomentum(
  I: i32, O: i32, x: usize, d: usize, w: usize, v: usize, dx: usize, rate: f32, momentum: f32, nesterov: bool, flush: bool,
): void {
  assert(I > 0 && O > 0);
  const tiledInputs = I & ~3;
  if (O > 8 && O <= 12) {
    momentum1x12x4(I, tiledInputs, x, d, w, v, dx, rate, momentum, nesterov, flush);
    x += <usize>tiledInputs << 2;
    dx += <usize>tiledInputs << 2;
  } else {
    for (let i = 0; i < tiledInputs; i += 4) {
      v128.store(dx, momentum1x4x4(I, O, i, x, d, w, v, rate, momentum, nesterov, flush));
      x += 16;
      dx += 16;
    }
  }
  for (let i = tiledInputs; i < I; i++) {
    f32.store(dx, momentum1x4x1(I, O, i, x, d, w, v, rate, momentum, nesterov, flush));
    x += 4;
    dx += 4;
  }
}

/** The step of the vector of weights at `w`, which were `weight`, and of their velocities; `gradient` is x d. */
// @ts-ignore: decorator
@inline
function step(
  w: usize, v: usize, weight: v128, gradient: v128, rates: v128, factor: v128, nesterov: bool, flush: bool,
): void {
  let velocity = multiplyAdd(factor, v128.load(v), gradient);
  if (flush) velocity = flushTiny(velocity);
  v128.store(v, velocity);
  if (nesterov) velocity = multiplyAdd(factor, velocity, gradient);
  v128.store(w, multiplyAdd(rates, velocity, weight));
}

/** Inputs i to i + 3, whose values start at x: computes their dx and takes the step of their weights. */
function momentum1x4x4(
  I: i32, O: i32, i: i32, x: usize, d: usize, w: usize, v: usize, rate: f32, momentum: f32, nesterov: bool, flush: bool,
): v128 {
  const rates = f32x4.splat(-rate);
  const factor = f32x4.splat(momentum);
  const x0 = v128.load_splat<f32>(x);
  const x1 = v128.load_splat<f32>(x, 4);
  const x2 = v128.load_splat<f32>(x, 8);
  const x3 = v128.load_splat<f32>(x, 12);
  let acc0 = f32x4.splat(0);
  let acc1 = acc0;
  let acc2 = acc0;
  let acc3 = acc0;
  const apart = v - w;
  let panel = w + (<usize>i << 5);
  // From one input to the next: the last panel may hold 4 outputs per input, not 8.
  let stride: usize = 32;
  for (let o = 0; o < O; o += 4) {
    if ((o & 7) == 0 && O - o <= 4) {
      panel -= <usize>i << 4;
      stride = 16;
    }
    const delta = v128.load(d);
    let p = panel;
    const weight0 = v128.load(p);
    acc0 = multiplyAdd(delta, weight0, acc0);
    step(p, p + apart, weight0, f32x4.mul(x0, delta), rates, factor, nesterov, flush);
    p += stride;
    const weight1 = v128.load(p);
    acc1 = multiplyAdd(delta, weight1, acc1);
    step(p, p + apart, weight1, f32x4.mul(x1, delta), rates, factor, nesterov, flush);
    p += stride;
    const weight2 = v128.load(p);
    acc2 = multiplyAdd(delta, weight2, acc2);
    step(p, p + apart, weight2, f32x4.mul(x2, delta), rates, factor, nesterov, flush);
    p += stride;
    const weight3 = v128.load(p);
    acc3 = multiplyAdd(delta, weight3, acc3);
    step(p, p + apart, weight3, f32x4.mul(x3, delta), rates, factor, nesterov, flush);
    d += 16;
    panel += (o & 7) == 0 ? 16 : panelBytes(I) - 16;
  }
  return sumLanesOf4(acc0, acc1, acc2, acc3);
}

function momentum1x4x1(
  I: i32, O: i32, i: i32, x: usize, d: usize, w: usize, v: usize, rate: f32, momentum: f32, nesterov: bool, flush: bool,
): f32 {
  const rates = f32x4.splat(-rate);
  const factor = f32x4.splat(momentum);
  const value = v128.load_splat<f32>(x);
  let acc = f32x4.splat(0);
  const apart = v - w;
  let panel = w + (<usize>i << 5);
  for (let o = 0; o < O; o += 4) {
    if ((o & 7) == 0 && O - o <= 4) panel -= <usize>i << 4;
    const delta = v128.load(d);
    const weight = v128.load(panel);
    acc = multiplyAdd(delta, weight, acc);
    step(panel, panel + apart, weight, f32x4.mul(value, delta), rates, factor, nesterov, flush);
    d += 16;
    panel += (o & 7) == 0 ? 16 : panelBytes(I) - 16;
  }
  return sumLanes(acc);
}

/** The step of the first `count` inputs, four at a time, in a layer of 9 to 12 units, with the deltas in registers. */
function momentum1x12x4(
  I: i32, count: i32, x: usize, d: usize, w: usize, v: usize, dx: usize, rate: f32, momentum: f32, nesterov: bool, flush: bool,
): void {
  const rates = f32x4.splat(-rate);
  const factor = f32x4.splat(momentum);
  const d0123 = v128.load(d);
  const d4567 = v128.load(d, 16);
  const d89ab = v128.load(d, 32);
  const apart = v - w;
  let w0 = w;
  let w1 = w + panelBytes(I);
  let value: v128;
  let w0123: v128;
  let w4567: v128;
  let w89ab: v128;
  const end = x + (<usize>count << 2);
  while (x < end) {
    value = v128.load_splat<f32>(x, 0);
    w0123 = v128.load(w0, 0);
    w4567 = v128.load(w0, 16);
    w89ab = v128.load(w1, 0);
    const acc0 = multiplyAdd(d89ab, w89ab, multiplyAdd(d4567, w4567, f32x4.mul(d0123, w0123)));
    step(w0 + 0, w0 + apart + 0, w0123, f32x4.mul(value, d0123), rates, factor, nesterov, flush);
    step(w0 + 16, w0 + apart + 16, w4567, f32x4.mul(value, d4567), rates, factor, nesterov, flush);
    step(w1 + 0, w1 + apart + 0, w89ab, f32x4.mul(value, d89ab), rates, factor, nesterov, flush);
    value = v128.load_splat<f32>(x, 4);
    w0123 = v128.load(w0, 32);
    w4567 = v128.load(w0, 48);
    w89ab = v128.load(w1, 16);
    const acc1 = multiplyAdd(d89ab, w89ab, multiplyAdd(d4567, w4567, f32x4.mul(d0123, w0123)));
    step(w0 + 32, w0 + apart + 32, w0123, f32x4.mul(value, d0123), rates, factor, nesterov, flush);
    step(w0 + 48, w0 + apart + 48, w4567, f32x4.mul(value, d4567), rates, factor, nesterov, flush);
    step(w1 + 16, w1 + apart + 16, w89ab, f32x4.mul(value, d89ab), rates, factor, nesterov, flush);
    value = v128.load_splat<f32>(x, 8);
    w0123 = v128.load(w0, 64);
    w4567 = v128.load(w0, 80);
    w89ab = v128.load(w1, 32);
    const acc2 = multiplyAdd(d89ab, w89ab, multiplyAdd(d4567, w4567, f32x4.mul(d0123, w0123)));
    step(w0 + 64, w0 + apart + 64, w0123, f32x4.mul(value, d0123), rates, factor, nesterov, flush);
    step(w0 + 80, w0 + apart + 80, w4567, f32x4.mul(value, d4567), rates, factor, nesterov, flush);
    step(w1 + 32, w1 + apart + 32, w89ab, f32x4.mul(value, d89ab), rates, factor, nesterov, flush);
    value = v128.load_splat<f32>(x, 12);
    w0123 = v128.load(w0, 96);
    w4567 = v128.load(w0, 112);
    w89ab = v128.load(w1, 48);
    const acc3 = multiplyAdd(d89ab, w89ab, multiplyAdd(d4567, w4567, f32x4.mul(d0123, w0123)));
    step(w0 + 96, w0 + apart + 96, w0123, f32x4.mul(value, d0123), rates, factor, nesterov, flush);
    step(w0 + 112, w0 + apart + 112, w4567, f32x4.mul(value, d4567), rates, factor, nesterov, flush);
    step(w1 + 48, w1 + apart + 48, w89ab, f32x4.mul(value, d89ab), rates, factor, nesterov, flush);
    v128.store(dx, sumLanesOf4(acc0, acc1, acc2, acc3));
    x += 16;
    dx += 16;
    w0 += 128;
    w1 += 64;
  }
}
