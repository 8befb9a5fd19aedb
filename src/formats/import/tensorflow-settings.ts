/** What the settings of a Keras layer say: a shape, an activation, or a value that must be the one that this library knows. */
import { describe } from '../../foundation/errors.js';
import { ACTIVATIONS } from '../../options/names.js';
import type { Activation } from '../../options/types.js';
import { MAX_DIMENSIONS } from '../safetensors/write-safetensors.js';
import type { Part } from './part.js';
import { type KerasLayer, unsupported } from './tensorflow-chain.js';

/** The names in TensorFlow.js. Its `gelu` is another form. leakyRelu has no name there: only a layer can give its slope. */
const NAMES: Readonly<Record<Activation, readonly string[]>> = {
  linear: ['linear'],
  sigmoid: ['sigmoid'],
  tanh: ['tanh'],
  relu: ['relu'],
  softmax: ['softmax'],
  leakyRelu: [],
  elu: ['elu'],
  selu: ['selu'],
  gelu: ['gelu_new'],
  silu: ['swish', 'silu'],
  softplus: ['softplus'],
};

/** The shape of a sample, if the layer has it. In the file it begins with null, for the batch. */
export function shapeOf(config: Part): readonly number[] | undefined {
  const shape = ['batch_input_shape', 'batch_shape'].map((key) => config.get(key)).find((part) => !part.missing);
  const sizes = shape?.items().slice(1);
  if (shape !== undefined && (sizes?.length ?? 0) > MAX_DIMENSIONS) throw shape.bad(`at most ${MAX_DIMENSIONS} sizes`);
  return sizes?.map((size) => size.width());
}

export function activationOf(layer: KerasLayer): Activation {
  const given = layer.config.get('activation');
  const { value } = given;
  const activation = ACTIVATIONS.find((name) => NAMES[name].includes(value as string));
  if (activation !== undefined) return activation;
  const mend = `Those that are read are ${ACTIVATIONS.flatMap((name) => NAMES[name]).join(', ')}.`;
  if (value === 'gelu')
    throw unsupported(layer, 'whose gelu is the exact form', 'Train with the tanh form, gelu_new to TensorFlow.js.');
  throw unsupported(layer, `whose activation is ${describe(value)}`, mend);
}

/** Throws ERR_UNSUPPORTED unless a setting, or `fallback` where it is missing, is the one that this library knows. */
export function expectValue(
  layer: KerasLayer,
  key: string,
  expected: number | boolean | string | undefined,
  fallback: unknown,
): void {
  const part = layer.config.get(key);
  const value = part.missing ? fallback : part.value;
  const same =
    typeof value === 'number' && typeof expected === 'number'
      ? Math.fround(value) === Math.fround(expected)
      : value === expected;
  if (same) return;
  const mend = expected === undefined ? `Leave ${key} out.` : `Only ${expected} is read: train with that.`;
  throw unsupported(layer, `whose ${key} is ${describe(value)}`, mend);
}

export function expectFloat32(layer: KerasLayer): void {
  expectValue(layer, 'dtype', 'float32', 'float32');
}

/** A number, or an array of them. */
export function numbersOf(part: Part, fallback: number | undefined): readonly number[] {
  if (!part.isArray) return [part.number(fallback)];
  return part.items().map((value) => value.number());
}
