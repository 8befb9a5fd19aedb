/** Inputs with their targets, packed, checked against a network and scaled for it, whole or in parts. */
import type { Samples as EngineSamples } from '../engine/engine.js';
import { float32 } from '../memory.js';
import type { NetworkSpec } from '../options/network.js';
import { type PackedSamples, packSamples, type Samples } from './samples.js';
import { type Scaling, ScalingLearner } from './scaling.js';
import { splitValidation } from './split.js';
import { type Labels, packTargets } from './targets.js';
import { packWeights } from './weights.js';

/** Samples with the class of each where there are classes, for stratified splits and weights. */
export interface PackedPairs extends EngineSamples {
  readonly classes: Uint32Array | undefined;
}

/** What the numbers of a call are checked against and scaled by. `scaling` is undefined until it is learned. */
export interface Receiver {
  readonly call: string;
  readonly spec: NetworkSpec;
  readonly scaling: Scaling | undefined;
}

export function packInputs({ call, spec, scaling }: Receiver, name: string, inputs: Samples): PackedSamples {
  const widthIs = "the network's inputs";
  const packed = packSamples({ call, name, width: spec.inputs, widthIs, option: 'inputs' }, inputs);
  if (scaling?.inputs === undefined) return packed;
  return { ...packed, values: scaling.inputs.apply(`${call}: ${name}`, packed.values) };
}

/** `prefix` is for messages: `validation.` where these are the validation's inputs and targets. */
export function packPairs(
  receiver: Receiver,
  inputs: Samples,
  targets: Samples | Labels,
  prefix = '',
): PackedPairs {
  const { call, spec, scaling } = receiver;
  const { values, count } = packInputs(receiver, `${prefix}inputs`, inputs);
  const packed = packTargets(call, prefix, targets, spec, count);
  const { metric, classes } = packed;
  const name = `${call}: ${prefix}targets`;
  const scaled =
    scaling?.targets !== undefined && packed.values instanceof Float32Array
      ? scaling.targets.apply(name, packed.values)
      : packed.values;
  return { count, inputs: values, targets: scaled, metric, classes };
}

/** What a fit is given. Weights as users gave them. */
export interface FitData {
  readonly inputs: Samples;
  readonly targets: Samples | Labels;
  readonly validation: number | { inputs: Samples; targets: Samples | Labels } | undefined;
  readonly classWeights: unknown;
  readonly sampleWeights: unknown;
}

/**
 * What a fit trains on and what it validates with: samples of their own, or a fraction of all split off. A scaling that the
 * network is to have and has not is learned from the samples that train, and from no other.
 */
export function packFit(
  receiver: Receiver,
  { inputs, targets, validation, classWeights, sampleWeights }: FitData,
): { training: EngineSamples; validation: EngineSamples | undefined; scaling: Scaling | undefined } {
  const { call, spec } = receiver;
  const all = packPairs(receiver, inputs, targets);
  const weighted = { ...all, weights: packWeights(call, spec, all, classWeights, sampleWeights) };
  const own = typeof validation === 'object' ? validation : undefined;
  if (typeof validation !== 'number') {
    const scaling = receiver.scaling ?? learnScaling(spec, weighted);
    return {
      training: receiver.scaling === undefined ? scale(call, scaling, weighted) : weighted,
      validation: own && packPairs({ ...receiver, scaling }, own.inputs, own.targets, 'validation.'),
      scaling,
    };
  }
  const split = splitValidation(validation, all.count, spec.seed, all.classes);
  const training = select(spec, weighted, split.training);
  // Losses of the validation count each sample once.
  const validating = select(spec, all, split.validation);
  if (receiver.scaling !== undefined) return { training, validation: validating, scaling: receiver.scaling };
  const scaling = learnScaling(spec, training);
  return { training: scale(call, scaling, training), validation: scale(call, scaling, validating), scaling };
}

function learnScaling(spec: NetworkSpec, samples: EngineSamples): Scaling | undefined {
  const learner = new ScalingLearner(spec);
  learner.add(samples);
  return learner.scaling();
}

function scale(call: string, scaling: Scaling | undefined, samples: EngineSamples): EngineSamples {
  if (scaling === undefined) return samples;
  const { inputs, targets } = samples;
  return {
    ...samples,
    inputs: scaling.inputs?.apply(`${call}: inputs`, inputs) ?? inputs,
    targets: scaling.targets?.apply(`${call}: targets`, targets as Float32Array) ?? targets,
  };
}

function select(
  spec: NetworkSpec,
  { inputs, targets, metric, weights }: EngineSamples,
  indexes: Uint32Array,
): EngineSamples {
  return {
    count: indexes.length,
    metric,
    inputs: selectRows(inputs, spec.inputs, indexes),
    targets:
      targets instanceof Uint32Array
        ? indexes.map((sample) => targets[sample] as number)
        : selectRows(targets, spec.outputs, indexes),
    weights: weights && selectRows(weights, 1, indexes),
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
