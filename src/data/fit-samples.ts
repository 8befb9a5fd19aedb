/**
 * Divides the samples of a fit into those that train and those that validate, weighs them, and learns a scaling from them. A chunk of
 * its own: fits that need none of this do not load it.
 */
import type { EngineSamples } from '../engine/engine.js';
import { float32, withinMemory } from '../foundation/memory.js';
import type { NetworkSpec } from '../options/network.js';
import type { GivenSamples, Receiver } from './pack.js';
import { type GivenWeights, packWeights } from './sample-weights.js';
import type { Scaling } from './scaling.js';
import { splitValidation } from './split.js';

/** What a fit trains on and validates with, and the scaling that the network has from the first step on. */
export interface DividedSamples {
  readonly training: EngineSamples;
  readonly validation: EngineSamples | undefined;
  readonly scaling: Scaling | undefined;
}

/**
 * Where the network still lacks its scaling, it is learned from the samples that train, and from no other. Every sample that validates
 * counts 1.
 */
export function divide(receiver: Receiver, { all, validation }: GivenSamples, given: GivenWeights): DividedSamples {
  const { spec, call } = receiver;
  const split =
    typeof validation === 'number' ? splitValidation(validation, all.count, spec.seed, all.classes) : undefined;
  let training: EngineSamples = { ...all, weights: packWeights(call, spec, all, split?.training, given) };
  let validating: EngineSamples | undefined = typeof validation === 'number' ? undefined : validation;
  if (split !== undefined) {
    validating = select(spec, all, split.validation);
    training = select(spec, training, split.training);
  }
  if (receiver.scaling !== undefined) return { training, validation: validating, scaling: receiver.scaling };
  const scaling = learnScaling(receiver, training);
  return {
    training: scale(call, scaling, training),
    validation: validating && scale(call, scaling, validating, split ? '' : 'validation.', split?.validation),
    scaling,
  };
}

function learnScaling({ createLearner }: Receiver, samples: EngineSamples): Scaling | undefined {
  const learner = createLearner?.();
  learner?.add(samples);
  return learner?.scaling();
}

/** Scales samples that were packed before there was a scaling. `prefix` and the `numbers` of the samples are for messages. */
export function scale(
  call: string,
  scaling: Scaling | undefined,
  samples: EngineSamples,
  prefix = '',
  numbers?: Uint32Array,
): EngineSamples {
  if (scaling === undefined) return samples;
  const { inputs, targets } = samples;
  return {
    ...samples,
    inputs: scaling.inputs?.apply(`${call}: ${prefix}inputs`, inputs, numbers) ?? inputs,
    targets: scaling.targets?.apply(`${call}: ${prefix}targets`, targets as Float32Array, numbers) ?? targets,
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
        ? withinMemory(`${indexes.length} classes`, () => indexes.map((sample) => targets[sample] as number))
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
