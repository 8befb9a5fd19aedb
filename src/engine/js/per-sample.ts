/** Training per sample: takes a step after each sample, straight into the weights. */
import type { Loss } from '../../options/types.js';
import type { Totals } from '../engine.js';
import { activate, activationDelta } from './activation.js';
import type { JsLayer } from './layer.js';
import { correctSum, lossBackward, weightDeltas, weightedLossSum } from './loss.js';
import type { Pass } from './pass.js';

/**
 * Trains on the samples of a pass by plain steps. Their inputs must be the inputs of the first layer. Layers below `lowest` learn
 * nothing. `key` is the dropout key of the epoch. Adds to `totals`. Returns false if a loss was not finite: training stopped
 * before that step.
 *
 * Narrow layers are computed here, in one function from the sample to the step, because a call costs more than such a layer. If
 * they used the layer's methods too, 2-2-1 would take 1.2 times as long (Node 20 and 24, Xeon, 2026-11).
 */
export function trainPerSample(
  layers: readonly JsLayer[],
  lowest: number,
  loss: Loss,
  pass: Pass,
  key: number,
  rate: number,
  totals: Totals,
): boolean {
  const { rows, firstRow, metric, targets: t, weights: sampleWeights } = pass;
  const top = layers.length - 1;
  const { spec: last, derivative, outputs, slopes, deltas } = layers[top] as JsLayer;
  for (let row = 0; row < rows; row++) {
    for (let l = 0; l <= top; l++) {
      const layer = layers[l] as JsLayer;
      const xAt = l === 0 ? row * layer.spec.inputs : 0;
      const { single } = layer;
      if (single !== undefined) {
        const { spec, inputs: x, weights, biases, outputs: y, deltas: z } = layer;
        for (let o = 0, w = 0; o < spec.units; o++) {
          let sum = biases[o] as number;
          for (let i = 0; i < spec.inputs; i++, w++) sum += (x[xAt + i] as number) * (weights[w] as number);
          // The loss may need it. The deltas come later.
          z[o] = sum;
          y[o] = activate(single, sum);
        }
      } else {
        layer.forwardRow(xAt, firstRow + row, key);
      }
    }
    const tAt = row * last.units;
    if (metric !== 'none') totals.correct += correctSum(metric, 1, last.units, outputs, t, tAt);
    let value = 0;
    if (sampleWeights === undefined) {
      value = lossBackward(loss, derivative, 1, last.units, outputs, slopes, t, tAt, deltas, 1);
    } else {
      // Before the deltas replace the weighted sums.
      value = weightedLossSum(loss, 1, last.units, outputs, deltas, t, tAt, sampleWeights, row);
      lossBackward(loss, derivative, 1, last.units, outputs, slopes, t, tAt, deltas, 1);
      weightDeltas(1, last.units, deltas, sampleWeights, row);
    }
    totals.loss += value;
    if (!Number.isFinite(value)) return false;
    for (let l = top; l >= lowest; l--) {
      const layer = layers[l] as JsLayer;
      const xAt = l === 0 ? row * layer.spec.inputs : 0;
      const below = l > lowest ? layers[l - 1] : undefined;
      if (layer.single === undefined) {
        layer.backwardRow(xAt, below, rate);
        continue;
      }
      const { spec, inputs: x, weights, biases, deltas: d } = layer;
      const I = spec.inputs;
      if (below === undefined) {
        for (let o = 0, w = 0; o < spec.units; o++) {
          const step = rate * (d[o] as number);
          for (let i = 0; i < I; i++, w++) weights[w] = (weights[w] as number) - step * (x[xAt + i] as number);
          if (spec.bias) biases[o] = (biases[o] as number) - step;
        }
      } else {
        const dx = below.deltas;
        for (let i = 0; i < I; i++) dx[i] = 0;
        for (let o = 0, w = 0; o < spec.units; o++) {
          const delta = d[o] as number;
          const step = rate * delta;
          for (let i = 0; i < I; i++, w++) {
            const weight = weights[w] as number;
            dx[i] = (dx[i] as number) + delta * weight;
            weights[w] = weight - step * (x[i] as number);
          }
          if (spec.bias) biases[o] = (biases[o] as number) - step;
        }
        const { derivative: belowDerivative, slopes: s } = below;
        for (let i = 0; i < I; i++) dx[i] = activationDelta(belowDerivative, s[i] as number, dx[i] as number);
      }
    }
  }
  return true;
}
