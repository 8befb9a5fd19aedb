/**
 * The steps of several samples with momentum, for the weights and biases of a dense layer (assembly/train/momentum.ts has the
 * equation).
 *
 * Shapes: B rows, I inputs, O outputs. Rows lie `RowBytes` apart. Weights and velocities lie in panels (panel.ts).
 */
import { PANEL } from '../../abi';
import { flushTiny } from '../activation';
import { multiplyAdd } from '../math';
import { panelGap } from './panel';

/**
 * W += reach V + X^T D, then V := keep V + X^T E, row by row.
 *
 *   X (B, I) · D, E (B, O padded to 4), what the gradients add to weights and to velocities  ->  W and V in panels
 *
 * Weights and velocities pass through the registers once, and stay there for all rows. If padded outputs of D and E are 0, those of
 * W and V stay 0.
 *
 * Time as a multiple of denseStepWeights, 8 rows of 784 x 128 (Node 20 and 24; 24 wide; 24 relaxed and wide):
 *
 *   this tile, 1x8x2                            2.15   2.16   2.17   2.07
 *   four inputs: weights, then velocities       2.20   2.20   2.33   2.12
 *   four inputs, both: 16 sums spill           11.24   2.75   2.15   2.05
 *   this tile, flushing every time              2.44   2.48   2.57   2.45
 */
export function denseMomentumSteps(
  B: i32, I: i32, O: i32, x: usize, xRowBytes: usize, d: usize, e: usize, dRowBytes: usize, w: usize, v: usize, reach: f32,
  keep: f32,
): void {
  assert(B > 0 && I > 0 && O > 0);
  for (let o = 0; o < O; o += PANEL) {
    let i = x;
    const end = x + (<usize>I << 2);
    if (O - o > 4) {
      for (; i + 4 < end; i += 8) {
        momentum1x8x2(B, i, xRowBytes, d, e, dRowBytes, w, v, reach, keep);
        w += 64;
        v += 64;
      }
      if (i < end) {
        momentum1x4x1(B, i, xRowBytes, d, e, dRowBytes, w, v, reach, keep);
        momentum1x4x1(B, i, xRowBytes, d + 16, e + 16, dRowBytes, w + 16, v + 16, reach, keep);
        w += 32;
        v += 32;
      }
      w += panelGap(I);
      v += panelGap(I);
    } else {
      for (; i < end; i += 4) {
        momentum1x4x1(B, i, xRowBytes, d, e, dRowBytes, w, v, reach, keep);
        w += 16;
        v += 16;
      }
    }
    d += 32;
    e += 32;
  }
}

/**
 * The same for biases, which are weights of an input that is always 1: b += reach v + the sum of the rows of D, and so on. Velocities
 * below 1e-30 become 0.
 */
export function denseMomentumBiases(
  B: i32, O: i32, d: usize, e: usize, dRowBytes: usize, b: usize, v: usize, reach: f32, keep: f32,
): void {
  const bytes = <usize>B * dRowBytes;
  for (let o = 0; o < O; o += 4) {
    let velocity = v128.load(v);
    let bias = multiplyAdd(f32x4.splat(reach), velocity, v128.load(b));
    velocity = f32x4.mul(f32x4.splat(keep), velocity);
    for (let row: usize = 0; row < bytes; row += dRowBytes) {
      bias = f32x4.add(bias, v128.load(d + row));
      velocity = f32x4.add(velocity, v128.load(e + row));
    }
    v128.store(b, bias);
    v128.store(v, flushTiny(velocity));
    d += 16;
    e += 16;
    b += 16;
    v += 16;
  }
}

function momentum1x8x2(
  B: i32, x: usize, xRowBytes: usize, d: usize, e: usize, dRowBytes: usize, w: usize, v: usize, reach: f32, keep: f32,
): void {
  const end = x + <usize>B * xRowBytes;
  let factor = f32x4.splat(reach);
  let v0x0123 = v128.load(v);
  let v0x4567 = v128.load(v, 16);
  let v1x0123 = v128.load(v, 32);
  let v1x4567 = v128.load(v, 48);
  let w0x0123 = multiplyAdd(factor, v0x0123, v128.load(w));
  let w0x4567 = multiplyAdd(factor, v0x4567, v128.load(w, 16));
  let w1x0123 = multiplyAdd(factor, v1x0123, v128.load(w, 32));
  let w1x4567 = multiplyAdd(factor, v1x4567, v128.load(w, 48));
  factor = f32x4.splat(keep);
  v0x0123 = f32x4.mul(factor, v0x0123);
  v0x4567 = f32x4.mul(factor, v0x4567);
  v1x0123 = f32x4.mul(factor, v1x0123);
  v1x4567 = f32x4.mul(factor, v1x4567);
  while (x < end) {
    const x0 = v128.load_splat<f32>(x);
    const x1 = v128.load_splat<f32>(x, 4);
    let first = v128.load(d);
    let second = v128.load(d, 16);
    w0x0123 = multiplyAdd(x0, first, w0x0123);
    w0x4567 = multiplyAdd(x0, second, w0x4567);
    w1x0123 = multiplyAdd(x1, first, w1x0123);
    w1x4567 = multiplyAdd(x1, second, w1x4567);
    first = v128.load(e);
    second = v128.load(e, 16);
    v0x0123 = multiplyAdd(x0, first, v0x0123);
    v0x4567 = multiplyAdd(x0, second, v0x4567);
    v1x0123 = multiplyAdd(x1, first, v1x0123);
    v1x4567 = multiplyAdd(x1, second, v1x4567);
    x += xRowBytes;
    d += dRowBytes;
    e += dRowBytes;
  }
  v128.store(w, w0x0123);
  v128.store(w, w0x4567, 16);
  v128.store(w, w1x0123, 32);
  v128.store(w, w1x4567, 48);
  v128.store(v, v0x0123);
  v128.store(v, v0x4567, 16);
  v128.store(v, v1x0123, 32);
  v128.store(v, v1x4567, 48);
}

function momentum1x4x1(
  B: i32, x: usize, xRowBytes: usize, d: usize, e: usize, dRowBytes: usize, w: usize, v: usize, reach: f32, keep: f32,
): void {
  const end = x + <usize>B * xRowBytes;
  let velocity = v128.load(v);
  let weight = multiplyAdd(f32x4.splat(reach), velocity, v128.load(w));
  velocity = f32x4.mul(f32x4.splat(keep), velocity);
  while (x < end) {
    const value = v128.load_splat<f32>(x);
    weight = multiplyAdd(value, v128.load(d), weight);
    velocity = multiplyAdd(value, v128.load(e), velocity);
    x += xRowBytes;
    d += dRowBytes;
    e += dRowBytes;
  }
  v128.store(w, weight);
  v128.store(v, velocity);
}
