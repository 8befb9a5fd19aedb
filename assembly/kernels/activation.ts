/**
 * Activations, forward and backward, element by element. Rows lie `rowBytes` apart (units padded to 4).
 *
 * Shapes: B rows, O outputs. Padded outputs become 0 in both directions. Otherwise sigmoid(0), which is 0.5, would leave a nonzero
 * delta in the padding, and the step would carry it into padded weights.
 */
import {
  ACTIVATION_ELU, ACTIVATION_GELU, ACTIVATION_LEAKY_RELU, ACTIVATION_LINEAR, ACTIVATION_RELU, ACTIVATION_SELU, ACTIVATION_SIGMOID,
  ACTIVATION_SILU, ACTIVATION_SOFTMAX, ACTIVATION_SOFTPLUS, ACTIVATION_TANH, DERIVATIVE_KEPT,
} from '../abi';
import { expm1OfNegative4, expNegative4, log1p4, multiplyAdd, sigmoid4, sumToLanes, tanh4 } from './math';

// Self-normalizing: weighted sums of mean 0 and variance 1 keep both. G. Klambauer et al., 2017, with the digits of PyTorch.
const SELU_SCALE: f32 = 1.0507009873554805;
const SELU_SCALED_ALPHA: f32 = 1.0507009873554805 * 1.6732632423543772;
// gelu in its tanh form: D. Hendrycks and K. Gimpel, 2016. tanh(u) is 2 sigmoid(2 u) - 1, so the first constant is 2 sqrt(2 / pi)
// and the second is that times 0.044715.
const GELU_LINEAR: f32 = 1.5957691216057308;
const GELU_CUBIC: f32 = 1.5957691216057308 * 0.044715;

/**
 * A := f(A) in place. On entry A holds the weighted sums. leakyRelu, gelu, silu and softplus leave their derivatives in S, laid out
 * like A, because their outputs do not tell them: a leakyRelu of slope 0 or below is never negative. The others do not touch S.
 * `slope` is what leakyRelu multiplies sums below 0 by; the others ignore it.
 */
export function activationForward(
  activation: i32, slope: f32, B: i32, O: i32, a: usize, s: usize, rowBytes: usize,
): void {
  assert(B > 0 && O > 0 && (rowBytes & 15) == 0);
  const end = a + <usize>B * rowBytes;
  if (activation == ACTIVATION_SIGMOID) {
    sigmoidForward(a, end);
    clearPadding(O, a, end, rowBytes);
  } else if (activation == ACTIVATION_TANH) {
    for (let p = a; p < end; p += 16) v128.store(p, tanh4(v128.load(p)));
  } else if (activation == ACTIVATION_RELU) {
    const zero = f32x4.splat(0);
    // x comes first: pmax returns its first operand if that is NaN, so a diverged sum does not silently become 0.
    for (let p = a; p < end; p += 16) v128.store(p, f32x4.pmax(v128.load(p), zero));
  } else if (activation == ACTIVATION_SOFTMAX) {
    for (let row = a; row < end; row += rowBytes) softmaxForward(O, row, rowBytes);
  } else if (FULL && activation == ACTIVATION_LEAKY_RELU) {
    leakyForward(slope, a, s, end);
  } else if (FULL && (activation == ACTIVATION_ELU || activation == ACTIVATION_SELU)) {
    const scaled = activation == ACTIVATION_SELU;
    exponentialForward(a, end, scaled ? SELU_SCALE : 1, scaled ? SELU_SCALED_ALPHA : 1);
  } else if (FULL && keepsDerivative(activation)) {
    smoothForward(activation, a, s, end);
    clearPadding(O, a, end, rowBytes);
  } else {
    assert(activation == ACTIVATION_LINEAR);
  }
}

/** z if z > 0, else slope z. */
function leakyForward(slope: f32, a: usize, s: usize, end: usize): void {
  const below = f32x4.splat(slope);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  for (; a < end; a += 16, s += 16) {
    const z = v128.load(a);
    const factor = v128.bitselect(one, below, f32x4.gt(z, zero));
    v128.store(s, factor);
    v128.store(a, f32x4.mul(z, factor));
  }
}

