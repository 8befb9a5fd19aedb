/**
 * Lets a block of samples be trained one by one at the speed of a matrix product (assembly/train/blocks.ts).
 *
 * A sample t sees weights that each earlier sample s < t has changed by -rate x_s^T d_s. So its weighted sums are those with the
 * weights at the start of the block, plus the sum over s < t of (x_s . x_t + 1) (-rate d_s). The inner products x_s . x_t are
 * known in advance. The 1 stands for the bias. Shapes: N samples, I inputs, O outputs; a row of G takes GRAM_ROWS numbers.
 */
import { ACTIVATION_SIGMOID, GRAM_ROWS } from '../abi';
import { activationForward, clearPadding } from './activation';
import { multiplyAdd, sigmoid4, sumLanesOf4 } from './math';

/**
 * G[s][t] = x_s . x_t + bias for s < t (and for a few other pairs near the diagonal).
 *
 *   X (N, I padded to 4 with 0)  ->  G (N, GRAM_ROWS)
 *
 * Overwrites G. Reads rows up to the next multiple of 4, so these must exist; their products are written but never used. Returns
 * false if a product is too large for float32. No product is larger than the largest square, so checking the diagonal is enough.
 */
export function gram(N: i32, x: usize, xRowBytes: usize, g: usize, bias: f32): bool {
  gramRows(0, N, N, x, xRowBytes, g, bias);
  return gramFits(N, g);
}

/** Rows `from` to `to` - 1 of G. `from` is even. */
export function gramRows(from: i32, to: i32, N: i32, x: usize, xRowBytes: usize, g: usize, bias: f32): void {
  assert(N <= GRAM_ROWS && (xRowBytes & 15) == 0 && (from & 1) == 0);
  const one = f32x4.splat(bias);
  for (let s = from; s < to; s += 2) {
    for (let t = s & ~3; t < N; t += 4) {
      const out = g + (<usize>(s * GRAM_ROWS + t) << 2);
      gram2x4x4(x + <usize>s * xRowBytes, x + <usize>t * xRowBytes, xRowBytes, out, one);
    }
  }
}

/** Whether no inner product is too large for float32. All rows of G must be there. */
export function gramFits(N: i32, g: usize): bool {
  let squares: f32 = 0;
  for (let t = 0; t < N; t++) squares += f32.load(g + (<usize>(t * GRAM_ROWS + t) << 2));
  return isFinite(squares);
}

/** One tile of G: two samples by four others, four inputs per step. */
function gram2x4x4(p0: usize, q: usize, xRowBytes: usize, out: usize, one: v128): void {
  let p1 = p0 + xRowBytes;
  let q0 = q;
  let q1 = q0 + xRowBytes;
  let q2 = q1 + xRowBytes;
  let q3 = q2 + xRowBytes;
  const end = p1;
  let acc00 = f32x4.splat(0);
  let acc01 = acc00;
  let acc02 = acc00;
  let acc03 = acc00;
  let acc10 = acc00;
  let acc11 = acc00;
  let acc12 = acc00;
  let acc13 = acc00;
  while (p0 < end) {
    const first = v128.load(p0);
    const second = v128.load(p1);
    let value = v128.load(q0);
    acc00 = multiplyAdd(first, value, acc00);
    acc10 = multiplyAdd(second, value, acc10);
    value = v128.load(q1);
    acc01 = multiplyAdd(first, value, acc01);
    acc11 = multiplyAdd(second, value, acc11);
    value = v128.load(q2);
    acc02 = multiplyAdd(first, value, acc02);
    acc12 = multiplyAdd(second, value, acc12);
    value = v128.load(q3);
    acc03 = multiplyAdd(first, value, acc03);
    acc13 = multiplyAdd(second, value, acc13);
    p0 += 16;
    p1 += 16;
    q0 += 16;
    q1 += 16;
    q2 += 16;
    q3 += 16;
  }
  v128.store(out, f32x4.add(sumLanesOf4(acc00, acc01, acc02, acc03), one));
  v128.store(out, f32x4.add(sumLanesOf4(acc10, acc11, acc12, acc13), one), GRAM_ROWS * 4);
}

/**
 * z_t := f(z_t + sum over s < t of G[s][t] d_s), with f the activation.
 *
 *   D (t, O padded to 4), the deltas times -learning rate · column t of G  ->  z (O padded to 4)
 *
 * Changes z in place, and leaves what f is applied to in `sums`; padded outputs become 0. `slope` and `slopes` are as for
 * activationForward. Sigmoid is computed within the same loop: a
 * pass of its own slows 64-32-10 by 4%.
 */
export function gramActivate(
  activation: i32, slope: f32, t: i32, O: i32, d: usize, dRowBytes: usize, column: usize, z: usize, slopes: usize, sums: usize,
): void {
  const fused = activation == ACTIVATION_SIGMOID;
  const end = z + dRowBytes;
  let p = z;
  while (p + 16 < end) {
    correct1x8x1(fused, t, d, dRowBytes, column, p, sums);
    p += 32;
    sums += 32;
    d += 32;
  }
  if (p < end) correct1x4x1(fused, t, d, dRowBytes, column, p, sums);
  if (fused) clearPadding(O, z, end, dRowBytes);
  else activationForward(activation, slope, 1, O, z, slopes, dRowBytes);
}

function correct1x8x1(
  fused: bool, t: i32, d: usize, dRowBytes: usize, column: usize, z: usize, sums: usize,
): void {
  let z0123 = v128.load(z);
  let z4567 = v128.load(z, 16);
  for (let s = 0; s < t; s++) {
    const product = v128.load_splat<f32>(column);
    z0123 = multiplyAdd(product, v128.load(d), z0123);
    z4567 = multiplyAdd(product, v128.load(d, 16), z4567);
    column += GRAM_ROWS * 4;
    d += dRowBytes;
  }
  v128.store(sums, z0123);
  v128.store(sums, z4567, 16);
  if (fused) {
    z0123 = sigmoid4(z0123);
    z4567 = sigmoid4(z4567);
  }
  v128.store(z, z0123);
  v128.store(z, z4567, 16);
}

function correct1x4x1(
  fused: bool, t: i32, d: usize, dRowBytes: usize, column: usize, z: usize, sums: usize,
): void {
  let z0123 = v128.load(z);
  for (let s = 0; s < t; s++) {
    z0123 = multiplyAdd(v128.load_splat<f32>(column), v128.load(d), z0123);
    column += GRAM_ROWS * 4;
    d += dRowBytes;
  }
  v128.store(sums, z0123);
  v128.store(z, fused ? sigmoid4(z0123) : z0123);
}
