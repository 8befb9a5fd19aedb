/** Packs inputs and targets, checks them against a network, and scales them for it. */

import type { EngineSamples } from '../engine/engine.js';
import { sliceOf } from '../foundation/memory.js';
import type { NetworkSpec } from '../options/network.js';
import { type PackedSamples, packSamples, type Samples } from './samples.js';
import type { Scaling, ScalingLearner } from './scaling.js';
import { type Labels, packTargets } from './targets.js';

/** Samples, with the class of each where there are classes: stratified splits and class weights need it. */
export interface PackedPairs extends EngineSamples {
  readonly classes: Uint32Array | undefined;
}

/** What a call checks its numbers against and scales them by. `scaling` is undefined until it is learned. */
export interface Receiver {
  readonly call: string;
  readonly spec: NetworkSpec;
  readonly scaling: Scaling | undefined;
  /** Makes what learns the scaling; undefined where the network scales nothing. */
  readonly createLearner: (() => ScalingLearner) | undefined;
}

export function packInputs({ call, spec, scaling }: Receiver, name: string, inputs: Samples): PackedSamples {
  const widthIs = "the network's inputs";
  const packed = packSamples({ call, name, width: spec.inputs, widthIs, option: 'inputs' }, inputs);
  if (scaling?.inputs === undefined) return packed;
  return { ...packed, values: scaling.inputs.apply(`${call}: ${name}`, packed.values) };
}

/** `prefix` is for messages: `validation.` for the inputs and targets that validate. */
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

/** The samples of a fit, packed and checked. `validation`: other samples that validate, or the fraction of `all` that does. */
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

/** Copies, for a fit that has to wait before an engine takes the samples: until then they may be the caller's own arrays. */
export function own({ all, validation }: GivenSamples): GivenSamples {
  return { all: copied(all), validation: typeof validation === 'object' ? copied(validation) : validation };
}

/** A copy that nobody else can change. */
export function copied<T extends EngineSamples>(samples: T): T {
  return { ...samples, inputs: sliceOf(samples.inputs), targets: sliceOf(samples.targets) };
}
