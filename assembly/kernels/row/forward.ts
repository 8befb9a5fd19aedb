/**
 * One row forward through a dense layer, for training sample by sample.
 *
 * Shapes: one row of I inputs, O outputs; weights in panels (../dense/panel.ts). Even and odd inputs have separate sums: a single
 * row has no other rows that could hide the latency of an addition. So the same row may differ in its last bits between training
 * and prediction.
 */
import { panelBytes } from '../dense/panel';
import { multiplyAdd } from '../math';

/**
 * Forward: y = x W + b.
 *
 *   x (I) · W panels · b (O padded to 4)  ->  y (O padded to 4)
 *
 * Overwrites y. Padded outputs come out as 0.
 */
export function rowForward(I: i32, O: i32, x: usize, w: usize, b: usize, y: usize): void {
  assert(I > 0 && O > 0);
  const step = panelBytes(I);
  while (O > 12) {
    forward1x16x2(I, x, w, w + step, b, y);
    w += step << 1;
    b += 64;
    y += 64;
    O -= 16;
  }
  if (O > 8) forward1x12x2(I, x, w, w + step, b, y);
  else if (O > 4) forward1x8x2(I, x, w, b, y);
  else if (O > 0) forward1x4x2(I, x, w, b, y);
}

/** Two panels of 8. */
function forward1x16x2(I: i32, x: usize, w0: usize, w1: usize, b: usize, y: usize): void {
  let even0x0123 = v128.load(b);
  let even0x4567 = v128.load(b, 16);
  let even1x0123 = v128.load(b, 32);
  let even1x4567 = v128.load(b, 48);
  let odd0x0123 = f32x4.splat(0);
  let odd0x4567 = odd0x0123;
  let odd1x0123 = odd0x0123;
  let odd1x4567 = odd0x0123;
  const end = x + (<usize>(I & ~1) << 2);
  while (x < end) {
    let value = v128.load_splat<f32>(x);
    even0x0123 = multiplyAdd(value, v128.load(w0), even0x0123);
    even0x4567 = multiplyAdd(value, v128.load(w0, 16), even0x4567);
    even1x0123 = multiplyAdd(value, v128.load(w1), even1x0123);
    even1x4567 = multiplyAdd(value, v128.load(w1, 16), even1x4567);
    value = v128.load_splat<f32>(x, 4);
    odd0x0123 = multiplyAdd(value, v128.load(w0, 32), odd0x0123);
    odd0x4567 = multiplyAdd(value, v128.load(w0, 48), odd0x4567);
    odd1x0123 = multiplyAdd(value, v128.load(w1, 32), odd1x0123);
    odd1x4567 = multiplyAdd(value, v128.load(w1, 48), odd1x4567);
    x += 8;
    w0 += 64;
    w1 += 64;
  }
  if (I & 1) {
    const value = v128.load_splat<f32>(x);
    even0x0123 = multiplyAdd(value, v128.load(w0), even0x0123);
    even0x4567 = multiplyAdd(value, v128.load(w0, 16), even0x4567);
    even1x0123 = multiplyAdd(value, v128.load(w1), even1x0123);
    even1x4567 = multiplyAdd(value, v128.load(w1, 16), even1x4567);
  }
  v128.store(y, f32x4.add(even0x0123, odd0x0123));
  v128.store(y, f32x4.add(even0x4567, odd0x4567), 16);
  v128.store(y, f32x4.add(even1x0123, odd1x0123), 32);
  v128.store(y, f32x4.add(even1x4567, odd1x4567), 48);
}

/** A panel of 8 and the last panel, of 4. */
function forward1x12x2(I: i32, x: usize, w0: usize, w1: usize, b: usize, y: usize): void {
  let even0x0123 = v128.load(b);
  let even0x4567 = v128.load(b, 16);
  let even1x0123 = v128.load(b, 32);
  let odd0x0123 = f32x4.splat(0);
  let odd0x4567 = odd0x0123;
  let odd1x0123 = odd0x0123;
  const end = x + (<usize>(I & ~1) << 2);
  while (x < end) {
    let value = v128.load_splat<f32>(x);
    even0x0123 = multiplyAdd(value, v128.load(w0), even0x0123);
    even0x4567 = multiplyAdd(value, v128.load(w0, 16), even0x4567);
    even1x0123 = multiplyAdd(value, v128.load(w1), even1x0123);
    value = v128.load_splat<f32>(x, 4);
    odd0x0123 = multiplyAdd(value, v128.load(w0, 32), odd0x0123);
    odd0x4567 = multiplyAdd(value, v128.load(w0, 48), odd0x4567);
    odd1x0123 = multiplyAdd(value, v128.load(w1, 16), odd1x0123);
    x += 8;
    w0 += 64;
    w1 += 32;
  }
  if (I & 1) {
    const value = v128.load_splat<f32>(x);
    even0x0123 = multiplyAdd(value, v128.load(w0), even0x0123);
    even0x4567 = multiplyAdd(value, v128.load(w0, 16), even0x4567);
    even1x0123 = multiplyAdd(value, v128.load(w1), even1x0123);
  }
  v128.store(y, f32x4.add(even0x0123, odd0x0123));
  v128.store(y, f32x4.add(even0x4567, odd0x4567), 16);
  v128.store(y, f32x4.add(even1x0123, odd1x0123), 32);
}

function forward1x8x2(I: i32, x: usize, w: usize, b: usize, y: usize): void {
  let even0123 = v128.load(b);
  let even4567 = v128.load(b, 16);
  let odd0123 = f32x4.splat(0);
  let odd4567 = odd0123;
  const end = x + (<usize>(I & ~1) << 2);
  while (x < end) {
    let value = v128.load_splat<f32>(x);
    even0123 = multiplyAdd(value, v128.load(w), even0123);
    even4567 = multiplyAdd(value, v128.load(w, 16), even4567);
    value = v128.load_splat<f32>(x, 4);
    odd0123 = multiplyAdd(value, v128.load(w, 32), odd0123);
    odd4567 = multiplyAdd(value, v128.load(w, 48), odd4567);
    x += 8;
    w += 64;
  }
  if (I & 1) {
    const value = v128.load_splat<f32>(x);
    even0123 = multiplyAdd(value, v128.load(w), even0123);
    even4567 = multiplyAdd(value, v128.load(w, 16), even4567);
  }
  v128.store(y, f32x4.add(even0123, odd0123));
  v128.store(y, f32x4.add(even4567, odd4567), 16);
}

function forward1x4x2(I: i32, x: usize, w: usize, b: usize, y: usize): void {
  let even = v128.load(b);
  let odd = f32x4.splat(0);
  const end = x + (<usize>(I & ~1) << 2);
  while (x < end) {
    even = multiplyAdd(v128.load_splat<f32>(x), v128.load(w), even);
    odd = multiplyAdd(v128.load_splat<f32>(x, 4), v128.load(w, 16), odd);
    x += 8;
    w += 32;
  }
  if (I & 1) even = multiplyAdd(v128.load_splat<f32>(x), v128.load(w), even);
  v128.store(y, f32x4.add(even, odd));
}
