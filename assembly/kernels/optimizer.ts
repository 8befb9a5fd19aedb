/**
 * Optimizer steps on whole runs of parameters, what is done to their gradients before the step, and a check for finite numbers.
 *
 * Shapes: w, g and moments all have the same layout. Lengths are multiples of a vector. Padding is 0 and stays 0.
 */

import { flushTiny } from './activation';
import { multiplyAdd } from './math';

/**
 * What moments and derivatives below are set to 0: a derivative whose square, or a share of it, would not be normal; the smallest normal
 * number; a first moment as small as deltas that activation.ts flushes. In memory, because V8 makes a splat of a constant again in each
 * iteration. Every instance writes the same, as in math.ts.
 */
// prettier-ignore
const LEAST: usize = FULL ? memory.data<f32>([
  1e-17, 1e-17, 1e-17, 1e-17,
  1.17549435e-38, 1.17549435e-38, 1.17549435e-38, 1.17549435e-38,
  1e-30, 1e-30, 1e-30, 1e-30,
], 16) : 0;

/** target += scale source. */
export function addScaled(target: usize, source: usize, bytes: usize, scale: f32): void {
  assert((bytes & 15) == 0);
  const factor = f32x4.splat(scale);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const sum = f32x4.add(v128.load(target + offset), f32x4.mul(factor, v128.load(source + offset)));
    v128.store(target + offset, sum);
  }
}

/** values *= factor. */
export function multiply(values: usize, bytes: usize, factor: f32): void {
  assert((bytes & 15) == 0);
  const factors = f32x4.splat(factor);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    v128.store(values + offset, f32x4.mul(factors, v128.load(values + offset)));
  }
}

/** target := factor source. Numbers below 1e-30 become 0. */
export function scaled(target: usize, source: usize, bytes: usize, factor: f32): void {
  assert((bytes & 15) == 0);
  const factors = f32x4.splat(factor);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    v128.store(target + offset, flushTiny(f32x4.mul(factors, v128.load(source + offset))));
  }
}

/**
 * The largest magnitude of the values; infinite or NaN where one of them is. Magnitudes are compared as integers, in whose order they
 * are too, NaN last: that is one instruction, and no NaN gets lost.
 */
export function largest(values: usize, bytes: usize): f32 {
  assert((bytes & 15) == 0);
  const magnitude = i32x4.splat(0x7fffffff);
  let most = i32x4.splat(0);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    most = i32x4.max_s(most, v128.and(v128.load(values + offset), magnitude));
  }
  const pairs = i32x4.max_s(most, i32x4.shuffle(most, most, 2, 3, 0, 1));
  return reinterpret<f32>(max(i32x4.extract_lane(pairs, 0), i32x4.extract_lane(pairs, 1)));
}

/** g += l1 sign(w) + l2 w, the derivative of the penalties l1 |w| and l2 w^2 / 2. */
export function penalize(w: usize, g: usize, bytes: usize, l1: f32, l2: f32): void {
  assert((bytes & 15) == 0);
  const quadratic = f32x4.splat(l2);
  const absolute = f32x4.splat(l1);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const weight = v128.load(w + offset);
    const sign = v128.bitselect(weight, v128.andnot(absolute, f32x4.eq(weight, f32x4.splat(0))), f32x4.splat(-0.0));
    const penalty = f32x4.add(sign, f32x4.mul(quadratic, weight));
    v128.store(g + offset, f32x4.add(v128.load(g + offset), penalty));
  }
}

/** Limits every value to -limit .. limit. */
export function clip(values: usize, bytes: usize, limit: f32): void {
  assert((bytes & 15) == 0);
  const high = f32x4.splat(limit);
  const low = f32x4.splat(-limit);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    v128.store(values + offset, f32x4.pmax(f32x4.pmin(v128.load(values + offset), high), low));
  }
}

/** Sums the squares, in float64. */
export function squareSum(values: usize, bytes: usize): f64 {
  assert((bytes & 15) == 0);
  let low = f64x2.splat(0);
  let high = low;
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const value = v128.load(values + offset);
    const first = f64x2.promote_low_f32x4(value);
    const second = f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 0, 1));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** w -= rate (scale g + decay w). Without FULL there is no decay. */
export function sgdStep(w: usize, g: usize, bytes: usize, rate: f32, scale: f32, decay: f32): void {
  assert((bytes & 15) == 0);
  const rates = f32x4.splat(rate);
  const scales = f32x4.splat(scale);
  const decays = f32x4.splat(decay);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const weight = v128.load(w + offset);
    let gradient = f32x4.mul(scales, v128.load(g + offset));
    if (FULL) gradient = multiplyAdd(decays, weight, gradient);
    v128.store(w + offset, f32x4.sub(weight, f32x4.mul(rates, gradient)));
  }
}

/**
 * v := momentum v + scale g + decay w, then w -= rate v, or with `nesterov` w -= rate (scale g + decay w + momentum v).
 * torch.optim.SGD; I. Sutskever et al., 2013.
 */
