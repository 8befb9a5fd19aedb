/**
 * Losses: their value, summed in float64, and their derivative. Also counts correct predictions.
 *
 * Shapes: B rows, O outputs; A, Z and T (B, O padded to 4), with padding 0 in all. Means are those of PyTorch's reductions: over
 * rows and outputs, but for categorical cross-entropy over rows alone. Huber's loss has delta 1 (P. Huber, 1964).
 *
 * Z holds the weighted sums of the output layer. Only cross-entropies read it: a probability that float32 rounds to 0 or 1 does
 * not tell its logarithm, the sum does. The binary one replaces them by e^-|z|, which its derivative needs.
 */
import {
  LOSS_BINARY_CROSS_ENTROPY, LOSS_CATEGORICAL_CROSS_ENTROPY, LOSS_HUBER, LOSS_MEAN_ABSOLUTE_ERROR,
  LOSS_MEAN_SQUARED_ERROR, METRIC_ARGMAX, METRIC_THRESHOLD,
} from '../abi';
import { activationBackward, flushTiny, laneMask } from './activation';
import { expNegative4, log } from './math';

/** Below this a probability of softmax is computed from the sums: e^x stops at 2^-126. */
const TINY_PROBABILITY: f64 = 1e-30;

/** Sums the losses of the rows. */
export function lossSum(loss: i32, B: i32, O: i32, a: usize, z: usize, t: usize, rowBytes: usize): f64 {
  assert(B > 0 && O > 0 && (rowBytes & 15) == 0);
  const end = a + <usize>B * rowBytes;
  if (loss == LOSS_MEAN_SQUARED_ERROR) return squaredErrorSum(a, t, end) / <f64>O;
  if (FULL && isBounded(loss)) return absoluteErrorSum(loss, a, t, end) / <f64>O;
  if (loss == LOSS_BINARY_CROSS_ENTROPY) return binaryCrossEntropySum(B, O, z, t) / <f64>O;
  assert(loss == LOSS_CATEGORICAL_CROSS_ENTROPY);
  let sum: f64 = 0;
  for (; a < end; a += rowBytes, z += rowBytes, t += rowBytes) sum += categoricalRow(O, a, z, t);
  return sum;
}

/**
 * Sums -t ln p - (1 - t) ln(1 - p) with p = sigmoid(z): the part of the target that lies on the other side times the distance |z|,
 * and ln(1 + e) with e = e^-|z|. As exact for a target of 0 as for 1, and without a bound, as PyTorch's
 * binary_cross_entropy_with_logits. Z := e, with padding 0.
 *
 * The logarithms are one logarithm of a product: with one for each, 64-32-10 trains at 0.75 of the speed (Node 20).
 */
function binaryCrossEntropySum(B: i32, O: i32, z: usize, t: usize): f64 {
  let sum: f64 = 0;
  let product: f64 = 1;
  for (let row = 0; row < B; row++) {
    for (let left = O; left > 0; left -= 4, z += 16, t += 16) {
      const sums = v128.load(z);
      const e = v128.and(expNegative4(f32x4.abs(sums)), laneMask(left));
      v128.store(z, e);
      sum += missedSum4(sums, v128.load(t), e);
      product *= product4(e);
      if (product > 1e290) {
        sum += log(product);
        product = 1;
      }
    }
  }
  return sum + log(product);
}

/** Below this, ln(1 + e) is e, and 1 + e would round it away. */
// @ts-ignore: decorator
@inline
function isSmall(e: v128): v128 {
  return f32x4.lt(e, f32x4.splat(1e-7));
}

/** Sums the parts of the targets on the other side times |z|, and each ln(1 + e) that is e. An infinite sum counts only there. */
// @ts-ignore: decorator
@inline
export function missedSum4(z: v128, t: v128, e: v128): f64 {
  const missed = v128.bitselect(f32x4.sub(f32x4.splat(1), t), t, f32x4.gt(z, f32x4.splat(0)));
  const far = v128.andnot(f32x4.mul(missed, f32x4.abs(z)), f32x4.eq(missed, f32x4.splat(0)));
  const sums = f32x4.add(far, v128.and(e, isSmall(e)));
  const pairs = f64x2.add(f64x2.promote_low_f32x4(sums), f64x2.promote_low_f32x4(highHalf(sums)));
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
}

