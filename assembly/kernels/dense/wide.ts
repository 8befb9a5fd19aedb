/**
 * Tiles for 256-bit vectors, used only by the wide builds. They keep twice as many sums as 128-bit registers would hold.
 *
 * V8 joins two adjacent 128-bit operations to one 256-bit operation. The results equal those of the smaller tiles, bit for bit.
 */
import { multiplyAdd } from '../math';

/** Four rows by two panels of 8. Two inputs per iteration, by hand: 80 GFLOP/s, instead of 77 with one. */
export function forward4x16x2(
  I: i32, x: usize, xRowBytes: usize, wa: usize, wb: usize, b: usize, y: usize, yRowBytes: usize,
): void {
  let x0 = x;
  let x1 = x0 + xRowBytes;
  let x2 = x1 + xRowBytes;
  let x3 = x2 + xRowBytes;
  let acc0a0123 = v128.load(b);
  let acc0a4567 = v128.load(b, 16);
  let acc0b0123 = v128.load(b, 32);
  let acc0b4567 = v128.load(b, 48);
  let acc1a0123 = acc0a0123;
  let acc1a4567 = acc0a4567;
  let acc1b0123 = acc0b0123;
  let acc1b4567 = acc0b4567;
  let acc2a0123 = acc0a0123;
  let acc2a4567 = acc0a4567;
  let acc2b0123 = acc0b0123;
  let acc2b4567 = acc0b4567;
  let acc3a0123 = acc0a0123;
  let acc3a4567 = acc0a4567;
  let acc3b0123 = acc0b0123;
  let acc3b4567 = acc0b4567;
  let a0123: v128;
  let a4567: v128;
  let b0123: v128;
  let b4567: v128;
  let value: v128;
  const pairs = x0 + (<usize>(I & ~1) << 2);
  while (x0 < pairs) {
    a0123 = v128.load(wa);
    a4567 = v128.load(wa, 16);
    b0123 = v128.load(wb);
    b4567 = v128.load(wb, 16);
    value = v128.load_splat<f32>(x0);
    acc0a0123 = multiplyAdd(value, a0123, acc0a0123);
    acc0a4567 = multiplyAdd(value, a4567, acc0a4567);
    acc0b0123 = multiplyAdd(value, b0123, acc0b0123);
    acc0b4567 = multiplyAdd(value, b4567, acc0b4567);
    value = v128.load_splat<f32>(x1);
    acc1a0123 = multiplyAdd(value, a0123, acc1a0123);
    acc1a4567 = multiplyAdd(value, a4567, acc1a4567);
    acc1b0123 = multiplyAdd(value, b0123, acc1b0123);
    acc1b4567 = multiplyAdd(value, b4567, acc1b4567);
    value = v128.load_splat<f32>(x2);
    acc2a0123 = multiplyAdd(value, a0123, acc2a0123);
    acc2a4567 = multiplyAdd(value, a4567, acc2a4567);
    acc2b0123 = multiplyAdd(value, b0123, acc2b0123);
    acc2b4567 = multiplyAdd(value, b4567, acc2b4567);
    value = v128.load_splat<f32>(x3);
    acc3a0123 = multiplyAdd(value, a0123, acc3a0123);
    acc3a4567 = multiplyAdd(value, a4567, acc3a4567);
    acc3b0123 = multiplyAdd(value, b0123, acc3b0123);
    acc3b4567 = multiplyAdd(value, b4567, acc3b4567);
    a0123 = v128.load(wa, 32);
    a4567 = v128.load(wa, 48);
    b0123 = v128.load(wb, 32);
    b4567 = v128.load(wb, 48);
    value = v128.load_splat<f32>(x0, 4);
    acc0a0123 = multiplyAdd(value, a0123, acc0a0123);
    acc0a4567 = multiplyAdd(value, a4567, acc0a4567);
    acc0b0123 = multiplyAdd(value, b0123, acc0b0123);
    acc0b4567 = multiplyAdd(value, b4567, acc0b4567);
    value = v128.load_splat<f32>(x1, 4);
    acc1a0123 = multiplyAdd(value, a0123, acc1a0123);
    acc1a4567 = multiplyAdd(value, a4567, acc1a4567);
    acc1b0123 = multiplyAdd(value, b0123, acc1b0123);
    acc1b4567 = multiplyAdd(value, b4567, acc1b4567);
    value = v128.load_splat<f32>(x2, 4);
    acc2a0123 = multiplyAdd(value, a0123, acc2a0123);
    acc2a4567 = multiplyAdd(value, a4567, acc2a4567);
    acc2b0123 = multiplyAdd(value, b0123, acc2b0123);
    acc2b4567 = multiplyAdd(value, b4567, acc2b4567);
    value = v128.load_splat<f32>(x3, 4);
    acc3a0123 = multiplyAdd(value, a0123, acc3a0123);
    acc3a4567 = multiplyAdd(value, a4567, acc3a4567);
    acc3b0123 = multiplyAdd(value, b0123, acc3b0123);
    acc3b4567 = multiplyAdd(value, b4567, acc3b4567);
    x0 += 8;
    x1 += 8;
    x2 += 8;
    x3 += 8;
    wa += 64;
    wb += 64;
  }
  if (I & 1) {
    a0123 = v128.load(wa);
    a4567 = v128.load(wa, 16);
    b0123 = v128.load(wb);
    b4567 = v128.load(wb, 16);
    value = v128.load_splat<f32>(x0);
    acc0a0123 = multiplyAdd(value, a0123, acc0a0123);
    acc0a4567 = multiplyAdd(value, a4567, acc0a4567);
    acc0b0123 = multiplyAdd(value, b0123, acc0b0123);
    acc0b4567 = multiplyAdd(value, b4567, acc0b4567);
    value = v128.load_splat<f32>(x1);
    acc1a0123 = multiplyAdd(value, a0123, acc1a0123);
    acc1a4567 = multiplyAdd(value, a4567, acc1a4567);
    acc1b0123 = multiplyAdd(value, b0123, acc1b0123);
    acc1b4567 = multiplyAdd(value, b4567, acc1b4567);
    value = v128.load_splat<f32>(x2);
    acc2a0123 = multiplyAdd(value, a0123, acc2a0123);
    acc2a4567 = multiplyAdd(value, a4567, acc2a4567);
    acc2b0123 = multiplyAdd(value, b0123, acc2b0123);
    acc2b4567 = multiplyAdd(value, b4567, acc2b4567);
    value = v128.load_splat<f32>(x3);
    acc3a0123 = multiplyAdd(value, a0123, acc3a0123);
    acc3a4567 = multiplyAdd(value, a4567, acc3a4567);
    acc3b0123 = multiplyAdd(value, b0123, acc3b0123);
    acc3b4567 = multiplyAdd(value, b4567, acc3b4567);
  }
  v128.store(y, acc0a0123);
  v128.store(y, acc0a4567, 16);
  v128.store(y, acc0b0123, 32);
  v128.store(y, acc0b4567, 48);
  y += yRowBytes;
  v128.store(y, acc1a0123);
  v128.store(y, acc1a4567, 16);
  v128.store(y, acc1b0123, 32);
  v128.store(y, acc1b4567, 48);
  y += yRowBytes;
  v128.store(y, acc2a0123);
  v128.store(y, acc2a4567, 16);
  v128.store(y, acc2b0123, 32);
  v128.store(y, acc2b4567, 48);
  y += yRowBytes;
  v128.store(y, acc3a0123);
  v128.store(y, acc3a4567, 16);
  v128.store(y, acc3b0123, 32);
  v128.store(y, acc3b4567, 48);
}