export function momentumStep(
  w: usize, g: usize, v: usize, bytes: usize, rate: f32, scale: f32, decay: f32, momentum: f32, nesterov: bool,
): void {
  assert((bytes & 15) == 0);
  const rates = f32x4.splat(rate);
  const scales = f32x4.splat(scale);
  const decays = f32x4.splat(decay);
  const factor = f32x4.splat(momentum);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const weight = v128.load(w + offset);
    const gradient = multiplyAdd(decays, weight, f32x4.mul(scales, v128.load(g + offset)));
    const velocity = flushTiny(multiplyAdd(factor, v128.load(v + offset), gradient));
    v128.store(v + offset, velocity);
    const direction = nesterov ? multiplyAdd(factor, velocity, gradient) : velocity;
    v128.store(w + offset, f32x4.sub(weight, f32x4.mul(rates, direction)));
  }
}

/**
 * With G = scale g + decay w, the second moment v := beta2 v + share G^2, then w -= decoupledDecay w + rate d / (rootScale sqrt(v)
 * + epsilon). If there is a first moment m, d is m := beta1 m + (1 - beta1) G, else d is G.
 *
 * One kernel for adam (D. Kingma and J. Ba, 2014: share is 1 - beta2), adamw (I. Loshchilov and F. Hutter, 2017: decoupledDecay
 * above 0), rmsprop (G. Hinton, 2012: no first moment) and adagrad (J. Duchi et al., 2011: a sum, so beta2 and share are 1), as
 * torch.optim computes them. It does not multiply w by 1 - decoupledDecay: float32 rounds that factor near 1, and the error would
 * push the same way in every step. It takes numbers, not a record: tests call kernels on their own, and kernels know no records.
 */
export function adaptiveStep(
  w: usize, g: usize, m: usize, v: usize, bytes: usize, rate: f32, scale: f32, decay: f32, decoupledDecay: f32,
  beta1: f64, beta2: f32, share: f32, rootScale: f32, epsilon: f32,
): void {
  assert((bytes & 15) == 0);
  // Loops of their own for what is usual: with all of it in one, adam takes 2.3 times as long.
  const usual = scale == 1 && decay == 0 && decoupledDecay == 0;
  if (m != 0) {
    if (usual) adaptiveLoop(true, true, w, g, m, v, bytes, rate, 1, 0, 0, beta1, beta2, share, rootScale, epsilon);
    else adaptiveLoop(true, false, w, g, m, v, bytes, rate, scale, decay, decoupledDecay, beta1, beta2, share, rootScale, epsilon);
  } else if (usual) {
    adaptiveLoop(false, true, w, g, m, v, bytes, rate, 1, 0, 0, beta1, beta2, share, rootScale, epsilon);
  } else {
    adaptiveLoop(false, false, w, g, m, v, bytes, rate, scale, decay, decoupledDecay, beta1, beta2, share, rootScale, epsilon);
  }
}

/** `usual`: scale is 1, and there is no decay. */
// @ts-ignore: decorator
@inline
function adaptiveLoop(
  hasFirst: bool, usual: bool, w: usize, g: usize, m: usize, v: usize, bytes: usize, rate: f32, scale: f32, decay: f32,
  decoupledDecay: f32, beta1: f64, beta2: f32, share: f32, rootScale: f32, epsilon: f32,
): void {
  const rates = f32x4.splat(rate);
  const rootScales = f32x4.splat(rootScale);
  const epsilons = f32x4.splat(epsilon);
  const shares = f32x4.splat(share);
  const beta2s = f32x4.splat(beta2);
  const beta1s = f32x4.splat(<f32>beta1);
  const added = f32x4.splat(<f32>(1 - beta1));
  const leastSquared = v128.load(LEAST);
  const leastNormal = v128.load(LEAST, 16);
  const leastFirst = v128.load(LEAST, 32);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const weight = v128.load(w + offset);
    let gradient = v128.load(g + offset);
    if (!usual) gradient = multiplyAdd(f32x4.splat(decay), weight, f32x4.mul(f32x4.splat(scale), gradient));
    gradient = flushBelow(gradient, leastSquared);
    let second = multiplyAdd(beta2s, v128.load(v + offset), f32x4.mul(shares, f32x4.mul(gradient, gradient)));
    // Never below 0, so it needs no magnitude.
    second = v128.andnot(second, f32x4.lt(second, leastNormal));
    v128.store(v + offset, second);
    let direction = gradient;
    if (hasFirst) {
      direction = flushBelow(multiplyAdd(beta1s, v128.load(m + offset), f32x4.mul(added, gradient)), leastFirst);
      v128.store(m + offset, direction);
    }
    const root = multiplyAdd(rootScales, f32x4.sqrt(second), epsilons);
    let step = f32x4.div(f32x4.mul(rates, direction), root);
    if (!usual) step = multiplyAdd(f32x4.splat(decoupledDecay), weight, step);
    v128.store(w + offset, f32x4.sub(weight, step));
  }
}

/**
 * 0 if |v| is below `least`, else v. NaN stays NaN. Moments fade to denormal numbers, and squares of small derivatives are
 * denormal too. That made rmsprop on a saturated 784-128-10 take 6.6 times as long as plain steps; now it takes 1.3 times as long.
 */
// @ts-ignore: decorator
@inline
function flushBelow(v: v128, least: v128): v128 {
  return v128.andnot(v, f32x4.lt(f32x4.abs(v), least));
}