/** The product of all other 1 + e. */
// @ts-ignore: decorator
@inline
export function product4(e: v128): f64 {
  const one = f64x2.splat(1);
  const large = v128.andnot(e, isSmall(e));
  const low = f64x2.add(f64x2.promote_low_f32x4(large), one);
  const pairs = f64x2.mul(low, f64x2.add(f64x2.promote_low_f32x4(highHalf(large)), one));
  return f64x2.extract_lane(pairs, 0) * f64x2.extract_lane(pairs, 1);
}

// @ts-ignore: decorator
@inline
function highHalf(v: v128): v128 {
  return v128.shuffle<f32>(v, v, 2, 3, 0, 1);
}

/** Sums -t ln p over a row. */
function categoricalRow(O: i32, a: usize, z: usize, t: usize): f64 {
  let sum: f64 = 0;
  for (let o: usize = 0; o < <usize>O << 2; o += 4) {
    const target = <f64>f32.load(t + o);
    const p = <f64>f32.load(a + o);
    if (target == 0 && p == p) continue;
    sum -= target * (p < TINY_PROBABILITY ? logOfTiny(O, a, z, <f64>f32.load(z + o)) : log(p));
  }
  return sum;
}

/** ln p of the output whose sum is `own`: that of the largest output, less the distance of the sums. */
function logOfTiny(O: i32, a: usize, z: usize, own: f64): f64 {
  const top = <usize>indexOfLargest(O, z) << 2;
  return own - f32.load(z + top) + log(<f64>f32.load(a + top));
}

/** Losses whose derivative by an error is bounded: its sign, or the error cut to -1 .. 1. */
// @ts-ignore: decorator
@inline
function isBounded(loss: i32): bool {
  return loss == LOSS_MEAN_ABSOLUTE_ERROR || loss == LOSS_HUBER;
}

/** Losses that only go with the activation whose derivative cancels theirs: sigmoid with binary, softmax with categorical. */
// @ts-ignore: decorator
@inline
export function isCrossEntropy(loss: i32): bool {
  return loss == LOSS_BINARY_CROSS_ENTROPY || loss == LOSS_CATEGORICAL_CROSS_ENTROPY;
}

/** Sums |e| with e = a - t in float32. For Huber's loss sums e^2 / 2 if |e| <= 1, else |e| - 1/2. Both are c (|e| - c / 2). */
function absoluteErrorSum(loss: i32, a: usize, t: usize, end: usize): f64 {
  let sum: f64 = 0;
  for (; a < end; a += 4, t += 4) {
    const error = Math.abs(<f64>f32.load(a) - f32.load(t));
    if (loss == LOSS_HUBER) {
      const c = error > 1 ? 1 : error;
      sum += c * (error - 0.5 * c);
    } else {
      sum += error;
    }
  }
  return sum;
}

