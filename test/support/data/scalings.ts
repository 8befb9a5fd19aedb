/** Shared by the tests of scaling. */
import { type ColumnScaling, ScalingLearner } from '../../../src/data/scaling.js';
import type { Normalization } from '../../../src/index.js';
import { resolveNetwork } from '../../../src/options/network.js';

export const METHODS: readonly Normalization[] = ['standard', 'minMax'];

/** The scaling that is learned from samples, which come in parts of these lengths. */
export function learn(
  method: Normalization,
  width: number,
  values: Float32Array,
  parts: readonly number[] = [],
): ColumnScaling {
  const layers = [{ units: 1, activation: 'linear' }];
  const learner = new ScalingLearner(resolveNetwork({ inputs: width, layers, normalize: method }));
  const targets = new Float32Array(1);
  let from = 0;
  for (const rows of parts) {
    learner.add({ inputs: values.subarray(from, from + rows * width), targets });
    from += rows * width;
  }
  if (from < values.length) learner.add({ inputs: values.subarray(from), targets });
  return learner.scaling().inputs as ColumnScaling;
}
