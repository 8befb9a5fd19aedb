/**
 * Forward tiles for 256-bit vectors, used only by the wide builds. They keep twice as many sums as 128-bit registers would hold.
 *
 * V8 joins two adjacent 128-bit operations to one 256-bit operation. The results equal those of the smaller tiles, bit for bit.
 * assembly/README.md has the tiles that were tried.
 *
 * The steps are written out: the sums stay in registers only as locals of one function, and no function can give twelve of them back.
 */
import { multiplyAdd } from '../../math';

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
 * Six rows by two panels of 8, for fused multiply-adds: twelve sums of 256 bits hide their latency, eight barely do. They take 15 registers
 * with two weights and a value, all that V8 has. Without fusion the product needs one more, and a sum spills.
 */
export function forward6x16x1(
  I: i32, x: usize, xRowBytes: usize, wa: usize, wb: usize, b: usize, y: usize, yRowBytes: usize,
): void {
  let x0 = x;
  let x1 = x0 + xRowBytes;
  let x2 = x1 + xRowBytes;
  let x3 = x2 + xRowBytes;
  let x4 = x3 + xRowBytes;
  let x5 = x4 + xRowBytes;
  const end = x0 + (<usize>I << 2);
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
  let acc4a0123 = acc0a0123;
  let acc4a4567 = acc0a4567;
  let acc4b0123 = acc0b0123;
  let acc4b4567 = acc0b4567;
  let acc5a0123 = acc0a0123;
  let acc5a4567 = acc0a4567;
  let acc5b0123 = acc0b0123;
  let acc5b4567 = acc0b4567;
  while (x0 < end) {
    const a0123 = v128.load(wa);
    const a4567 = v128.load(wa, 16);
    const b0123 = v128.load(wb);
    const b4567 = v128.load(wb, 16);
    let value = v128.load_splat<f32>(x0);
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
    value = v128.load_splat<f32>(x4);
    acc4a0123 = multiplyAdd(value, a0123, acc4a0123);
    acc4a4567 = multiplyAdd(value, a4567, acc4a4567);
    acc4b0123 = multiplyAdd(value, b0123, acc4b0123);
    acc4b4567 = multiplyAdd(value, b4567, acc4b4567);
    value = v128.load_splat<f32>(x5);
    acc5a0123 = multiplyAdd(value, a0123, acc5a0123);
    acc5a4567 = multiplyAdd(value, a4567, acc5a4567);
    acc5b0123 = multiplyAdd(value, b0123, acc5b0123);
    acc5b4567 = multiplyAdd(value, b4567, acc5b4567);
    x0 += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
    x4 += 4;
    x5 += 4;
    wa += 32;
    wb += 32;
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
  y += yRowBytes;
  v128.store(y, acc4a0123);
  v128.store(y, acc4a4567, 16);
  v128.store(y, acc4b0123, 32);
  v128.store(y, acc4b4567, 48);
  y += yRowBytes;
  v128.store(y, acc5a0123);
  v128.store(y, acc5a4567, 16);
  v128.store(y, acc5b0123, 32);
  v128.store(y, acc5b4567, 48);
}
