/** Losses of one sample: value, derivative, and whether the prediction is right. Shapes: y, t, d (O). */
import { log } from '../../math.js';
import type { BuiltActivation } from '../../options/layers.js';
import type { BuiltLoss } from '../../options/training.js';
import type { Metric } from '../engine.js';
import { activationBackward } from './activation.js';

export function lossValue(loss: BuiltLoss, y: Float64Array, t: Float64Array): number {
  let sum = 0;
  switch (loss) {
    case 'meanSquaredError':
      for (let o = 0; o < y.length; o++) {
        const difference = (y[o] as number) - (t[o] as number);
        sum += difference * difference;
      }
      return sum / y.length;
    case 'binaryCrossEntropy':
      for (let o = 0; o < y.length; o++) {
        const output = y[o] as number;
        const target = t[o] as number;
        sum -= weightedLog(target, output) + weightedLog(1 - target, 1 - output);
      }
      return sum / y.length;
    case 'categoricalCrossEntropy':
      for (let o = 0; o < y.length; o++) sum -= weightedLog(t[o] as number, y[o] as number);
      return sum;
  }
}

/** weight ln p, with ln p held above -100 as PyTorch does, and 0 where the weight is 0. */
function weightedLog(weight: number, p: number): number {
  if (weight === 0 && !Number.isNaN(p)) return 0;
  return weight * Math.max(log(p), -100);
}

/** d := derivative by the weighted sums of the mean loss of a batch of which this sample is one. */
export function lossBackward(
  loss: BuiltLoss,
  activation: BuiltActivation,
  y: Float64Array,
  t: Float64Array,
  d: Float64Array,
  batch: number,
): void {
  const outputs = loss === 'categoricalCrossEntropy' ? 1 : y.length;
  const scale = (loss === 'meanSquaredError' ? 2 : 1) / (batch * outputs);
  for (let o = 0; o < y.length; o++) d[o] = scale * ((y[o] as number) - (t[o] as number));
  // The cross-entropies come with the activation whose derivative cancels theirs: y - t is all of it.
  if (loss === 'meanSquaredError') activationBackward(activation, y, d);
}

/** From 0 to 1: whether the largest output is the largest target, or the share on their target's side of one half. */
export function correctness(metric: Metric, y: Float64Array, t: Float64Array): number {
  if (metric === 'none') return 0;
  if (metric === 'argmax') return Number(indexOfLargest(y) === indexOfLargest(t));
  let right = 0;
  for (let o = 0; o < y.length; o++) if ((y[o] as number) >= 0.5 === (t[o] as number) >= 0.5) right++;
  return right / y.length;
}

function indexOfLargest(values: Float64Array): number {
  let index = 0;
  for (let o = 1; o < values.length; o++) if ((values[o] as number) > (values[index] as number)) index = o;
  return index;
}
