/**
 * A dense layer, backward to its weights and biases. Knows no activation and no loss.
 *
 * Shapes: B rows, I inputs, O outputs. Rows lie `RowBytes` apart. Weights lie in panels (panel.ts). The order of summation is the
 * same in every tile, so a row gives the same bits alone and among other rows.
 */
import { PANEL } from '../../abi';
import { multiplyAdd } from '../math';
import { panelBytes, panelGap } from './panel';
import { gradient1x16x6, gradient1x8x8, GRADIENT_INPUTS, inputsOfPairs } from './wide/gradient';

// Rows that are summed at a time. All 256 rows of a pass do not fit the first-level cache: 784 x 128 then takes 1.15 times as long.
const CHUNK_ROWS = 64;

/**
 * Weight gradient: G += scale X^T D.
 *
 *   X (B, I) · D (B, O padded to 4)  ->  G laid out like W
 *
 * With G = W and scale = -learning rate this is the step of stochastic gradient descent itself, without a gradient in memory.
 * Accumulates: sums 64 rows at a time, starting from zero, then adds that sum to G once. If padded outputs of D are 0, those of G
 * stay 0.
 */
export function denseBackwardWeights(
  B: i32, I: i32, O: i32, x: usize, xRowBytes: usize, d: usize, dRowBytes: usize, w: usize, scale: f32,
): void {
  assert(B > 0 && I > 0 && O > 0);
  for (let row = 0; row < B; row += CHUNK_ROWS) {
    const rows = min(B - row, CHUNK_ROWS);
    backwardRows(rows, I, O, x, xRowBytes, d, dRowBytes, w, scale);
    x += <usize>rows * xRowBytes;
    d += <usize>rows * dRowBytes;
  }
}

function backwardRows(
  B: i32, I: i32, O: i32, x: usize, xRowBytes: usize, d: usize, dRowBytes: usize, w: usize, scale: f32,
): void {
  let o = 0;
  if (WIDE) {
    const step = panelBytes(I);
    const inputs = inputsOfPairs(I);
    for (; O - o > 12; o += 2 * PANEL) {
      const wNext = w + step;
      for (let i = 0; i < inputs; i += GRADIENT_INPUTS) {
        const offset = <usize>i << 5;
        gradient1x16x6(B, x + (<usize>i << 2), xRowBytes, d, dRowBytes, w + offset, wNext + offset, scale);
      }
      gradientsOfPanel(B, inputs, I, x, xRowBytes, d, dRowBytes, w, scale);
      gradientsOfPanel(B, inputs, I, x, xRowBytes, d + 32, dRowBytes, wNext, scale);
      w = wNext + step;
      d += 64;
    }
  }
  for (; o < O; o += PANEL) {
    if (O - o > 4) {
      w = gradientsOfPanel(B, 0, I, x, xRowBytes, d, dRowBytes, w, scale);
    } else {
      for (let i = 0; i < I; i++) {
        gradient1x4x1(B, x + (<usize>i << 2), xRowBytes, d, dRowBytes, w, scale);
        w += 16;
      }
    }
    d += 32;
  }
}

/** Inputs `from` to I - 1 of one panel of 8. Returns where the next panel begins. */
function gradientsOfPanel(
  B: i32, from: i32, I: i32, x: usize, xRowBytes: usize, d: usize, dRowBytes: usize, w: usize, scale: f32,
): usize {
  let i = from;
  w += <usize>i << 5;
  if (WIDE && ASC_FEATURE_RELAXED_SIMD) {
    for (; i + 8 <= I; i += 8) {
      gradient1x8x8(B, x + (<usize>i << 2), xRowBytes, d, dRowBytes, w, scale);
      w += 256;
    }
  }
  const tiledInputs = I & ~3;
  for (; i < tiledInputs; i += 4) {
    gradient1x8x4(B, x + (<usize>i << 2), xRowBytes, d, dRowBytes, w, scale);
    w += 128;
  }
  for (; i < I; i++) {
    gradient1x8x1(B, x + (<usize>i << 2), xRowBytes, d, dRowBytes, w, scale);
    w += 32;
  }
  return w + panelGap(I);
}

/**
 * Takes the steps of several samples, one after the other: W += X^T D, row by row.
 *
 *   X (B, I) · D (B, O padded to 4), the gradients times -learning rate  ->  W in panels
 *
 * The weights stay in registers for all rows, so each row rounds them as a step of its own would. For the few rows of a block of
 * per-sample training this is a tenth faster than denseBackwardWeights.
 */