/** scale z if z > 0, else alpha (e^z - 1): elu and selu. */
function exponentialForward(a: usize, end: usize, scale: f32, alpha: f32): void {
  const scales = f32x4.splat(scale);
  const alphas = f32x4.splat(alpha);
  const zero = f32x4.splat(0);
  for (; a < end; a += 16) {
    const z = v128.load(a);
    // pmin returns its first operand if that is NaN.
    const below = f32x4.mul(alphas, expm1OfNegative4(f32x4.pmin(z, zero)));
    v128.store(a, v128.bitselect(f32x4.mul(scales, z), below, f32x4.gt(z, zero)));
  }
}

/**
 * Let y = sigmoid(v). silu is z y with v = z; gelu is z y with v = 2 sqrt(2 / pi) (z + 0.044715 z^3); softplus is ln(1 + e^z), and
 * its derivative is y with v = z.
 */
function smoothForward(activation: i32, a: usize, s: usize, end: usize): void {
  assert(activation == ACTIVATION_SILU || activation == ACTIVATION_GELU || activation == ACTIVATION_SOFTPLUS);
  const one = f32x4.splat(1);
  for (; a < end; a += 16, s += 16) {
    const z = v128.load(a);
    let argument = z;
    let growth = one;
    if (activation == ACTIVATION_GELU) {
      // Beyond 10 the sigmoid is 0 or 1. Without this limit the cube could be infinite, and 0 times infinity is NaN.
      const near = f32x4.pmax(f32x4.pmin(z, f32x4.splat(10)), f32x4.splat(-10));
      const cubic = f32x4.mul(f32x4.splat(GELU_CUBIC), f32x4.mul(near, near));
      argument = f32x4.mul(near, f32x4.add(f32x4.splat(GELU_LINEAR), cubic));
      growth = multiplyAdd(cubic, f32x4.splat(3), f32x4.splat(GELU_LINEAR));
    }
    let y = sigmoid4(argument);
    // A saturated sigmoid gives the smallest normal number, not 0. A huge z would make that count.
    y = v128.andnot(y, f32x4.lt(y, f32x4.splat(2e-38)));
    let output = f32x4.mul(z, y);
    // d(z y) = y + z y (1 - y) dv
    let slope = multiplyAdd(f32x4.mul(output, f32x4.sub(one, y)), growth, y);
    if (activation == ACTIVATION_SOFTPLUS) {
      output = f32x4.add(f32x4.pmax(z, f32x4.splat(0)), log1p4(expNegative4(f32x4.abs(z))));
      slope = y;
    }
    v128.store(a, output);
    v128.store(s, slope);
  }
}

/**
 * D := D f'. On entry D holds the derivative of the loss with respect to the activations, on return with respect to the weighted
 * sums. `derivative` says what S holds: the activations A, or with DERIVATIVE_KEPT the derivatives themselves.
 *
 * Deltas below 1e-30 become 0. Otherwise a saturated network would multiply denormal numbers, which costs a CPU up to a hundred
 * cycles each, and WebAssembly has no flush-to-zero mode.
 */
export function activationBackward(derivative: i32, B: i32, O: i32, s: usize, d: usize, rowBytes: usize): void {
  assert(B > 0 && O > 0 && (rowBytes & 15) == 0);
  const end = d + <usize>B * rowBytes;
  const one = f32x4.splat(1);
  if (derivative == ACTIVATION_SIGMOID) {
    for (let p = d, q = s; p < end; p += 16, q += 16) {
      const y = v128.load(q);
      v128.store(p, flushTiny(f32x4.mul(v128.load(p), f32x4.mul(y, f32x4.sub(one, y)))));
    }
  } else if (derivative == ACTIVATION_TANH) {
    for (let p = d, q = s; p < end; p += 16, q += 16) {
      const y = v128.load(q);
      v128.store(p, flushTiny(f32x4.mul(v128.load(p), f32x4.sub(one, f32x4.mul(y, y)))));
    }
  } else if (derivative == ACTIVATION_RELU) {
    const zero = f32x4.splat(0);
    for (let p = d, q = s; p < end; p += 16, q += 16) {
      v128.store(p, flushTiny(v128.and(v128.load(p), f32x4.gt(v128.load(q), zero))));
    }
  } else if (FULL && derivative == ACTIVATION_SOFTMAX) {
    for (let p = d, q = s; p < end; p += rowBytes, q += rowBytes) softmaxBackward(q, p, rowBytes);
  } else if (FULL && derivative == DERIVATIVE_KEPT) {
    for (let p = d, q = s; p < end; p += 16, q += 16) {
      v128.store(p, flushTiny(f32x4.mul(v128.load(p), v128.load(q))));
    }
  } else if (FULL && (derivative == ACTIVATION_ELU || derivative == ACTIVATION_SELU)) {
    const scaled = derivative == ACTIVATION_SELU;
    exponentialBackward(d, s, end, scaled ? SELU_SCALE : 1, scaled ? SELU_SCALED_ALPHA : 1);
  } else {
    assert(derivative == ACTIVATION_LINEAR);
    for (let p = d; p < end; p += 16) v128.store(p, flushTiny(v128.load(p)));
  }
  clearPadding(O, d, end, rowBytes);
}

