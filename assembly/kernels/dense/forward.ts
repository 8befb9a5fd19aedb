/**
 * A dense layer, forward: the matrix product. Knows no activation.
 *
 * Shapes: B rows, I inputs, O outputs. Rows lie `RowBytes` apart. Weights lie in panels (panel.ts). The order of summation is the
 * same in every tile, so a row gives the same bits alone and among other rows.
 */
import { PANEL } from '../../abi';
import { multiplyAdd } from '../math';
import { panelBytes } from './panel';
import { forward4x16x2, forward6x16x1 } from './wide/forward';

/**
 * Forward: Y = X W + b.
 *
 *   X (B, I) · W panels · b (O padded to 4)  ->  Y (B, O padded to 4)
 *
 * Overwrites Y. Padded outputs come out as 0. X and Y may not overlap.
 */
export function denseForward(
  B: i32, I: i32, O: i32, x: usize, xRowBytes: usize, w: usize, b: usize, y: usize, yRowBytes: usize,
): void {
  assert(B > 0 && I > 0 && O > 0);
  const tiledRows = B & ~3;
  if (tiledRows > 0) forwardPanels(tiledRows, I, O, x, xRowBytes, w, b, y, yRowBytes);
  for (let row = tiledRows; row < B; row++) {
    forwardRow(I, O, x + <usize>row * xRowBytes, w, b, y + <usize>row * yRowBytes);
  }
}

/** Panels in the outer loop, rows in the inner loop: a panel stays in the first-level cache for all rows, which come four at a time. */
function forwardPanels(
  B: i32, I: i32, O: i32, x: usize, xRowBytes: usize, w: usize, b: usize, y: usize, yRowBytes: usize,
): void {
  let o = 0;
  // Two panels at a time if V8 makes 256-bit vectors: 80 instead of 62 GFLOP/s. With 128-bit vectors their sums spill.
  if (WIDE) {
    for (; O - o > 12; o += 2 * PANEL) {
      const wNext = w + panelBytes(I);
      let xTile = x;
      let yTile = y + (<usize>o << 2);
      let left = B;
      if (ASC_FEATURE_RELAXED_SIMD) {
        // 8 rows are two tiles of 4: after 6 of them, the other two would be alone.
        for (; left >= 6 && left != 8; left -= 6) {
          forward6x16x1(I, xTile, xRowBytes, w, wNext, b, yTile, yRowBytes);
          xTile += 6 * xRowBytes;
          yTile += 6 * yRowBytes;
        }
      }
      for (; left > 0; left -= 4) {
        forward4x16x2(I, xTile, xRowBytes, w, wNext, b, yTile, yRowBytes);
        xTile += xRowBytes << 2;
        yTile += yRowBytes << 2;
      }
      w += panelBytes(I) << 1;
      b += PANEL * 8;
    }
  }
  for (; o < O; o += PANEL) {
    const half = O - o <= 4;
    for (let row = 0; row < B; row += 4) {
      const xTile = x + <usize>row * xRowBytes;
      const yTile = y + <usize>row * yRowBytes + (<usize>o << 2);
      if (half) forward4x4x1(I, xTile, xRowBytes, w, b, yTile, yRowBytes);
      else forward4x8x1(I, xTile, xRowBytes, w, b, yTile, yRowBytes);
    }
    w += panelBytes(I);
    b += PANEL * 4;
  }
}

/**
 * One input per iteration, which V8 unrolls. Unrolling four by hand spills an accumulator: 784-128-10 then trains at 0.87x on Node
 * 20.
 */
function forward4x8x1(I: i32, x: usize, xRowBytes: usize, w: usize, b: usize, y: usize, yRowBytes: usize): void {
  let x0 = x;
  let x1 = x0 + xRowBytes;
  let x2 = x1 + xRowBytes;
  let x3 = x2 + xRowBytes;
  const end = x0 + (<usize>I << 2);
  let acc0x0123 = v128.load(b);
  let acc0x4567 = v128.load(b, 16);
  let acc1x0123 = acc0x0123;
  let acc1x4567 = acc0x4567;
  let acc2x0123 = acc0x0123;
  let acc2x4567 = acc0x4567;
  let acc3x0123 = acc0x0123;
  let acc3x4567 = acc0x4567;
  while (x0 < end) {
    const w0123 = v128.load(w);
    const w4567 = v128.load(w, 16);
    let value = v128.load_splat<f32>(x0);
    acc0x0123 = multiplyAdd(value, w0123, acc0x0123);
    acc0x4567 = multiplyAdd(value, w4567, acc0x4567);
    value = v128.load_splat<f32>(x1);
    acc1x0123 = multiplyAdd(value, w0123, acc1x0123);
    acc1x4567 = multiplyAdd(value, w4567, acc1x4567);
    value = v128.load_splat<f32>(x2);
    acc2x0123 = multiplyAdd(value, w0123, acc2x0123);
    acc2x4567 = multiplyAdd(value, w4567, acc2x4567);
    value = v128.load_splat<f32>(x3);
    acc3x0123 = multiplyAdd(value, w0123, acc3x0123);
    acc3x4567 = multiplyAdd(value, w4567, acc3x4567);
    x0 += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
    w += 32;
  }
  v128.store(y, acc0x0123);
  v128.store(y, acc0x4567, 16);
  y += yRowBytes;
  v128.store(y, acc1x0123);
  v128.store(y, acc1x4567, 16);
  y += yRowBytes;
  v128.store(y, acc2x0123);
  v128.store(y, acc2x4567, 16);
  y += yRowBytes;
  v128.store(y, acc3x0123);
  v128.store(y, acc3x4567, 16);
}