/** Sums (a - t)^2 over a run of vectors. Differences are float32, squares and sums float64. */
function squaredErrorSum(a: usize, t: usize, end: usize): f64 {
  let low = f64x2.splat(0);
  let high = low;
  while (a < end) {
    const difference = f32x4.sub(v128.load(a), v128.load(t));
    const first = f64x2.promote_low_f32x4(difference);
    const second = f64x2.promote_low_f32x4(v128.shuffle<f32>(difference, difference, 2, 3, 0, 1));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
    a += 16;
    t += 16;
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/**
 * D := the derivative of the mean loss of a batch with respect to the weighted sums. The batch has `batch` rows; these are B of
 * them.
 *
 * src/ only allows binary cross-entropy with sigmoid and categorical cross-entropy with softmax. The derivative of both pairs is
 * (A - T) scale, which avoids a division by a probability near 0. The other losses go on to activationBackward, with `derivative`
 * and S. For binary cross-entropy D is the Z that lossSum left.
 */
export function lossBackward(
  loss: i32, derivative: i32, B: i32, O: i32, a: usize, s: usize, t: usize, d: usize, rowBytes: usize, batch: i32,
): void {
  assert(B > 0 && O > 0 && batch >= B && (rowBytes & 15) == 0);
  let scale: f32 = loss == LOSS_CATEGORICAL_CROSS_ENTROPY ? 1 / <f32>batch : 1 / (<f32>batch * <f32>O);
  if (loss == LOSS_MEAN_SQUARED_ERROR) scale *= 2;
  const factor = f32x4.splat(scale);
  const end = d + <usize>B * rowBytes;
  if (FULL && isBounded(loss)) {
    // The derivative of Huber's loss is the error cut to -1 .. 1, that of the absolute error is the error's sign.
    const steep = f32x4.splat(loss == LOSS_HUBER ? 1 : Infinity);
    const one = f32x4.splat(1);
    for (let p = d, q = a, r = t; p < end; p += 16, q += 16, r += 16) {
      const error = f32x4.sub(v128.load(q), v128.load(r));
      const zero = f32x4.eq(error, f32x4.splat(0));
      const bounded = f32x4.pmin(f32x4.mul(f32x4.abs(error), steep), one);
      const magnitude = v128.andnot(bounded, zero);
      v128.store(p, f32x4.mul(factor, v128.bitselect(error, magnitude, f32x4.splat(-0.0))));
    }
  } else if (loss == LOSS_BINARY_CROSS_ENTROPY) {
    for (let p = d, q = a, r = t; p < end; p += 16, q += 16, r += 16) {
      const delta = binaryDelta4(v128.load(q), v128.load(p), v128.load(r));
      v128.store(p, flushTiny(f32x4.mul(factor, delta)));
    }
  } else {
    assert(loss == LOSS_MEAN_SQUARED_ERROR || loss == LOSS_CATEGORICAL_CROSS_ENTROPY);
    for (let p = d, q = a, r = t; p < end; p += 16, q += 16, r += 16) {
      v128.store(p, flushTiny(f32x4.mul(factor, f32x4.sub(v128.load(q), v128.load(r)))));
    }
  }
  if (!isCrossEntropy(loss)) activationBackward(derivative, B, O, s, d, rowBytes);
}

/**
 * p - t with p = sigmoid(z) and e = e^-|z|. If t is 1 and p is near it, their difference has few bits, and none from z = 17 on: there
 * it is -e p, as exact as p is if t is 0.
 */
// @ts-ignore: decorator
@inline
export function binaryDelta4(p: v128, e: v128, t: v128): v128 {
  const near = v128.and(f32x4.eq(t, f32x4.splat(1)), f32x4.gt(p, f32x4.splat(0.5)));
  return v128.bitselect(f32x4.neg(f32x4.mul(e, p)), f32x4.sub(p, t), near);
}

/**
 * Sums over the rows how right each row is, from 0 to 1. METRIC_ARGMAX: 1 if the largest output (the first of equals) is where the
 * largest target is. METRIC_THRESHOLD: the share of outputs on their target's side of one half.
 */
export function correctSum(metric: i32, B: i32, O: i32, a: usize, t: usize, rowBytes: usize): f64 {
  assert(metric == METRIC_ARGMAX || metric == METRIC_THRESHOLD);
  let sum = 0;
  for (let row = 0; row < B; row++) {
    if (metric == METRIC_ARGMAX) {
      sum += i32(indexOfLargest(O, a) == indexOfLargest(O, t));
    } else {
      for (let o: usize = 0; o < <usize>O << 2; o += 4) {
        sum += i32(f32.load(a + o) >= 0.5 == f32.load(t + o) >= 0.5);
      }
    }
    a += rowBytes;
    t += rowBytes;
  }
  return metric == METRIC_ARGMAX ? <f64>sum : <f64>sum / <f64>O;
}

function indexOfLargest(O: i32, row: usize): i32 {
  let index = 0;
  let largest = f32.load(row);
  for (let o = 1; o < O; o++) {
    const value = f32.load(row + (<usize>o << 2));
    if (value > largest) {
      largest = value;
      index = o;
    }
  }
  return index;
}
