/**
 * Divides the samples of a fit into those that train and those that validate, weighs them, and learns a scaling from them. A chunk of
 * its own: fits that need none of this do not load it.
 */
import type { EngineInputs, EngineSamples } from '../engine/engine.js';
import { float32, float64, uint32, withinMemory } from '../foundation/memory.js';
import { type GivenSamples, isShare } from './pack.js';
import type { Receiver, Scaler, UnscaledSamples } from './receiver.js';
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
 * A scaling that the fit learns is learned from the samples that train, and from no other. Every sample that validates counts 1. Large samples
 * are taken in slices, also to scale them by a scaling that is known; all must be copies, because the event loop turns.
 */
export async function divide(
  receiver: Receiver,
  { all, validation }: GivenSamples,
  given: GivenWeights,
): Promise<DividedSamples> {
  const { spec, call } = receiver;
  const split = isShare(validation) ? splitValidation(validation, all.count, spec.seed, all.classes) : undefined;
  let training: UnscaledSamples = { ...all, weights: packWeights(call, spec, all, split?.training, given) };
  let validating: UnscaledSamples | undefined = isShare(validation) ? undefined : validation;
  if (split !== undefined) {
    validating = await select(receiver, all, split.validation);
    training = await select(receiver, training, split.training);
  }
  const { scaling: scaler } = receiver.parts;
  const learner = receiver.createLearner?.();
  if (scaler === undefined || learner === undefined) {
    const scaled = { training: training as EngineSamples, validation: validating as EngineSamples | undefined };
    return { ...scaled, scaling: receiver.scaling, stale: all.stale };
  }
  await eachSlice(receiver, training, (part) => learner.add(part));
  const scaling = learner.scaling();
  const stale = receiver.findsStale ? await staleColumns(receiver, scaler, all) : undefined;
  const scales = { ...receiver, findsStale: false };
  return {
    training: await scaled(receiver, training, split?.training, (part, rows) =>
      scaler.scale(scales, scaling, part, '', rows),
    ),
    validation:
      validating &&
      (await scaled(receiver, validating, split?.validation, (part, rows) =>
        scaler.scaleValidation(receiver, scaling, part, split ? '' : 'validation.', rows),
      )),
    scaling,
    stale,
  };
}

/** The columns that the network's scaling does not suit, a few of them in a slice. */
async function staleColumns(
  { large, scaling, spec }: Receiver,
  scaler: Scaler,
  samples: UnscaledSamples,
): Promise<readonly StaleColumn[]> {
  const stale: StaleColumn[] = [];
  for (const side of ['inputs', 'targets'] as const) {
    const find = (first: number, end: number): void => {
      stale.push(...scaler.staleAmong(scaling as NetworkScaling, samples, side, first, end));
    };
    await large?.inSlices(spec[side === 'inputs' ? 'inputs' : 'outputs'], find, samples.count);
  }
  return stale;
}

/** `numbers`: the rows of these samples among the caller's, where they are not 0, 1, 2 and so on. */
async function scaled(
  receiver: Receiver,
  samples: UnscaledSamples,
  numbers: Uint32Array | undefined,
  scale: (part: UnscaledSamples, numbers: Uint32Array | undefined) => EngineSamples,
): Promise<EngineSamples> {
  let { inputs, targets } = samples;
  await eachSlice(receiver, samples, (part, from) => {
    const rows = numbers?.subarray(from, from + part.count) ?? (from > 0 ? countedFrom(from, part.count) : undefined);
    const done = scale(part, rows);
    inputs = joined(inputs, samples.inputs, part.inputs, done.inputs);
    targets = joined(targets, samples.targets, part.targets, done.targets);
  });
  return { ...samples, inputs: inputs as Float32Array, targets: targets as Float32Array };
}

function countedFrom(first: number, count: number): Uint32Array {
  const numbers = uint32(count);
  for (let i = 0; i < count; i++) numbers[i] = first + i;
  return numbers;
}

/** What is done so far of an array, with the next part: nothing is copied where the part is the whole, or was left as it is. */
function joined<T extends Numbers | Uint32Array>(sofar: T, whole: T, part: T, done: Float32Array | Uint32Array): T {
  if (done === part) return sofar;
  if (part.length === whole.length) return done as T;
  const target = sofar === whole ? float32(whole.length) : sofar;
  target.set(done, (part.byteOffset - whole.byteOffset) / whole.BYTES_PER_ELEMENT);
  return target as T;
}

/** Calls back for parts of the samples: for all at once where they are not large, or sparse. */
async function eachSlice(
  { large }: Receiver,
  samples: UnscaledSamples,
  work: (part: UnscaledSamples, from: number) => void,
): Promise<void> {
  const { count, inputs, targets } = samples;
  if (large === undefined || (inputs as EngineInputs).starts !== undefined) return work(samples, 0);
  const of = <T extends Numbers | Uint32Array>(values: T, from: number, to: number): T =>
    values.subarray((from * values.length) / count, (to * values.length) / count) as T;
  await large.inSlices(count, (from, to) => {
    work({ ...samples, count: to - from, inputs: of(inputs, from, to), targets: of(targets, from, to) }, from);
  });
}

async function select(receiver: Receiver, samples: UnscaledSamples, indexes: Uint32Array): Promise<UnscaledSamples> {
  const { spec, parts } = receiver;
  const { inputs, targets, metric, weights } = samples;
  return {
    count: indexes.length,
    metric,
    inputs: parts.sparse?.select(inputs, indexes) ?? (await selectRows(receiver, inputs, spec.inputs, indexes)),
    targets:
      targets instanceof Uint32Array
        ? withinMemory(`${indexes.length} classes`, () => indexes.map((sample) => targets[sample] as number))
        : await selectRows(receiver, targets, spec.outputs, indexes),
    weights: weights && ((await selectRows(receiver, weights, 1, indexes)) as Float32Array),
  };
}

async function selectRows({ large }: Receiver, values: Numbers, width: number, indexes: Uint32Array): Promise<Numbers> {
  const room = values instanceof Float64Array ? float64 : float32;
  const selected = room(indexes.length * width);
  const work = (first: number, last: number): void => {
    let to = first * width;
    for (let row = first; row < last; row++) {
      const from = (indexes[row] as number) * width;
      for (let i = 0; i < width; i++) selected[to++] = values[from + i] as number;
    }
  };
  if (large === undefined) work(0, indexes.length);
  else await large.inSlices(indexes.length, work);
  return selected;
}