/** d *= scale if y > 0, else d *= alpha + y. */
function exponentialBackward(d: usize, y: usize, end: usize, scale: f32, alpha: f32): void {
  const scales = f32x4.splat(scale);
  const alphas = f32x4.splat(alpha);
  const zero = f32x4.splat(0);
  for (; d < end; d += 16, y += 16) {
    const output = v128.load(y);
    const slope = v128.bitselect(scales, f32x4.add(alphas, output), f32x4.gt(output, zero));
    v128.store(d, flushTiny(f32x4.mul(v128.load(d), slope)));
  }
}

/**
 * Whether activationForward leaves derivatives in S. src/engine/wasm/codes.ts says the same of each activation, and src/ reserves
 * S.
 */
// @ts-ignore: decorator
@inline
export function keepsDerivative(activation: i32): bool {
  return (
    activation == ACTIVATION_LEAKY_RELU || activation == ACTIVATION_GELU || activation == ACTIVATION_SILU ||
    activation == ACTIVATION_SOFTPLUS
  );
}

/** S := f', for activations whose outputs A tell f'. */
export function slopesOf(activation: i32, B: i32, O: i32, a: usize, s: usize, rowBytes: usize): void {
  const end = s + <usize>B * rowBytes;
  for (let p = s; p < end; p += 16) v128.store(p, f32x4.splat(1));
  activationBackward(activation, B, O, a, s, rowBytes);
}

/** 0 if |v| < 1e-30, else v. NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function flushTiny(v: v128): v128 {
  return v128.andnot(v, f32x4.lt(f32x4.abs(v), f32x4.splat(1e-30)));
}

/** Sets the lanes past O to 0 in every row of [start, end). By a mask, not by multiplication: 0 times NaN is NaN. */
export function clearPadding(O: i32, start: usize, end: usize, rowBytes: usize): void {
  const used = O & 3;
  if (used == 0) return;
  const mask = laneMask(used);
  const last = rowBytes - 16;
  for (let row = start; row < end; row += rowBytes) {
    v128.store(row + last, v128.and(v128.load(row + last), mask));
  }
}

/** A mask with all bits set in the first `used` lanes. */
// @ts-ignore: decorator
@inline
export function laneMask(used: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(used));
}

/** Two vectors at a time. One alone waits for its own chain of operations, at 0.8x the speed. */
function sigmoidForward(a: usize, end: usize): void {
  // If the number of vectors is odd, the first one is computed twice.
  let second = a + (((end - a) & 16) ^ 16);
  while (a < end) {
    const y = sigmoid4(v128.load(a));
    const z = sigmoid4(v128.load(second));
    v128.store(a, y);
    v128.store(second, z);
    a = second + 16;
    second = a + 16;
  }
}

/** softmax(z)_j = e^(z_j - m) / sum_k e^(z_k - m). m is the largest z, so no exponential overflows. */
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
  for (let p = row; p < end; p += 16) {
    let e = expNegative4(f32x4.sub(largest, v128.load(p)));
    if (p == last) e = v128.and(e, mask);
    v128.store(p, e);
    total = f32x4.add(total, e);
  }
  total = sumToLanes(total);
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
