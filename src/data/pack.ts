/** Packs inputs and targets, checks them against a network, and scales them for it. */

import { sliceOf } from '../foundation/memory.js';
import type { PackedPairs, Receiver, Scaler, UnscaledPairs, UnscaledSamples } from './receiver.js';
import { type Numbers, type PackedSamples, packSamples, type Samples, type Subject } from './samples.js';
import { type Labels, packTargets, type SingleLabels } from './targets.js';

export type { PackedPairs, Receiver } from './receiver.js';

export function packInputs(receiver: Receiver, name: string, inputs: Samples): PackedSamples {
  const columns = receiver.scaling?.inputs;
  const packed = packRows(receiver, name, inputs, columns !== undefined);
  if (columns === undefined) return packed as PackedSamples;
  return { ...packed, values: columns.apply(`${receiver.call}: ${name}`, packed.values) };
}

/** `prefix` is for messages: `validation.` for the inputs and targets that validate. */
export function packPairs(receiver: Receiver, inputs: Samples, targets: Samples | Labels, prefix = ''): PackedPairs {
  // Not learning, it leaves nothing unscaled.
  return packGiven(receiver, inputs, targets, prefix) as PackedPairs;
}

/** `packPairs`, but where the receiver learns the scaling from these samples they are not scaled yet, and keep their doubles. */
export function packGiven(receiver: Receiver, inputs: Samples, targets: Samples | Labels, prefix = ''): UnscaledPairs {
  const { call, spec, scaling, parts, createLearner } = receiver;
  const scaled = parts.scaling?.scaledSides(receiver);
  const name = `${prefix}inputs`;
  const { values, count } = packRows(receiver, name, inputs, scaled?.inputs);
  const where = `${call}: ${prefix}targets`;
  // Those in the rows of a table where no others are given.
  const given = targets === undefined ? parts.table?.targets(call, prefix, inputs) : targets;
  const read =
    parts.multiLabel?.fromNames(where, given, spec) ??
    parts.names?.indexesOf(where, given, spec) ??
    (given as Samples | SingleLabels);
  const packed = packTargets(call, prefix, read, spec, count, parts.numbers, scaled?.targets);
  const pairs = { count, inputs: values, targets: packed.values, metric: packed.metric, classes: packed.classes };
  return createLearner !== undefined || scaling === undefined
    ? pairs
    : (parts.scaling as Scaler).scale(receiver, scaling, pairs, prefix);
}

function packRows(receiver: Receiver, name: string, inputs: Samples, keepsDoubles = false): PackedSamples<Numbers> {
  const { parts, large } = receiver;
  if (parts.table !== undefined) return parts.table.pack(receiver, name, inputs, keepsDoubles);
  const subject = subjectOf(receiver, name);
  return (
    parts.sparse?.pack(receiver, subject, inputs) ??
    large?.packed.get(inputs) ??
    packSamples(subject, inputs, keepsDoubles)
  );
}

/** What inputs are, for messages. */
export function subjectOf({ call, spec }: Receiver, name: string): Subject {
  return { call, name, width: spec.inputs, widthIs: "the network's inputs", option: 'inputs' };
}

/** Which of a fit's samples validate: a fraction, drawn at random, or the last ones: so many, or a fraction below 1. */
export type Share = number | { readonly last: number };

export function isShare(validation: object | number | undefined): validation is Share {
  return typeof validation === 'number' || (validation as Partial<Share & object> | undefined)?.last !== undefined;
}

/** The samples of a fit, packed and checked. `validation`: other samples that validate, or the share of `all` that does. */
export interface GivenSamples {
  readonly all: UnscaledPairs;
  readonly validation: UnscaledPairs | Share | undefined;
}

export function packFit(
  receiver: Receiver,
  inputs: Samples,
  targets: Samples | Labels,
  validation: Share | { inputs: Samples; targets: Samples | Labels } | undefined,
): GivenSamples {
  const all = packGiven(receiver, inputs, targets);
  if (!validation || isShare(validation)) return { all, validation };
  return { all, validation: packValidation(receiver, validation.inputs, validation.targets) };
}

/** Packs samples that only validate. */
export function packValidation(receiver: Receiver, inputs: Samples, targets: Samples | Labels): UnscaledPairs {
  return packGiven({ ...receiver, trains: false, findsStale: false }, inputs, targets, 'validation.');
}

/** Copies, for a fit that has to wait before an engine takes the samples: until then they may be the caller's own arrays. */
export function own({ all, validation }: GivenSamples, large: Receiver['large']): GivenSamples {
  return {
    all: copied(all, large),
    validation: validation && !isShare(validation) ? copied(validation, large) : validation,
  };
}

/** A copy that nobody else can change. Inputs of `large` samples are one. */
export function copied<T extends UnscaledSamples>(samples: T, large?: Receiver['large']): T {
  const { inputs, targets } = samples;
  return { ...samples, inputs: large ? inputs : sliceOf(inputs), targets: sliceOf(targets) };
}
