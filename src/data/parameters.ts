/** Weights and biases that users give, checked against their layer. */

import type { LayerParameters } from '../engine/engine.js';
import { checkObject } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
import { float32, sliceOf } from '../foundation/memory.js';
import type { LayerSpec } from '../options/spec.js';
import { isFloat32, packSamples } from './samples.js';

/** What setParameters takes: shaped as LayerParameters, plain arrays as well, which survive JSON. */
export interface GivenParameters {
  weights?: Float32Array | readonly number[] | undefined;
  biases?: Float32Array | readonly number[] | undefined;
}

/** Copies of those given, as Float32Arrays: a getter of the one might change the other. */
export function packParameters(
  call: string,
  { inputs, units, bias }: Pick<LayerSpec, 'inputs' | 'units' | 'bias'>,
  parameters: unknown,
): Partial<LayerParameters> {
  const { weights, biases } = checkObject(`${call}: parameters`, parameters, ['weights', 'biases']);
  const packed: Partial<LayerParameters> = {};
  if (weights !== undefined)
    packed.weights = tensor(call, 'weights', weights, units * inputs, `${units} units x ${inputs} inputs, row-major`);
  if (biases !== undefined) {
    packed.biases = tensor(call, 'biases', biases, bias ? units : 0, bias ? 'one per unit' : 'the layer has none');
  }
  return packed;
}

/** One weight per sample, for a step; here they may be below 0. */
export function packStepWeights(call: string, weights: unknown, samples: number): Float32Array {
  const view = weights as Float32Array;
  // By index: an array whose buffer was transferred has no iterator.
  const given = ArrayBuffer.isView(weights) ? Array.from({ length: view.length }, (_, i) => view[i]) : weights;
  return tensor(call, 'sampleWeights', given, samples, 'one per sample');
}

function tensor(call: string, name: string, value: unknown, length: number, shape: string): Float32Array {
  if (!isFloat32(value) && !Array.isArray(value)) {
    throw codedError(
      'ERR_INVALID_TYPE',
      `${call}: ${name} is ${describe(value)}, expected an array of length ${length} (${shape}).`,
    );
  }
  if (value.length !== length) {
    const came = `${call}: ${name} has length ${value.length}, expected ${length} (${shape})`;
    throw codedError('ERR_SHAPE', `${came}. Give one flat array.`);
  }
  if (length === 0) return float32(0);
  const { values } = packSamples({ call, name, width: length, widthIs: shape, option: 'other sizes' }, value);
  return values === value ? sliceOf(values) : values;
}
