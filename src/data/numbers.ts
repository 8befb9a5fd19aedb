/**
 * What networks need whose targets may be any numbers, as one chunk: the others do not load it. Their losses have outputs that are
 * probabilities.
 */
import { codedError } from '../foundation/errors.js';
import { givesProbabilities } from '../options/activations.js';
import type { LayerSpec, NetworkSpec } from '../options/spec.js';
import type { Samples } from './samples.js';
import { isLabels, type SingleLabels } from './targets.js';

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

/** Throws ERR_INVALID_TYPE where targets are classes, which the only output, or scaled ones, cannot be. `where` is for messages. */
export function checkNumbers(where: string, targets: Samples | SingleLabels, spec: NetworkSpec, samples: number): void {
  const { activation } = spec.layers[spec.layers.length - 1] as LayerSpec;
  const scaled = spec.normalizeTargets !== false;
  if (!isLabels(targets, spec, samples) || !(scaled || (spec.outputs === 1 && !givesProbabilities(activation)))) return;
  const why = scaled ? 'normalizes its targets' : `has a single ${activation} output`;
  const mend = `Give numbers in a Float32Array${scaled ? '' : ', or use activation: "sigmoid"'}.`;
  throw codedError('ERR_INVALID_TYPE', `${where} holds classes, but the network ${why}. ${mend}`);
}
