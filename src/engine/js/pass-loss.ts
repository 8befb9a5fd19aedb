/** The loss of the rows of a pass, and the deltas of the output layer. */
import type { NetworkSpec } from '../../options/spec.js';
import type { JsLayer } from './layer.js';
import { lossBackward, lossSum, weightDeltas, weightedLossSum } from './loss.js';
import type { Pass } from './pass.js';

/** Sums the losses of the rows. */
export function passLoss({ loss, outputs }: NetworkSpec, pass: Pass, output: JsLayer): number {
  const { rows, targets, weights } = pass;
  const { outputs: y, deltas: z } = output;
  if (weights === undefined) return lossSum(loss, rows, outputs, y, z, 0, targets, 0);
  return weightedLossSum(loss, rows, outputs, y, z, targets, 0, weights, 0);
}

/** Like passLoss, but also computes the deltas, for rows that are part of a batch. */
export function passLossBackward(spec: NetworkSpec, pass: Pass, output: JsLayer, batch: number): number {
  const { loss, outputs } = spec;
  const { rows, targets, weights } = pass;
  const { derivative, outputs: y, slopes, deltas } = output;
  // Before the deltas replace the weighted sums.
  const weighted = weights && passLoss(spec, pass, output);
  const sum = lossBackward(loss, derivative, rows, outputs, y, slopes, targets, 0, deltas, batch);
  if (weights !== undefined) weightDeltas(rows, outputs, deltas, weights, 0);
  return weighted ?? sum;
}