export function denseStepWeights(
  B: i32, I: i32, O: i32, x: usize, xRowBytes: usize, d: usize, dRowBytes: usize, w: usize,
): void {
  assert(B > 0 && I > 0 && O > 0);
  const tiledInputs = I & ~3;
  for (let o = 0; o < O; o += PANEL) {
    if (O - o > 4) {
      for (let i = 0; i < tiledInputs; i += 4) {
        step1x8x4(B, x + (<usize>i << 2), xRowBytes, d, dRowBytes, w);
        w += 128;
      }
      for (let i = tiledInputs; i < I; i++) {
        gradient1x8x1(B, x + (<usize>i << 2), xRowBytes, d, dRowBytes, w, 1);
        w += 32;
      }
      w += panelGap(I);
    } else {
      for (let i = 0; i < I; i++) {
        gradient1x4x1(B, x + (<usize>i << 2), xRowBytes, d, dRowBytes, w, 1);
        w += 16;
      }
    }
    d += 32;
  }
}

/**
 * Weight gradient of a single row: G = x^T d.
 *
 *   x (I) · d (O padded to 4)  ->  G laid out like W
 *
 * Overwrites G, but not the gaps between panels, with what denseBackwardWeights adds to zeros, bit for bit.
 */
export function denseOuterProduct(I: i32, O: i32, x: usize, d: usize, g: usize): void {
  assert(I > 0 && O > 0);
  const zero = f32x4.splat(0);
  const end = x + (<usize>I << 2);
  for (; O > 4; O -= PANEL) {
    const d0123 = v128.load(d);
    const d4567 = v128.load(d, 16);
    for (let p = x; p < end; p += 4) {
      const value = v128.load_splat<f32>(p);
      v128.store(g, multiplyAdd(value, d0123, zero));
      v128.store(g, multiplyAdd(value, d4567, zero), 16);
      g += 32;
    }
    g += panelGap(I);
    d += 32;
  }
  if (O <= 0) return;
  const d0123 = v128.load(d);
  for (let p = x; p < end; p += 4) {
    v128.store(g, multiplyAdd(v128.load_splat<f32>(p), d0123, zero));
    g += 16;
  }
}

/** g += scale (sum of the rows of D), column by column, in the order of the rows. */
export function denseBackwardBiases(B: i32, O: i32, d: usize, dRowBytes: usize, b: usize, scale: f32): void {
  const factor = f32x4.splat(scale);
  for (let o = 0; o < O; o += 4) {
    let acc = v128.load(d);
    let row = d + dRowBytes;
    for (let t = 1; t < B; t++) {
      acc = f32x4.add(acc, v128.load(row));
      row += dRowBytes;
    }
    v128.store(b, f32x4.add(v128.load(b), f32x4.mul(factor, acc)));
    d += 16;
    b += 16;
  }
}

function gradient1x8x4(B: i32, x: usize, xRowBytes: usize, d: usize, dRowBytes: usize, w: usize, scale: f32): void {
  const factor = f32x4.splat(scale);
  const end = x + <usize>B * xRowBytes;
  let acc0x0123 = f32x4.splat(0);
  let acc0x4567 = acc0x0123;
  let acc1x0123 = acc0x0123;
  let acc1x4567 = acc0x0123;
  let acc2x0123 = acc0x0123;
  let acc2x4567 = acc0x0123;
  let acc3x0123 = acc0x0123;
  let acc3x4567 = acc0x0123;
  while (x < end) {
    const d0123 = v128.load(d);
    const d4567 = v128.load(d, 16);
    let value = v128.load_splat<f32>(x);
    acc0x0123 = multiplyAdd(value, d0123, acc0x0123);
    acc0x4567 = multiplyAdd(value, d4567, acc0x4567);
    value = v128.load_splat<f32>(x, 4);
    acc1x0123 = multiplyAdd(value, d0123, acc1x0123);
    acc1x4567 = multiplyAdd(value, d4567, acc1x4567);
    value = v128.load_splat<f32>(x, 8);
    acc2x0123 = multiplyAdd(value, d0123, acc2x0123);
    acc2x4567 = multiplyAdd(value, d4567, acc2x4567);
    value = v128.load_splat<f32>(x, 12);
    acc3x0123 = multiplyAdd(value, d0123, acc3x0123);
    acc3x4567 = multiplyAdd(value, d4567, acc3x4567);
    x += xRowBytes;
    d += dRowBytes;
  }
  // All loads come before the first store. With a load between two stores V8 does not fuse them to 256 bits (0.8x where it could).
  acc0x0123 = multiplyAdd(factor, acc0x0123, v128.load(w));
  acc0x4567 = multiplyAdd(factor, acc0x4567, v128.load(w, 16));
  acc1x0123 = multiplyAdd(factor, acc1x0123, v128.load(w, 32));
  acc1x4567 = multiplyAdd(factor, acc1x4567, v128.load(w, 48));
  acc2x0123 = multiplyAdd(factor, acc2x0123, v128.load(w, 64));
  acc2x4567 = multiplyAdd(factor, acc2x4567, v128.load(w, 80));
  acc3x0123 = multiplyAdd(factor, acc3x0123, v128.load(w, 96));
  acc3x4567 = multiplyAdd(factor, acc3x4567, v128.load(w, 112));
  v128.store(w, acc0x0123);
  v128.store(w, acc0x4567, 16);
  v128.store(w, acc1x0123, 32);
  v128.store(w, acc1x4567, 48);
  v128.store(w, acc2x0123, 64);
  v128.store(w, acc2x4567, 80);
  v128.store(w, acc3x0123, 96);
  v128.store(w, acc3x4567, 112);
}

