/**
 * Divides the samples of a fit into those that train and those that validate, weighs them, and learns a scaling from them. A chunk of
 * its own: fits that need none of this do not load it.
 */
import type { EngineSamples } from '../engine/engine.js';
import { float32, float64, withinMemory } from '../foundation/memory.js';
import { type GivenSamples, isShare } from './pack.js';
import type { Receiver, UnscaledSamples } from './receiver.js';
import { type GivenWeights, packWeights } from './sample-weights.js';
import type { Numbers } from './samples.js';
import type { NetworkScaling } from './scaling.js';
import { splitValidation } from './split.js';
import type { StaleColumn } from './stale-columns.js';

/** What a fit trains on and validates with, and the scaling that the network has from the first step on. */
export interface DividedSamples {
  readonly training: EngineSamples;
  readonly validation: EngineSamples | undefined;
  readonly scaling: NetworkScaling | undefined;
  /** The columns that the network's scaling does not suit; undefined where this fit learned it. */
  readonly stale: readonly StaleColumn[] | undefined;
}

/**
 * A scaling that the fit learns is learned from the samples that train, and from no other. Every sample that validates counts 1.
 */
export function divide(receiver: Receiver, { all, validation }: GivenSamples, given: GivenWeights): DividedSamples {
  const { spec, call } = receiver;
  const split = isShare(validation) ? splitValidation(validation, all.count, spec.seed, all.classes) : undefined;
  let training: UnscaledSamples = { ...all, weights: packWeights(call, spec, all, split?.training, given) };
  let validating: UnscaledSamples | undefined = isShare(validation) ? undefined : validation;
  if (split !== undefined) {
    validating = select(receiver, all, split.validation);
    training = select(receiver, training, split.training);
  }
  const { scaling: scaler } = receiver.parts;
  const learner = receiver.createLearner?.();
  if (scaler === undefined || learner === undefined) {
    const scaled = { training: training as EngineSamples, validation: validating as EngineSamples | undefined };
    return { ...scaled, scaling: receiver.scaling, stale: all.stale };
  }
  learner.add(training);
  const scaling = learner.scaling();
  return {
    training: scaler.scale(receiver, scaling, training, '', split?.training),
    validation: validating && scaler.scaleValidation(receiver, scaling, validating, split?.validation),
    scaling,
    stale: undefined,
  };
}

function select({ spec, parts }: Receiver, samples: UnscaledSamples, indexes: Uint32Array): UnscaledSamples {
  const { inputs, targets, metric, weights } = samples;
  return {
    count: indexes.length,
    metric,
    inputs: parts.sparse?.select(inputs, indexes) ?? selectRows(inputs, spec.inputs, indexes),
    targets:
      targets instanceof Uint32Array
        ? withinMemory(`${indexes.length} classes`, () => indexes.map((sample) => targets[sample] as number))
        : selectRows(targets, spec.outputs, indexes),
    weights: weights && (selectRows(weights, 1, indexes) as Float32Array),
  };
}

function selectRows(values: Numbers, width: number, indexes: Uint32Array): Numbers {
  const room = values instanceof Float64Array ? float64 : float32;
  const selected = room(indexes.length * width);
  let to = 0;
  for (let row = 0; row < indexes.length; row++) {
    const from = (indexes[row] as number) * width;
    for (let i = 0; i < width; i++) selected[to++] = values[from + i] as number;
  }
  return selected;
}
