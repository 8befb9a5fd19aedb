/** Inputs with their targets, packed, checked against a network and scaled for it, whole or in parts. */
import type { Samples as EngineSamples } from '../engine/engine.js';
import type { NetworkSpec } from '../options/network.js';
import { type PackedSamples, packSamples, type Samples } from './samples.js';
import type { Scaling, ScalingLearner } from './scaling.js';
import { type Labels, packTargets } from './targets.js';

/** Samples with the class of each where there are classes, for stratified splits and weights. */
export interface PackedPairs extends EngineSamples {
  readonly classes: Uint32Array | undefined;
}

/** What the numbers of a call are checked against and scaled by. `scaling` is undefined until it is learned. */
export interface Receiver {
  readonly call: string;
  readonly spec: NetworkSpec;
  readonly scaling: Scaling | undefined;
  /** To learn it with; undefined where the network scales nothing. */
  readonly createLearner: (() => ScalingLearner) | undefined;
}

export function packInputs({ call, spec, scaling }: Receiver, name: string, inputs: Samples): PackedSamples {
  const widthIs = "the network's inputs";
  const packed = packSamples({ call, name, width: spec.inputs, widthIs, option: 'inputs' }, inputs);
  if (scaling?.inputs === undefined) return packed;
  return { ...packed, values: scaling.inputs.apply(`${call}: ${name}`, packed.values) };
}

/** `prefix` is for messages: `validation.` where these are the validation's inputs and targets. */
export function packPairs(receiver: Receiver, inputs: Samples, targets: Samples | Labels, prefix = ''): PackedPairs {
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

/** What a fit is given, packed and checked: samples, and those that validate or the fraction of the samples that is to. */
export interface GivenSamples {
  readonly all: PackedPairs;
  readonly validation: PackedPairs | number | undefined;
}

export function packFit(
  receiver: Receiver,
  inputs: Samples,
  targets: Samples | Labels,
  validation: number | { inputs: Samples; targets: Samples | Labels } | undefined,
): GivenSamples {
  const all = packPairs(receiver, inputs, targets);
  if (typeof validation !== 'object') return { all, validation };
  return { all, validation: packPairs(receiver, validation.inputs, validation.targets, 'validation.') };
}

/** The samples as copies, for whoever has to wait before an engine takes them: until then they may be the caller's arrays. */
export function own({ all, validation }: GivenSamples): GivenSamples {
  return { all: copied(all), validation: typeof validation === 'object' ? copied(validation) : validation };
}

/** Samples that are nobody else's. */
export function copied<T extends EngineSamples>(samples: T): T {
  return { ...samples, inputs: samples.inputs.slice(), targets: samples.targets.slice() };
}
