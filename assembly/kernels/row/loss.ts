/** Computes the loss of one row and its derivative in one pass, for training sample by sample. */
import { ACTIVATION_SIGMOID, LOSS_MEAN_SQUARED_ERROR } from '../../abi';
import { activationBackward, flushTiny } from '../activation';
import { lossBackward, lossSum } from '../loss';

/**
 * Returns what lossSum gives for one row, and sets d to what lossBackward gives for a batch of one. On entry d holds the weighted
 * sums, Z of lossSum, if the loss is a cross-entropy.
 *
 *   y, s, t (O padded to 4)  ->  d (O padded to 4)
 */
export function rowLoss(loss: i32, derivative: i32, O: i32, y: usize, s: usize, t: usize, d: usize, rowBytes: usize): f64 {
  assert(O > 0 && (rowBytes & 15) == 0);
  if (loss != LOSS_MEAN_SQUARED_ERROR) {
    const sum = lossSum(loss, 1, O, y, d, t, rowBytes);
    lossBackward(loss, derivative, 1, O, y, s, t, d, rowBytes, 1);
    return sum;
  }
  const factor = f32x4.splat(2 / <f32>O);
  const one = f32x4.splat(1);
  const fused = derivative == ACTIVATION_SIGMOID;
  let low = f64x2.splat(0);
  let high = low;
  for (let offset: usize = 0; offset < rowBytes; offset += 16) {
    const output = v128.load(y + offset);
    const difference = f32x4.sub(output, v128.load(t + offset));
    const first = f64x2.promote_low_f32x4(difference);
    const second = f64x2.promote_low_f32x4(v128.shuffle<f32>(difference, difference, 2, 3, 0, 1));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
    let delta = f32x4.mul(factor, difference);
    if (fused) delta = f32x4.mul(delta, f32x4.mul(output, f32x4.sub(one, output)));
    v128.store(d + offset, flushTiny(delta));
  }
  if (!fused) activationBackward(derivative, 1, O, s, d, rowBytes);
  const sum = f64x2.add(low, high);
  return (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)) / <f64>O;
}
