/** Checks the options of layers, and fills in defaults. Allocates nothing. */
import { checkBoolean, checkInteger, checkNumber, checkObject, checkRate } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
import { checkName } from '../foundation/more-checks.js';
import { LEAKY_SLOPE } from './activations.js';
import { ACTIVATIONS } from './names.js';
import { LAYER_DEFAULTS, MAX_WIDTH } from './plain.js';
import type { LayerSpec } from './spec.js';
import type { Activation, Initializer } from './types.js';

const INITIALIZERS = ['glorotUniform', 'glorotNormal', 'heUniform', 'heNormal', 'lecunNormal', 'zeros'] as const;

const LAYER_KEYS = ['units', 'activation', 'initializer', 'bias', 'dropout', 'l1', 'l2', 'trainable', 'slope'];

/** Checks the layers. Each has as many inputs as the layer before it has units. */
export function resolveLayers(value: unknown, inputs: number): LayerSpec[] {
  if (!Array.isArray(value)) {
    const expected = 'an array with the hidden layers, then the output layer';
    throw codedError('ERR_INVALID_TYPE', `create: layers is ${describe(value)}, expected ${expected}.`);
  }
  if (value.length === 0) {
    const mend = 'Give at least the output layer: layers: [{ units: 1 }].';
    throw codedError('ERR_INVALID_OPTION', `create: layers is empty. ${mend}`);
  }
  const layers: LayerSpec[] = [];
  for (let l = 0; l < value.length; l++) {
    const layer = resolveLayer(`create: layers[${l}]`, value[l], layers[l - 1]?.units ?? inputs);
    if (layer.activation === 'softmax' && l < value.length - 1) {
      const mend = 'Softmax is for the output layer; use relu, tanh or sigmoid here.';
      throw codedError('ERR_INVALID_OPTION', `create: layers[${l}].activation is "softmax" on a hidden layer. ${mend}`);
    }
    if (layer.dropout > 0 && l === value.length - 1) {
      const mend = 'A dropped output would be a wrong answer: use dropout in hidden layers.';
      throw codedError('ERR_INVALID_OPTION', `create: layers[${l}].dropout is on the output layer. ${mend}`);
    }
    layers.push(layer);
  }
  return layers;
}

/** Below 1 in float32 too. The largest such number keeps one output in 16 million. */
function checkDropout(where: string, value: unknown): number {
  return checkNumber(where, value, 'a number from 0 to below 1', (p) => p >= 0 && Math.fround(p) < 1);
}

function resolveSlope(where: string, value: unknown, activation: Activation): number | undefined {
  if (value === undefined) return activation === 'leakyRelu' ? LEAKY_SLOPE : undefined;
  const slope = checkNumber(where, value, 'a number that float32 can hold', (v) => Number.isFinite(Math.fround(v)));
  if (activation === 'leakyRelu') return slope;
  const mend = 'Leave slope out, or use activation: "leakyRelu".';
  throw codedError('ERR_INVALID_OPTION', `${where} is for leakyRelu, and this layer is ${activation}. ${mend}`);
}

function resolveLayer(where: string, value: unknown, inputs: number): LayerSpec {
  if (typeof value === 'number') {
    throw codedError('ERR_INVALID_TYPE', `${where} is ${value}, expected an object. Write { units: ${value} }.`);
  }
  const o = checkObject(where, value, LAYER_KEYS);
  const units = checkInteger(`${where}.units`, o.units, 1, MAX_WIDTH);
  const activation =
    o.activation === undefined
      ? LAYER_DEFAULTS.activation
      : checkName(`${where}.activation`, o.activation, ACTIVATIONS);
  if (activation === 'softmax' && units === 1) {
    const mend = 'One unit would always answer 1: use units: 2, or activation: "sigmoid".';
    throw codedError('ERR_INVALID_OPTION', `${where} is a softmax of 1 unit. ${mend}`);
  }
  const optional = <K extends keyof typeof LAYER_DEFAULTS, T>(
    key: K,
    check: (where: string, value: unknown) => T,
  ): T | (typeof LAYER_DEFAULTS)[K] => (o[key] === undefined ? LAYER_DEFAULTS[key] : check(`${where}.${key}`, o[key]));
  return {
    inputs,
    units,
    activation,
    initializer: optional('initializer', resolveInitializer),
    bias: optional('bias', checkBoolean),
    trainable: optional('trainable', checkBoolean),
    dropout: optional('dropout', checkDropout),
    l1: optional('l1', checkRate),
    l2: optional('l2', checkRate),
    slope: resolveSlope(`${where}.slope`, o.slope, activation),
  };
}

function resolveInitializer(where: string, value: unknown): Initializer {
  if (typeof value === 'string') return checkName(where, value, INITIALIZERS);
  const o = checkObject(where, value, ['uniform', 'normal']);
  const keys = Object.keys(o);
  if (keys.length !== 1) {
    const expected = 'exactly one of { uniform: [low, high] } and { normal: [mean, standard deviation] }';
    throw codedError('ERR_INVALID_OPTION', `${where} has ${keys.length} keys, expected ${expected}.`);
  }
  const key = keys[0] as 'uniform' | 'normal';
  const pair = o[key];
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw codedError('ERR_INVALID_TYPE', `${where}.${key} is ${describe(pair)}, expected an array of two numbers.`);
  }
  const fits = (v: number): boolean => Number.isFinite(Math.fround(v));
  const first = checkNumber(`${where}.${key}[0]`, pair[0], 'a number that float32 can hold', fits);
  if (key === 'uniform') {
    const high = checkNumber(
      `${where}.uniform[1]`,
      pair[1],
      `a number of at least ${first}`,
      (v) => fits(v) && v >= first,
    );
    return { uniform: [first, high] };
  }
  const deviation = checkNumber(`${where}.normal[1]`, pair[1], 'a number of at least 0', (v) => fits(v) && v >= 0);
  return { normal: [first, deviation] };
}
