/**
 * A tile for 256-bit vectors, which only the wide build takes: twice the sums that 128-bit registers would hold.
 *
 * V8 makes one 256-bit operation of two adjacent 128-bit ones. The numbers are those of forward4x8, to the bit.
 * Eight inputs by eight outputs for the weight gradient brought nothing: 58 against 64 GFLOP/s with 8 rows, 66 against 64 with 32.
 */
import { multiplyAdd } from '../math';

/** Four rows, two panels of 8. Two steps at a time by hand: 80 GFLOP/s, 77 without. */
export function forward4x16(
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
