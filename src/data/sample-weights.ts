/** How much each sample counts: sample weights times class weights, checked. */
import { checkNumber, checkObject } from '../foundation/checks.js';
import { COUNTED, codedError, counted, describe } from '../foundation/errors.js';
import { float32 } from '../foundation/memory.js';
import type { NetworkSpec } from '../options/spec.js';
import { isFloat32 } from './samples.js';

const WEIGHT = 'a number of at least 0 that float32 can hold';
const isWeight = (value: number): boolean => value >= 0 && Number.isFinite(Math.fround(value));

/** As users gave them, not checked yet. */
export interface GivenWeights {
  readonly classWeights: unknown;
  readonly sampleWeights: unknown;
}

/** The samples that are weighed. */
interface Weighed {
  readonly count: number;
  readonly classes: Uint32Array | undefined;
}

/** One weight per sample; undefined where neither kind was given. `training`: the samples that train, where not all do. */
export function packWeights(
  call: string,
  spec: NetworkSpec,
  samples: Weighed,
  training: Uint32Array | undefined,
  { classWeights, sampleWeights }: GivenWeights,
): Float32Array | undefined {
  if (classWeights === undefined && sampleWeights === undefined) return undefined;
  const { count } = samples;
  const weights = sampleWeights === undefined ? float32(count).fill(1) : ofSamples(call, sampleWeights, count);
  if (classWeights !== undefined) weigh(call, samples, weights, resolveClassWeights(call, spec, classWeights));
  if (training === undefined ? weights.every((weight) => weight === 0) : training.every((i) => weights[i] === 0)) {
    const which = sampleWeights === undefined ? 'classWeights' : 'sampleWeights';
    const whom = training === undefined ? 'every sample' : 'every sample that validation leaves to train on';
    throw codedError('ERR_INVALID_OPTION', `${call}: ${which} leave ${whom} a weight of 0. Nothing would be learned.`);
  }
  return weights;
}

/** One weight per sample of a stream's batch; here all may be 0. `where` names the batch, for errors. */
export function weightsOfBatch(where: string, samples: Weighed, byClass: readonly number[]): Float32Array {
  const weights = float32(samples.count).fill(1);
  weigh(where, samples, weights, byClass);
  return weights;
}

/** Multiplies the weight of each sample by that of its class. */
function weigh(where: string, { classes }: Weighed, weights: Float32Array, byClass: readonly number[]): void {
  if (classes === undefined) {
    const mend = 'Give classes as targets (Uint8Array, Int32Array or names), or use sampleWeights.';
    throw codedError('ERR_INVALID_OPTION', `${where}: classWeights with targets that are not classes. ${mend}`);
  }
  for (let i = 0; i < weights.length; i++) {
    weights[i] = (weights[i] as number) * (byClass[classes[i] as number] as number);
    if (Number.isFinite(weights[i])) continue;
    const mend = 'Use smaller sampleWeights or classWeights.';
    throw codedError('ERR_NON_FINITE', `${where}: the weight of sample ${i} is beyond float32. ${mend} ${COUNTED}`);
  }
}

function ofSamples(call: string, value: unknown, count: number): Float32Array {
  if (!Array.isArray(value) && !isFloat32(value)) {
    const expected = 'an array or a Float32Array with a weight per sample';
    throw codedError('ERR_INVALID_TYPE', `${call}: sampleWeights is ${describe(value)}, expected ${expected}.`);
  }
  if (value.length !== count) {
    const came = `${call}: sampleWeights has ${counted(value.length, 'weight')}, inputs has ${counted(count, 'sample')}`;
    throw codedError('ERR_SHAPE', `${came}. Give every sample its weight.`);
  }
  const weights = float32(count);
  for (let i = 0; i < count; i++) {
    weights[i] = checkNumber(`${call}: sampleWeights[${i}]`, value[i], WEIGHT, isWeight);
  }
  return weights;
}

/** The weight of each class, by index; 1 for classes that are not named. At least one class must count. */
export function resolveClassWeights(call: string, { outputs, labels }: NetworkSpec, value: unknown): number[] {
  const where = `${call}: classWeights`;
  const count = outputs === 1 ? 2 : outputs;
  const names = labels ?? Array.from({ length: count }, (_, i) => `${i}`);
  let weights: number[];
  if (Array.isArray(value)) {
    if (value.length !== count) {
      const message = `${where} has ${value.length} weights, expected ${count} (one per class).`;
      throw codedError('ERR_SHAPE', message);
    }
    weights = Array.from(value, (weight, i) => checkNumber(`${where}[${i}]`, weight, WEIGHT, isWeight));
  } else {
    const given = checkObject(where, value, names);
    weights = names.map((name) =>
      // Its own: a label may be the name of what every object inherits.
      Object.hasOwn(given, name) && given[name] !== undefined
        ? checkNumber(`${where}[${describe(name)}]`, given[name], WEIGHT, isWeight)
        : 1,
    );
  }
  if (weights.every((weight) => weight === 0)) {
    throw codedError('ERR_INVALID_OPTION', `${where} leave every class a weight of 0. Nothing would be learned.`);
  }
  return weights;
}