/**
 * One row, one panel of 8 and eight inputs, for fused multiply-adds. Four chains of them wait for each other, eight do not.
 * 784-128-10 trains at 185,000 samples/s in batches, against 175,000 with gradient1x8x4. Without fusion this tile gains nothing
 * (66 against 64 GFLOP/s). Nor does a similar tile for denseStepWeights: its few rows do not repay loading 64 weights (158,000
 * against 180,000 samples/s, per sample).
 */
export function gradient1x8x8(
  B: i32, x: usize, xRowBytes: usize, d: usize, dRowBytes: usize, w: usize, scale: f32,
): void {
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
  let acc4x0123 = acc0x0123;
  let acc4x4567 = acc0x0123;
  let acc5x0123 = acc0x0123;
  let acc5x4567 = acc0x0123;
  let acc6x0123 = acc0x0123;
  let acc6x4567 = acc0x0123;
  let acc7x0123 = acc0x0123;
  let acc7x4567 = acc0x0123;
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
    value = v128.load_splat<f32>(x, 16);
    acc4x0123 = multiplyAdd(value, d0123, acc4x0123);
    acc4x4567 = multiplyAdd(value, d4567, acc4x4567);
    value = v128.load_splat<f32>(x, 20);
    acc5x0123 = multiplyAdd(value, d0123, acc5x0123);
    acc5x4567 = multiplyAdd(value, d4567, acc5x4567);
    value = v128.load_splat<f32>(x, 24);
    acc6x0123 = multiplyAdd(value, d0123, acc6x0123);
    acc6x4567 = multiplyAdd(value, d4567, acc6x4567);
    value = v128.load_splat<f32>(x, 28);
    acc7x0123 = multiplyAdd(value, d0123, acc7x0123);
    acc7x4567 = multiplyAdd(value, d4567, acc7x4567);
    x += xRowBytes;
    d += dRowBytes;
  }
  acc0x0123 = multiplyAdd(factor, acc0x0123, v128.load(w, 0));
  acc0x4567 = multiplyAdd(factor, acc0x4567, v128.load(w, 16));
  acc1x0123 = multiplyAdd(factor, acc1x0123, v128.load(w, 32));
  acc1x4567 = multiplyAdd(factor, acc1x4567, v128.load(w, 48));
  acc2x0123 = multiplyAdd(factor, acc2x0123, v128.load(w, 64));
  acc2x4567 = multiplyAdd(factor, acc2x4567, v128.load(w, 80));
  acc3x0123 = multiplyAdd(factor, acc3x0123, v128.load(w, 96));
  acc3x4567 = multiplyAdd(factor, acc3x4567, v128.load(w, 112));
  acc4x0123 = multiplyAdd(factor, acc4x0123, v128.load(w, 128));
  acc4x4567 = multiplyAdd(factor, acc4x4567, v128.load(w, 144));
  acc5x0123 = multiplyAdd(factor, acc5x0123, v128.load(w, 160));
  acc5x4567 = multiplyAdd(factor, acc5x4567, v128.load(w, 176));
  acc6x0123 = multiplyAdd(factor, acc6x0123, v128.load(w, 192));
  acc6x4567 = multiplyAdd(factor, acc6x4567, v128.load(w, 208));
  acc7x0123 = multiplyAdd(factor, acc7x0123, v128.load(w, 224));
  acc7x4567 = multiplyAdd(factor, acc7x4567, v128.load(w, 240));
  v128.store(w, acc0x0123, 0);
  v128.store(w, acc0x4567, 16);
  v128.store(w, acc1x0123, 32);
  v128.store(w, acc1x4567, 48);
  v128.store(w, acc2x0123, 64);
  v128.store(w, acc2x4567, 80);
  v128.store(w, acc3x0123, 96);
  v128.store(w, acc3x4567, 112);
  v128.store(w, acc4x0123, 128);
  v128.store(w, acc4x4567, 144);
  v128.store(w, acc5x0123, 160);
  v128.store(w, acc5x4567, 176);
  v128.store(w, acc6x0123, 192);
  v128.store(w, acc6x4567, 208);
  v128.store(w, acc7x0123, 224);
  v128.store(w, acc7x4567, 240);
}
