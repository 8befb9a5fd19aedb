/** The options of predict. Knows no engine. */
import { isFloat32, type Samples } from '../data/samples.js';
import { areSparse } from '../data/sparse-rows.js';
import { checkInteger, checkObject } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';

export interface PredictOptions {
  /** Outputs are written here, end to end, and this is what predict returns: nothing else is made for them. Its length is theirs. */
  into?: Float32Array | undefined;
  /** The layer whose outputs are returned, from 0. The last one by default. Those of a hidden layer are not unscaled. */
  layer?: number | undefined;
}

/** Checks the kinds of options. `last` is the number of the last layer. */
export function resolvePrediction(options: PredictOptions, last: number): PredictOptions {
  const { into, layer } = checkObject('predict: options', options, ['into', 'layer']) as PredictOptions;
  if (layer !== undefined) checkInteger('predict: layer', layer, 0, last);
  if (into === undefined || isFloat32(into)) return { into, layer };
  throw codedError('ERR_INVALID_TYPE', `predict: into is ${describe(into)}, expected a Float32Array.`);
}

/** Refuses an array of another length than the outputs have, and one that shares its memory with inputs, which are never changed. */
export function checkInto(into: Float32Array, length: number, inputs: Samples): void {
  if (into.length !== length) {
    throw codedError('ERR_SHAPE', `predict: into has length ${into.length}, expected ${length}, as many as outputs.`);
  }
  const parts: readonly unknown[] = isFloat32(inputs)
    ? [inputs]
    : areSparse(inputs)
      ? [inputs.starts, inputs.columns, inputs.values]
      : inputs;
  if (parts.some((part) => part && share(part as Float32Array, into))) {
    throw codedError('ERR_INVALID_OPTION', 'predict: into shares memory with inputs, which predict never changes.');
  }
}

/**
 * Whether two arrays have numbers in common. First by the number that both would have, which an array of other numbers reads in another way:
 * `buffer` takes a sixth of the time of a small network. False for a plain array, which has no byteOffset.
 */
function share(a: Float32Array | Uint32Array, b: Float32Array): boolean {
  const ahead = (b.byteOffset - a.byteOffset) / 4;
  // NaN where one of them ends before the other begins.
  const distance = Math.abs((a[Math.max(ahead, 0)] as number) - (b[Math.max(-ahead, 0)] as number));
  return (distance === 0 || (distance > 0 && !isFloat32(a))) && a.buffer === b.buffer;
}
