/**
 * Tiles of the weight gradient for 256-bit vectors, used only by the wide builds: one row, more sums than 128-bit registers would hold.
 * The results equal those of the smaller tiles, bit for bit. assembly/README.md has the tiles that were tried.
 *
 * The steps are written out: the sums stay in registers only as locals of one function, and no function can give twelve of them back.
 */
import { multiplyAdd } from '../../math';

/** How many inputs gradient1x16x6 takes. */
export const GRADIENT_INPUTS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;

/** How many of I inputs gradient1x16x6 should take, so that those left are tiles of 8 or, without fusion, of 4, and at most one alone. */
export function inputsOfPairs(I: i32): i32 {
  const left = I % GRADIENT_INPUTS;
  const others = ASC_FEATURE_RELAXED_SIMD ? (left >> 1) * 8 + (left & 1) : left == 0 ? 0 : (GRADIENT_INPUTS - left) * 4;
  return max(I - others, 0);
}

/**
 * One row, two panels of 8 and six inputs, or five without fused multiply-adds: then a product needs the register of two sums. Twelve sums
 * hide the latency of a fused multiply-add, ten that of an addition.
 */
export function gradient1x16x6(
  B: i32, x: usize, xRowBytes: usize, d: usize, dRowBytes: usize, wa: usize, wb: usize, scale: f32,
): void {
  const factor = f32x4.splat(scale);
  const end = x + <usize>B * xRowBytes;
  let acc0a0123 = f32x4.splat(0);
  let acc0a4567 = acc0a0123;
  let acc0b0123 = acc0a0123;
  let acc0b4567 = acc0a0123;
  let acc1a0123 = acc0a0123;
  let acc1a4567 = acc0a0123;
  let acc1b0123 = acc0a0123;
  let acc1b4567 = acc0a0123;
  let acc2a0123 = acc0a0123;
  let acc2a4567 = acc0a0123;
  let acc2b0123 = acc0a0123;
  let acc2b4567 = acc0a0123;
  let acc3a0123 = acc0a0123;
  let acc3a4567 = acc0a0123;
  let acc3b0123 = acc0a0123;
  let acc3b4567 = acc0a0123;
  let acc4a0123 = acc0a0123;
  let acc4a4567 = acc0a0123;
  let acc4b0123 = acc0a0123;
  let acc4b4567 = acc0a0123;
  let acc5a0123 = acc0a0123;
  let acc5a4567 = acc0a0123;
  let acc5b0123 = acc0a0123;
  let acc5b4567 = acc0a0123;
  while (x < end) {
    const a0123 = v128.load(d);
    const a4567 = v128.load(d, 16);
    const b0123 = v128.load(d, 32);
    const b4567 = v128.load(d, 48);
    let value = v128.load_splat<f32>(x);
    acc0a0123 = multiplyAdd(value, a0123, acc0a0123);
    acc0a4567 = multiplyAdd(value, a4567, acc0a4567);
    acc0b0123 = multiplyAdd(value, b0123, acc0b0123);
    acc0b4567 = multiplyAdd(value, b4567, acc0b4567);
    value = v128.load_splat<f32>(x, 4);
    acc1a0123 = multiplyAdd(value, a0123, acc1a0123);
    acc1a4567 = multiplyAdd(value, a4567, acc1a4567);
    acc1b0123 = multiplyAdd(value, b0123, acc1b0123);
    acc1b4567 = multiplyAdd(value, b4567, acc1b4567);
    value = v128.load_splat<f32>(x, 8);
    acc2a0123 = multiplyAdd(value, a0123, acc2a0123);
    acc2a4567 = multiplyAdd(value, a4567, acc2a4567);
    acc2b0123 = multiplyAdd(value, b0123, acc2b0123);
    acc2b4567 = multiplyAdd(value, b4567, acc2b4567);
    value = v128.load_splat<f32>(x, 12);
    acc3a0123 = multiplyAdd(value, a0123, acc3a0123);
    acc3a4567 = multiplyAdd(value, a4567, acc3a4567);
    acc3b0123 = multiplyAdd(value, b0123, acc3b0123);
    acc3b4567 = multiplyAdd(value, b4567, acc3b4567);
    value = v128.load_splat<f32>(x, 16);
    acc4a0123 = multiplyAdd(value, a0123, acc4a0123);
    acc4a4567 = multiplyAdd(value, a4567, acc4a4567);
    acc4b0123 = multiplyAdd(value, b0123, acc4b0123);
    acc4b4567 = multiplyAdd(value, b4567, acc4b4567);
    if (ASC_FEATURE_RELAXED_SIMD) {
      value = v128.load_splat<f32>(x, 20);
      acc5a0123 = multiplyAdd(value, a0123, acc5a0123);
      acc5a4567 = multiplyAdd(value, a4567, acc5a4567);
      acc5b0123 = multiplyAdd(value, b0123, acc5b0123);
      acc5b4567 = multiplyAdd(value, b4567, acc5b4567);
    }
    x += xRowBytes;
    d += dRowBytes;
  }
  acc0a0123 = multiplyAdd(factor, acc0a0123, v128.load(wa));
  acc0a4567 = multiplyAdd(factor, acc0a4567, v128.load(wa, 16));
  acc1a0123 = multiplyAdd(factor, acc1a0123, v128.load(wa, 32));
  acc1a4567 = multiplyAdd(factor, acc1a4567, v128.load(wa, 48));
  acc2a0123 = multiplyAdd(factor, acc2a0123, v128.load(wa, 64));
  acc2a4567 = multiplyAdd(factor, acc2a4567, v128.load(wa, 80));
  acc3a0123 = multiplyAdd(factor, acc3a0123, v128.load(wa, 96));
  acc3a4567 = multiplyAdd(factor, acc3a4567, v128.load(wa, 112));
  acc4a0123 = multiplyAdd(factor, acc4a0123, v128.load(wa, 128));
  acc4a4567 = multiplyAdd(factor, acc4a4567, v128.load(wa, 144));
  acc0b0123 = multiplyAdd(factor, acc0b0123, v128.load(wb));
  acc0b4567 = multiplyAdd(factor, acc0b4567, v128.load(wb, 16));
  acc1b0123 = multiplyAdd(factor, acc1b0123, v128.load(wb, 32));
  acc1b4567 = multiplyAdd(factor, acc1b4567, v128.load(wb, 48));
  acc2b0123 = multiplyAdd(factor, acc2b0123, v128.load(wb, 64));
  acc2b4567 = multiplyAdd(factor, acc2b4567, v128.load(wb, 80));
  acc3b0123 = multiplyAdd(factor, acc3b0123, v128.load(wb, 96));
  acc3b4567 = multiplyAdd(factor, acc3b4567, v128.load(wb, 112));
  acc4b0123 = multiplyAdd(factor, acc4b0123, v128.load(wb, 128));
  acc4b4567 = multiplyAdd(factor, acc4b4567, v128.load(wb, 144));
  if (ASC_FEATURE_RELAXED_SIMD) {
    acc5a0123 = multiplyAdd(factor, acc5a0123, v128.load(wa, 160));
    acc5a4567 = multiplyAdd(factor, acc5a4567, v128.load(wa, 176));
    acc5b0123 = multiplyAdd(factor, acc5b0123, v128.load(wb, 160));
    acc5b4567 = multiplyAdd(factor, acc5b4567, v128.load(wb, 176));
  }
  v128.store(wa, acc0a0123);
  v128.store(wa, acc0a4567, 16);
  v128.store(wa, acc1a0123, 32);
  v128.store(wa, acc1a4567, 48);
  v128.store(wa, acc2a0123, 64);
  v128.store(wa, acc2a4567, 80);
  v128.store(wa, acc3a0123, 96);
  v128.store(wa, acc3a4567, 112);
  v128.store(wa, acc4a0123, 128);
  v128.store(wa, acc4a4567, 144);
  v128.store(wb, acc0b0123);
  v128.store(wb, acc0b4567, 16);
  v128.store(wb, acc1b0123, 32);
  v128.store(wb, acc1b4567, 48);
  v128.store(wb, acc2b0123, 64);
  v128.store(wb, acc2b4567, 80);
  v128.store(wb, acc3b0123, 96);
  v128.store(wb, acc3b4567, 112);
  v128.store(wb, acc4b0123, 128);
  v128.store(wb, acc4b4567, 144);
  if (ASC_FEATURE_RELAXED_SIMD) {
    v128.store(wa, acc5a0123, 160);
    v128.store(wa, acc5a4567, 176);
    v128.store(wb, acc5b0123, 160);
    v128.store(wb, acc5b4567, 176);
  }
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
