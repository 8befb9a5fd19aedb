/**
 * What networks need whose targets may be any numbers, as one chunk: the others do not load it. Their losses have outputs that are
 * probabilities.
 */
import { codedError } from '../foundation/errors.js';
import { givesProbabilities } from '../options/activations.js';
import type { LayerSpec, NetworkSpec } from '../options/spec.js';

export { numbersOf, reportOfNumbers } from '../report/numbers.js';

/** Throws ERR_UNSUPPORTED where outputs are not probabilities. */
export function checkClassifies(call: string, { layers, normalizeTargets }: NetworkSpec): void {
  const { activation } = layers[layers.length - 1] as LayerSpec;
  const scaled = normalizeTargets !== false;
  if (!scaled && givesProbabilities(activation)) return;
  const kind = scaled ? 'scaled' : activation;
  const mend = 'Use predict, or give the output layer activation: "softmax" (or "sigmoid"), without normalizeTargets.';
  throw codedError('ERR_UNSUPPORTED', `${call}: a ${kind} output gives no probability. ${mend}`);
}
