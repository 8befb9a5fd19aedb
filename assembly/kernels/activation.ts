/**
 * Activations, forward and backward, element by element over rows that lie `rowBytes` apart (units padded to 4).
 *
 * Shapes: B rows, O outputs. Padded outputs leave as 0, in both directions: sigmoid(0) is 0.5, and a padded delta that is
 * not 0 would leak into the weights of the padding.
 */
import { ACTIVATION_RELU, ACTIVATION_SIGMOID, ACTIVATION_SOFTMAX, ACTIVATION_TANH } from '../abi';
import { expNegative4, sigmoid4, sumToLanes, tanh4 } from './math';

/** A := f(A) in place. A holds the weighted sums on entry. */
export function activationForward(activation: i32, B: i32, O: i32, a: usize, rowBytes: usize): void {
  assert(B > 0 && O > 0 && (rowBytes & 15) == 0);
  const end = a + <usize>B * rowBytes;
  if (activation == ACTIVATION_SIGMOID) {
    sigmoidForward(a, end);
    clearPadding(O, a, end, rowBytes);
  } else if (activation == ACTIVATION_TANH) {
    for (let p = a; p < end; p += 16) v128.store(p, tanh4(v128.load(p)));
  } else if (activation == ACTIVATION_RELU) {
    const zero = f32x4.splat(0);
    // x first: pmax keeps its first operand where that is NaN, so a diverged sum is not silently 0.
    for (let p = a; p < end; p += 16) v128.store(p, f32x4.pmax(v128.load(p), zero));
  } else if (activation == ACTIVATION_SOFTMAX) {
    for (let row = a; row < end; row += rowBytes) softmaxForward(O, row, rowBytes);
  }
}

/**
 * D := D f'(A), the derivative of the loss by the weighted sums. D holds that by the activations on entry.
 *
 * Deltas below 1e-30 become 0: a saturated network would otherwise multiply denormal numbers, which costs a CPU up to a
 * hundred cycles each, and WebAssembly has no flush-to-zero mode.
 */
export function activationBackward(activation: i32, B: i32, O: i32, a: usize, d: usize, rowBytes: usize): void {
  assert(B > 0 && O > 0 && (rowBytes & 15) == 0);
  const end = d + <usize>B * rowBytes;
  const one = f32x4.splat(1);
  if (activation == ACTIVATION_SIGMOID) {
    for (let p = d, q = a; p < end; p += 16, q += 16) {
      const y = v128.load(q);
      v128.store(p, flushTiny(f32x4.mul(v128.load(p), f32x4.mul(y, f32x4.sub(one, y)))));
    }
  } else if (activation == ACTIVATION_TANH) {
    for (let p = d, q = a; p < end; p += 16, q += 16) {
      const y = v128.load(q);
      v128.store(p, flushTiny(f32x4.mul(v128.load(p), f32x4.sub(one, f32x4.mul(y, y)))));
    }
  } else if (activation == ACTIVATION_RELU) {
    const zero = f32x4.splat(0);
    for (let p = d, q = a; p < end; p += 16, q += 16) {
      v128.store(p, flushTiny(v128.and(v128.load(p), f32x4.gt(v128.load(q), zero))));
    }
  } else if (activation == ACTIVATION_SOFTMAX) {
    for (let p = d, q = a; p < end; p += rowBytes, q += rowBytes) softmaxBackward(q, p, rowBytes);
  } else {
    for (let p = d; p < end; p += 16) v128.store(p, flushTiny(v128.load(p)));
  }
  clearPadding(O, d, end, rowBytes);
}

/** 0 where |v| < 1e-30, else v. NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function flushTiny(v: v128): v128 {
  return v128.andnot(v, f32x4.lt(f32x4.abs(v), f32x4.splat(1e-30)));
}

/** Zeroes the lanes past O of every row in [start, end). By selection, not multiplication: 0 times NaN is NaN. */
export function clearPadding(O: i32, start: usize, end: usize, rowBytes: usize): void {
  const used = O & 3;
  if (used == 0) return;
  const mask = laneMask(used);
  const last = rowBytes - 16;
  for (let row = start; row < end; row += rowBytes) {
    v128.store(row + last, v128.and(v128.load(row + last), mask));
  }
}

/** All bits set in the first `used` lanes. */
// @ts-ignore: decorator
@inline
export function laneMask(used: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(used));
}

/** Two vectors at a time: one alone waits for its own chain of operations, at 0.8x the speed. */
function sigmoidForward(a: usize, end: usize): void {
  while (a + 16 < end) {
    const first = sigmoid4(v128.load(a));
    const second = sigmoid4(v128.load(a, 16));
    v128.store(a, first);
    v128.store(a, second, 16);
    a += 32;
  }
  if (a < end) v128.store(a, sigmoid4(v128.load(a)));
}

/** softmax(z)_j = e^(z_j - m) / sum_k e^(z_k - m) with m the largest z, so that no exponential overflows. */
function softmaxForward(O: i32, row: usize, rowBytes: usize): void {
  const end = row + rowBytes;
  const used = O & 3;
  const last = end - 16;
  const mask = used == 0 ? i32x4.splat(-1) : laneMask(used);
  v128.store(last, v128.bitselect(v128.load(last), f32x4.splat(-Infinity), mask));
  let largest = v128.load(row);
  for (let p = row + 16; p < end; p += 16) largest = f32x4.max(largest, v128.load(p));
  largest = f32x4.max(largest, v128.shuffle<f32>(largest, largest, 2, 3, 0, 1));
  largest = f32x4.max(largest, v128.shuffle<f32>(largest, largest, 1, 0, 3, 2));
  let total = f32x4.splat(0);
  for (let p = row; p < last; p += 16) {
    const e = expNegative4(f32x4.sub(largest, v128.load(p)));
    v128.store(p, e);
    total = f32x4.add(total, e);
  }
  const e = v128.and(expNegative4(f32x4.sub(largest, v128.load(last))), mask);
  v128.store(last, e);
  total = sumToLanes(f32x4.add(total, e));
  for (let p = row; p < end; p += 16) v128.store(p, f32x4.div(v128.load(p), total));
}

/** d_j := y_j (d_j - sum_k d_k y_k), the product with the Jacobian of softmax. */
function softmaxBackward(y: usize, d: usize, rowBytes: usize): void {
  const end = d + rowBytes;
  let dot = f32x4.splat(0);
  for (let p = d, q = y; p < end; p += 16, q += 16) dot = f32x4.add(dot, f32x4.mul(v128.load(p), v128.load(q)));
  dot = sumToLanes(dot);
  for (let p = d, q = y; p < end; p += 16, q += 16) {
    v128.store(p, flushTiny(f32x4.mul(v128.load(q), f32x4.sub(v128.load(p), dot))));
  }
}
