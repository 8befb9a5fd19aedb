/**
 * How much each sample counts: weights of samples and of classes, checked and multiplied. A chunk of its own: fits without weights
 * do not load it.
 */
import { checkNumber, checkObject } from '../checks.js';
import { codedError, describe } from '../errors.js';
import type { NetworkSpec } from '../options/network.js';

const WEIGHT = 'a number of at least 0 that float32 can hold';
const isWeight = (value: number): boolean => value >= 0 && Number.isFinite(Math.fround(value));

/** As users gave them, not proven yet. */
export interface GivenWeights {
  readonly classWeights: unknown;
  readonly sampleWeights: unknown;
}

/** One weight per sample; undefined where neither kind was given. */
export function packWeights(
  call: string,
  spec: NetworkSpec,
  { count, classes }: { readonly count: number; readonly classes: Uint32Array | undefined },
  { classWeights, sampleWeights }: GivenWeights,
): Float32Array | undefined {
  if (classWeights === undefined && sampleWeights === undefined) return undefined;
  const weights = sampleWeights === undefined ? new Float32Array(count).fill(1) : ofSamples(call, sampleWeights, count);
  if (classWeights !== undefined) {
    if (classes === undefined) {
      const mend = 'Give classes as targets (Uint8Array, Int32Array or names), or use sampleWeights.';
      throw codedError('ERR_INVALID_OPTION', `${call}: classWeights with targets that are no classes. ${mend}`);
    }
    const byClass = ofClasses(`${call}: classWeights`, spec, classWeights);
    for (let i = 0; i < count; i++) weights[i] = (weights[i] as number) * (byClass[classes[i] as number] as number);
  }
  const bad = weights.findIndex((weight) => !Number.isFinite(weight));
  if (bad >= 0) {
    const mend = 'Use smaller sampleWeights or classWeights.';
    throw codedError('ERR_NON_FINITE', `${call}: the weight of sample ${bad} is beyond float32. ${mend}`);
  }
  if (weights.every((weight) => weight === 0)) {
    const which = sampleWeights === undefined ? 'classWeights' : 'sampleWeights';
    throw codedError(
      'ERR_INVALID_OPTION',
      `${call}: ${which} leave every sample a weight of 0. Nothing would be learned.`,
    );
  }
  return weights;
}

function ofSamples(call: string, value: unknown, count: number): Float32Array {
  if (!Array.isArray(value) && !(value instanceof Float32Array)) {
    const expected = 'an array or a Float32Array with a weight per sample';
    throw codedError('ERR_INVALID_TYPE', `${call}: sampleWeights is ${describe(value)}, expected ${expected}.`);
  }
  if (value.length !== count) {
    const came = `${call}: sampleWeights has ${value.length} weights, inputs has ${count} samples`;
    throw codedError('ERR_SHAPE', `${came}. Give every sample its weight.`);
  }
  return Float32Array.from({ length: count }, (_, i) =>
    checkNumber(`${call}: sampleWeights[${i}]`, value[i], WEIGHT, isWeight),
  );
}

/** By index; 1 for classes that are not named. */
function ofClasses(where: string, { outputs, labels }: NetworkSpec, value: unknown): number[] {
  const count = outputs === 1 ? 2 : outputs;
  if (Array.isArray(value)) {
    if (value.length !== count) {
      const message = `${where} has ${value.length} weights, expected ${count} (one per class).`;
      throw codedError('ERR_SHAPE', message);
    }
    return Array.from(value, (weight, i) => checkNumber(`${where}[${i}]`, weight, WEIGHT, isWeight));
  }
  const indexes = Array.from({ length: count }, (_, i) => `${i}`);
  const given = checkObject(where, value, labels ?? indexes);
  return (labels ?? indexes).map((name) =>
    given[name] === undefined ? 1 : checkNumber(`${where}[${describe(name)}]`, given[name], WEIGHT, isWeight),
  );
}
