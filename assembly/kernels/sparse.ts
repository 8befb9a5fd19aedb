/**
 * A dense layer on sparse rows: forward, and backward to its weights. Only the weights of inputs that are not 0 are read or changed, so the
 * work goes by the entries of the rows, not by I. Knows no activation and no loss.
 *
 * Shapes: B rows, I inputs, O outputs. X has one list of entries for each sample, as SciPy's csr_matrix: sample s has `values` at places
 * starts[s] .. starts[s + 1] - 1, in the same places of `columns`, which ascend. Row r is sample order[r]. All but the values are uint32.
 * Weights lie in panels (dense/panel.ts). Every row is computed by itself, so it gives the same bits alone and among other rows.
 */
import { panelBytes } from './dense/panel';
import { multiplyAdd } from './math';

/**
 * Forward: Y = X W + b.
 *
 *   X (B, I) sparse · W panels · b (O padded to 4)  ->  Y (B, O padded to 4)
 *
 * Overwrites Y. Padded outputs come out as 0.
 */
export function sparseForward(
  B: i32, I: i32, O: i32, order: usize, starts: usize, columns: usize, values: usize, w: usize, b: usize, y: usize,
  yRowBytes: usize,
): void {
  assert(B > 0 && I > 0 && O > 0);
  const step = panelBytes(I);
  for (let row = 0; row < B; row++) {
    const first = startOf(row, order, starts);
    const from = (<usize>load<u32>(first)) << 2;
    const end = (<usize>load<u32>(first, 4)) << 2;
    let panel = w;
    let bias = b;
    let out = y + <usize>row * yRowBytes;
    let left = O;
    for (; left > 28; left -= 32) {
      forward1x32x1(columns + from, values + from, values + end, panel, step, bias, out);
      panel += step << 2;
      bias += 128;
      out += 128;
    }
    for (; left > 4; left -= 8) {
      forward1x8x1(columns + from, values + from, values + end, panel, bias, out);
      panel += step;
      bias += 32;
      out += 32;
    }
    if (left > 0) forward1x4x1(columns + from, values + from, values + end, panel, bias, out);
  }
}

/**
 * Weight gradient: G += scale X^T D, row by row.
 *
 *   X (B, I) sparse · D (B, O padded to 4)  ->  G laid out like W
 *
 * With G = W and scale = -learning rate this is the step of stochastic gradient descent itself. Accumulates. If padded outputs of D are 0,
 * those of G stay as they are.
 */
export function sparseBackwardWeights(
  B: i32, I: i32, O: i32, order: usize, starts: usize, columns: usize, values: usize, d: usize, dRowBytes: usize, w: usize,
  scale: f32,
): void {
  assert(B > 0 && I > 0 && O > 0);
  const step = panelBytes(I);
  for (let row = 0; row < B; row++) {
    const first = startOf(row, order, starts);
    const from = (<usize>load<u32>(first)) << 2;
    const end = (<usize>load<u32>(first, 4)) << 2;
    let panel = w;
    let delta = d + <usize>row * dRowBytes;
    let left = O;
    for (; left > 12; left -= 16) {
      gradient1x16x1(columns + from, values + from, values + end, panel, step, delta, scale);
      panel += step << 1;
      delta += 64;
    }
    for (; left > 4; left -= 8) {
      gradient1x8x1(columns + from, values + from, values + end, panel, delta, scale);
      panel += step;
      delta += 32;
    }
    if (left > 0) gradient1x4x1(columns + from, values + from, values + end, panel, delta, scale);
  }
}

/** Where the start of the entries of a row stands; after it stands their end. */
// @ts-ignore: decorator
@inline
function startOf(row: i32, order: usize, starts: usize): usize {
  return starts + ((<usize>load<u32>(order + (<usize>row << 2))) << 2);
}