function forward4x4x1(I: i32, x: usize, xRowBytes: usize, w: usize, b: usize, y: usize, yRowBytes: usize): void {
  let x0 = x;
  let x1 = x0 + xRowBytes;
  let x2 = x1 + xRowBytes;
  let x3 = x2 + xRowBytes;
  const end = x0 + (<usize>I << 2);
  let acc0 = v128.load(b);
  let acc1 = acc0;
  let acc2 = acc0;
  let acc3 = acc0;
  while (x0 < end) {
    const w0123 = v128.load(w);
    acc0 = multiplyAdd(v128.load_splat<f32>(x0), w0123, acc0);
    acc1 = multiplyAdd(v128.load_splat<f32>(x1), w0123, acc1);
    acc2 = multiplyAdd(v128.load_splat<f32>(x2), w0123, acc2);
    acc3 = multiplyAdd(v128.load_splat<f32>(x3), w0123, acc3);
    x0 += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
    w += 16;
  }
  v128.store(y, acc0);
  y += yRowBytes;
  v128.store(y, acc1);
  y += yRowBytes;
  v128.store(y, acc2);
  y += yRowBytes;
  v128.store(y, acc3);
}

/** One row, four panels at a time: eight independent sums hide the latency of the addition. */
function forwardRow(I: i32, O: i32, x: usize, w: usize, b: usize, y: usize): void {
  const step = panelBytes(I);
  while (O > 28) {
    forward1x32x1(I, x, w, step, b, y);
    w += step << 2;
    b += 128;
    y += 128;
    O -= 32;
  }
  while (O > 4) {
    forward1x8x1(I, x, w, b, y);
    w += step;
    b += 32;
    y += 32;
    O -= 8;
  }
  if (O > 0) forward1x4x1(I, x, w, b, y);
}

function forward1x32x1(I: i32, x: usize, w: usize, step: usize, b: usize, y: usize): void {
  let w0 = w;
  let w1 = w0 + step;
  let w2 = w1 + step;
  let w3 = w2 + step;
  const end = x + (<usize>I << 2);
  let acc0x0123 = v128.load(b);
  let acc0x4567 = v128.load(b, 16);
  let acc1x0123 = v128.load(b, 32);
  let acc1x4567 = v128.load(b, 48);
  let acc2x0123 = v128.load(b, 64);
  let acc2x4567 = v128.load(b, 80);
  let acc3x0123 = v128.load(b, 96);
  let acc3x4567 = v128.load(b, 112);
  while (x < end) {
    const value = v128.load_splat<f32>(x);
    acc0x0123 = multiplyAdd(value, v128.load(w0), acc0x0123);
    acc0x4567 = multiplyAdd(value, v128.load(w0, 16), acc0x4567);
    acc1x0123 = multiplyAdd(value, v128.load(w1), acc1x0123);
    acc1x4567 = multiplyAdd(value, v128.load(w1, 16), acc1x4567);
    acc2x0123 = multiplyAdd(value, v128.load(w2), acc2x0123);
    acc2x4567 = multiplyAdd(value, v128.load(w2, 16), acc2x4567);
    acc3x0123 = multiplyAdd(value, v128.load(w3), acc3x0123);
    acc3x4567 = multiplyAdd(value, v128.load(w3, 16), acc3x4567);
    x += 4;
    w0 += 32;
    w1 += 32;
    w2 += 32;
    w3 += 32;
  }
  v128.store(y, acc0x0123);
  v128.store(y, acc0x4567, 16);
  v128.store(y, acc1x0123, 32);
  v128.store(y, acc1x4567, 48);
  v128.store(y, acc2x0123, 64);
  v128.store(y, acc2x4567, 80);
  v128.store(y, acc3x0123, 96);
  v128.store(y, acc3x4567, 112);
}

function forward1x8x1(I: i32, x: usize, w: usize, b: usize, y: usize): void {
  const end = x + (<usize>I << 2);
  let acc0123 = v128.load(b);
  let acc4567 = v128.load(b, 16);
  while (x < end) {
    const value = v128.load_splat<f32>(x);
    acc0123 = multiplyAdd(value, v128.load(w), acc0123);
    acc4567 = multiplyAdd(value, v128.load(w, 16), acc4567);
    x += 4;
    w += 32;
  }
  v128.store(y, acc0123);
  v128.store(y, acc4567, 16);
}

function forward1x4x1(I: i32, x: usize, w: usize, b: usize, y: usize): void {
  const end = x + (<usize>I << 2);
  let acc = v128.load(b);
  while (x < end) {
    acc = multiplyAdd(v128.load_splat<f32>(x), v128.load(w), acc);
    x += 4;
    w += 16;
  }
  v128.store(y, acc);
}
