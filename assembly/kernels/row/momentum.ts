/**
 * The step of one row with momentum, for the weights of a dense layer that learns sample by sample.
 *
 * Shapes: one row of I inputs, O outputs; weights and velocities in panels (../dense/panel.ts).
 */
import { PANEL } from '../../abi';
import { panelGap } from '../dense/panel';
import { multiplyAdd } from '../math';

/**
 * V := momentum V + x^T d, then W -= rate V, or with `nesterov` W -= rate (x^T d + momentum V).
 *
 *   x (I) · d (O padded to 4)  ->  W and V changed in place
 *
 * If padded outputs of d are 0, those of W and V stay 0. Both kinds run the same operations: a branch for each vector costs a tenth on
 * Node 20 and half on Node 24. Nanoseconds, with the delta of the layer below (32 x 10 and 512 x 256; Node 20, then Node 24):
 *
 *   this, after denseBackwardInput               125   38800   120   37700
 *   this for momentum alone                      112   35900   107   33500
 *   fused as rowBackwardStep, momentum alone     119   33900   107   31800
 *   with branches                                160   42500   192   59900
 */
export function rowMomentumStep(
  I: i32, O: i32, x: usize, d: usize, w: usize, v: usize, rate: f32, momentum: f32, nesterov: bool,
): void {
  assert(I > 0 && O > 0);
  const direct = f32x4.splat(nesterov ? -rate : 0);
  const indirect = f32x4.splat(nesterov ? -rate * momentum : -rate);
  const factor = f32x4.splat(momentum);
  const end = x + (<usize>I << 2);
  for (; O > 4; O -= PANEL) {
    const d0123 = v128.load(d);
    const d4567 = v128.load(d, 16);
    for (let i = x; i < end; i += 4) {
      const value = v128.load_splat<f32>(i);
      const g0 = f32x4.mul(value, d0123);
      const g1 = f32x4.mul(value, d4567);
      const v0 = multiplyAdd(factor, v128.load(v), g0);
      const v1 = multiplyAdd(factor, v128.load(v, 16), g1);
      v128.store(v, v0);
      v128.store(v, v1, 16);
      v128.store(w, multiplyAdd(indirect, v0, multiplyAdd(direct, g0, v128.load(w))));
      v128.store(w, multiplyAdd(indirect, v1, multiplyAdd(direct, g1, v128.load(w, 16))), 16);
      w += 32;
      v += 32;
    }
    w += panelGap(I);
    v += panelGap(I);
    d += 32;
  }
  if (O > 0) {
    const d0123 = v128.load(d);
    for (let i = x; i < end; i += 4) {
      const g0 = f32x4.mul(v128.load_splat<f32>(i), d0123);
      const v0 = multiplyAdd(factor, v128.load(v), g0);
      v128.store(v, v0);
      v128.store(w, multiplyAdd(indirect, v0, multiplyAdd(direct, g0, v128.load(w))));
      w += 16;
      v += 16;
    }
  }
}