function step1x8x4(B: i32, x: usize, xRowBytes: usize, d: usize, dRowBytes: usize, w: usize): void {
  const end = x + <usize>B * xRowBytes;
  let acc0x0123 = v128.load(w);
  let acc0x4567 = v128.load(w, 16);
  let acc1x0123 = v128.load(w, 32);
  let acc1x4567 = v128.load(w, 48);
  let acc2x0123 = v128.load(w, 64);
  let acc2x4567 = v128.load(w, 80);
  let acc3x0123 = v128.load(w, 96);
  let acc3x4567 = v128.load(w, 112);
  while (x < end) {
    const d0123 = v128.load(d);
    const d4567 = v128.load(d, 16);
    let value = v128.load_splat<f32>(x);
    acc0x0123 = multiplyAdd(value, d0123, acc0x0123);
    acc0x4567 = multiplyAdd(value, d4567, acc0x4567);
    value = v128.load_splat<f32>(x, 4);
    acc1x0123 = multiplyAdd(value, d0123, acc1x0123);
    acc1x4567 = multiplyAdd(value, d4567, acc1x4567);
    value = v128.load_splat<f32>(x, 8);
    acc2x0123 = multiplyAdd(value, d0123, acc2x0123);
    acc2x4567 = multiplyAdd(value, d4567, acc2x4567);
    value = v128.load_splat<f32>(x, 12);
    acc3x0123 = multiplyAdd(value, d0123, acc3x0123);
    acc3x4567 = multiplyAdd(value, d4567, acc3x4567);
    x += xRowBytes;
    d += dRowBytes;
  }
  v128.store(w, acc0x0123);
  v128.store(w, acc0x4567, 16);
  v128.store(w, acc1x0123, 32);
  v128.store(w, acc1x4567, 48);
  v128.store(w, acc2x0123, 64);
  v128.store(w, acc2x4567, 80);
  v128.store(w, acc3x0123, 96);
  v128.store(w, acc3x4567, 112);
}

function gradient1x8x1(B: i32, x: usize, xRowBytes: usize, d: usize, dRowBytes: usize, w: usize, scale: f32): void {
  const factor = f32x4.splat(scale);
  const end = x + <usize>B * xRowBytes;
  let acc0123 = f32x4.splat(0);
  let acc4567 = acc0123;
  while (x < end) {
    const value = v128.load_splat<f32>(x);
    acc0123 = multiplyAdd(value, v128.load(d), acc0123);
    acc4567 = multiplyAdd(value, v128.load(d, 16), acc4567);
    x += xRowBytes;
    d += dRowBytes;
  }
  acc0123 = multiplyAdd(factor, acc0123, v128.load(w));
  acc4567 = multiplyAdd(factor, acc4567, v128.load(w, 16));
  v128.store(w, acc0123);
  v128.store(w, acc4567, 16);
}

function gradient1x4x1(B: i32, x: usize, xRowBytes: usize, d: usize, dRowBytes: usize, w: usize, scale: f32): void {
  const factor = f32x4.splat(scale);
  const end = x + <usize>B * xRowBytes;
  let acc = f32x4.splat(0);
  while (x < end) {
    acc = multiplyAdd(v128.load_splat<f32>(x), v128.load(d), acc);
    x += xRowBytes;
    d += dRowBytes;
  }
  v128.store(w, multiplyAdd(factor, acc, v128.load(w)));
}
