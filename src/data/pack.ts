/** Inputs with their targets, packed and checked against a network, whole or in parts. */
import type { Samples as EngineSamples } from '../engine/engine.js';
import { float32 } from '../memory.js';
import type { NetworkSpec } from '../options/network.js';
import { type PackedSamples, packSamples, type Samples } from './samples.js';
import { splitValidation } from './split.js';
import { type Labels, packTargets } from './targets.js';

/** Samples with the class of each where there are classes, for stratified splits. */
export interface PackedPairs extends EngineSamples {
  readonly classes: Uint32Array | undefined;
}

export function packInputs(spec: NetworkSpec, call: string, name: string, inputs: Samples): PackedSamples {
  const widthIs = "the network's inputs";
  return packSamples({ call, name, width: spec.inputs, widthIs, option: 'inputs' }, inputs);
}

/** `prefix` is for messages: `validation.` where these are the validation's inputs and targets. */
export function packPairs(
  spec: NetworkSpec,
  call: string,
  inputs: Samples,
  targets: Samples | Labels,
  prefix = '',
): PackedPairs {
  const { values, count } = packInputs(spec, call, `${prefix}inputs`, inputs);
  const packed = packTargets(call, prefix, targets, spec, count);
  return { count, inputs: values, targets: packed.values, metric: packed.metric, classes: packed.classes };
}

/** What a fit trains on and what it validates with: samples of their own, or a fraction of all split off. */
export function packFit(
  spec: NetworkSpec,
  inputs: Samples,
  targets: Samples | Labels,
  validation: number | { inputs: Samples; targets: Samples | Labels } | undefined,
): { training: EngineSamples; validation: EngineSamples | undefined } {
  const all = packPairs(spec, 'fit', inputs, targets);
  if (validation === undefined) return { training: all, validation: undefined };
  if (typeof validation !== 'number') {
    return { training: all, validation: packPairs(spec, 'fit', validation.inputs, validation.targets, 'validation.') };
  }
  const split = splitValidation(validation, all.count, spec.seed, all.classes);
  return { training: select(spec, all, split.training), validation: select(spec, all, split.validation) };
}

function select(spec: NetworkSpec, { inputs, targets, metric }: EngineSamples, indexes: Uint32Array): EngineSamples {
  return {
    count: indexes.length,
    metric,
    inputs: selectRows(inputs, spec.inputs, indexes),
    targets:
      targets instanceof Uint32Array
        ? indexes.map((sample) => targets[sample] as number)
        : selectRows(targets, spec.outputs, indexes),
  };
}

function selectRows(values: Float32Array, width: number, indexes: Uint32Array): Float32Array {
  const selected = float32(indexes.length * width);
  let to = 0;
  for (let row = 0; row < indexes.length; row++) {
    const from = (indexes[row] as number) * width;
    for (let i = 0; i < width; i++) selected[to++] = values[from + i] as number;
  }
  return selected;
}
