/** Training per sample: a step after each, straight into the weights. */
import type { Loss } from '../../options/types.js';
import type { Metric, Totals } from '../engine.js';
import { activate, activationDelta } from './activation.js';
import type { JsLayer } from './layer.js';
import { addCorrect, addLossBackward } from './loss.js';

/**
 * Trains on the rows that wait in the inputs of the first layer, with targets t (rows, outputs). Layers below `lowest` learn
 * nothing. Adds to `totals`. False where a loss was not finite: it stopped before that step.
 *
 * Narrow layers are computed here, in one function from the sample to the step: a call costs more than such a layer takes.
 * With methods of the layer for them too, 2-2-1 takes 1.2 times as long (Node 20 and 24, Xeon, 2026-11).
 */
export function trainOnline(
  layers: readonly JsLayer[],
  lowest: number,
  loss: Loss,
  metric: Metric,
  rows: number,
  t: Float64Array,
  rate: number,
  totals: Totals,
): boolean {
  const top = layers.length - 1;
  const { spec: last, outputs, deltas } = layers[top] as JsLayer;
  for (let row = 0; row < rows; row++) {
    for (let l = 0; l <= top; l++) {
      const layer = layers[l] as JsLayer;
      const xAt = l === 0 ? row * layer.spec.inputs : 0;
      if (layer.narrow) {
        const { spec, inputs: x, weights, biases, outputs: y } = layer;
        for (let o = 0, w = 0; o < spec.units; o++) {
          let sum = biases[o] as number;
          for (let i = 0; i < spec.inputs; i++, w++) sum += (x[xAt + i] as number) * (weights[w] as number);
          y[o] = activate(spec.activation, sum);
        }
      } else {
        layer.forwardRow(xAt);
      }
    }
    const tAt = row * last.units;
    if (metric !== 'none') addCorrect(metric, 1, last.units, outputs, t, tAt, totals);
    if (!addLossBackward(loss, last.activation, 1, last.units, outputs, t, tAt, deltas, 1, totals)) return false;
    for (let l = top; l >= lowest; l--) {
      const layer = layers[l] as JsLayer;
      const xAt = l === 0 ? row * layer.spec.inputs : 0;
      const below = l > lowest ? layers[l - 1] : undefined;
      if (!layer.narrow) {
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
        for (let i = 0; i < I; i++) dx[i] = activationDelta(below.spec.activation, x[i] as number, dx[i] as number);
      }
    }
  }
  return true;
}