/** Four panels at a time, in the order of the entries. */
function forward1x32x1(column: usize, value: usize, end: usize, w: usize, step: usize, b: usize, y: usize): void {
  let acc0x0123 = v128.load(b);
  let acc0x4567 = v128.load(b, 16);
  let acc1x0123 = v128.load(b, 32);
  let acc1x4567 = v128.load(b, 48);
  let acc2x0123 = v128.load(b, 64);
  let acc2x4567 = v128.load(b, 80);
  let acc3x0123 = v128.load(b, 96);
  let acc3x4567 = v128.load(b, 112);
  while (value < end) {
    const x = v128.load_splat<f32>(value);
    let p = w + ((<usize>load<u32>(column)) << 5);
    acc0x0123 = multiplyAdd(x, v128.load(p), acc0x0123);
    acc0x4567 = multiplyAdd(x, v128.load(p, 16), acc0x4567);
    p += step;
    acc1x0123 = multiplyAdd(x, v128.load(p), acc1x0123);
    acc1x4567 = multiplyAdd(x, v128.load(p, 16), acc1x4567);
    p += step;
    acc2x0123 = multiplyAdd(x, v128.load(p), acc2x0123);
    acc2x4567 = multiplyAdd(x, v128.load(p, 16), acc2x4567);
    p += step;
    acc3x0123 = multiplyAdd(x, v128.load(p), acc3x0123);
    acc3x4567 = multiplyAdd(x, v128.load(p, 16), acc3x4567);
    value += 4;
    column += 4;
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

function forward1x8x1(column: usize, value: usize, end: usize, w: usize, b: usize, y: usize): void {
  let acc0123 = v128.load(b);
  let acc4567 = v128.load(b, 16);
  while (value < end) {
    const x = v128.load_splat<f32>(value);
    const p = w + ((<usize>load<u32>(column)) << 5);
    acc0123 = multiplyAdd(x, v128.load(p), acc0123);
    acc4567 = multiplyAdd(x, v128.load(p, 16), acc4567);
    value += 4;
    column += 4;
  }
  v128.store(y, acc0123);
  v128.store(y, acc4567, 16);
}

function forward1x4x1(column: usize, value: usize, end: usize, w: usize, b: usize, y: usize): void {
  let acc = v128.load(b);
  while (value < end) {
    acc = multiplyAdd(v128.load_splat<f32>(value), v128.load(w + ((<usize>load<u32>(column)) << 4)), acc);
    value += 4;
    column += 4;
  }
  v128.store(y, acc);
}

/** Two panels at a time: the deltas stay in registers for all entries of the row. */
function gradient1x16x1(column: usize, value: usize, end: usize, w: usize, step: usize, d: usize, scale: f32): void {
  const factor = f32x4.splat(scale);
  const d0x0123 = f32x4.mul(factor, v128.load(d));
  const d0x4567 = f32x4.mul(factor, v128.load(d, 16));
  const d1x0123 = f32x4.mul(factor, v128.load(d, 32));
  const d1x4567 = f32x4.mul(factor, v128.load(d, 48));
  while (value < end) {
    const x = v128.load_splat<f32>(value);
    const p = w + ((<usize>load<u32>(column)) << 5);
    v128.store(p, multiplyAdd(x, d0x0123, v128.load(p)));
    v128.store(p, multiplyAdd(x, d0x4567, v128.load(p, 16)), 16);
    const q = p + step;
    v128.store(q, multiplyAdd(x, d1x0123, v128.load(q)));
    v128.store(q, multiplyAdd(x, d1x4567, v128.load(q, 16)), 16);
    value += 4;
    column += 4;
  }
}

function gradient1x8x1(column: usize, value: usize, end: usize, w: usize, d: usize, scale: f32): void {
  const factor = f32x4.splat(scale);
  const d0123 = f32x4.mul(factor, v128.load(d));
  const d4567 = f32x4.mul(factor, v128.load(d, 16));
  while (value < end) {
    const x = v128.load_splat<f32>(value);
    const p = w + ((<usize>load<u32>(column)) << 5);
    v128.store(p, multiplyAdd(x, d0123, v128.load(p)));
    v128.store(p, multiplyAdd(x, d4567, v128.load(p, 16)), 16);
    value += 4;
    column += 4;
  }
}

function gradient1x4x1(column: usize, value: usize, end: usize, w: usize, d: usize, scale: f32): void {
  const delta = f32x4.mul(f32x4.splat(scale), v128.load(d));
  while (value < end) {
    const p = w + ((<usize>load<u32>(column)) << 4);
    v128.store(p, multiplyAdd(v128.load_splat<f32>(value), delta, v128.load(p)));
    value += 4;
    column += 4;
  }
}
