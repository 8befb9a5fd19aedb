/** The settings of the playground: the choices, their ranges, and the network that they make. Knows no page. */
import { EXTRAS } from './extras.js';

export const DATASETS = /** @type {const} */ ([
  'moons',
  'circles',
  'spirals',
  'xor',
  'plane',
  'hills',
  'own',
  'ownValues',
  'digits',
]);
/** Data with a number for each point, not a class. */
const WITH_VALUES = ['plane', 'hills', 'ownValues'];
export const ACTIVATIONS = /** @type {const} */ ([
  'tanh',
  'sigmoid',
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'gelu',
  'silu',
  'softplus',
  'linear',
]);
export const OPTIMIZERS = /** @type {const} */ (['sgd', 'adam', 'adamw', 'rmsprop', 'adagrad']);
export const LOSSES = /** @type {const} */ (['crossEntropy', 'squaredError']);

/** The page has no room to draw more. */
export const MOST_LAYERS = 4;
export const MOST_UNITS = 32;

/**
 * @typedef {object} Settings
 * @property {typeof DATASETS[number]} data
 * @property {readonly number[]} layers Units of the hidden layers, from the inputs on.
 * @property {typeof ACTIVATIONS[number]} activation The activation of the hidden layers.
 * @property {typeof LOSSES[number]} loss
 * @property {typeof OPTIMIZERS[number]} optimizer
 * @property {number} rate The learning rate.
 * @property {number} batch Samples per step.
 * @property {number} l2 The penalty on the weights.
 * @property {number} noise How far points lie from their shape: the standard deviation of each coordinate, or of each value.
 * @property {number} share How many of 100 samples the network trains on. The others validate.
 * @property {readonly (keyof typeof EXTRAS)[]} extra Inputs besides x1 and x2.
 * @property {number} seed The seed of the points, the weights and the order of the samples.
 */

/** @type {Settings} */
export const DEFAULTS = {
  data: 'moons',
  layers: [4, 2],
  activation: 'tanh',
  loss: 'crossEntropy',
  optimizer: 'adam',
  rate: 0.01,
  batch: 16,
  l2: 0,
  noise: 0.05,
  share: 67,
  extra: [],
  seed: 1,
};

/** What else some data begin with. @type {Partial<Record<Settings['data'], Partial<Settings>>>} */
const OTHER_DEFAULTS = {
  // With tanh most seeds stay at 60% for hundreds of epochs; with gelu each of 12 seeds had an accuracy of 95% within 50.
  spirals: { layers: [16, 16], activation: 'gelu', rate: 0.02, noise: 0.025 },
  digits: { layers: [16, 16], share: 80 },
};

/**
 * The settings to begin with for some data.
 * @param {Settings['data']} data
 * @returns {Settings}
 */
export function defaultsOf(data) {
  // Values have one loss.
  return { ...DEFAULTS, data, ...(hasValues({ data }) && { loss: 'squaredError' }), ...OTHER_DEFAULTS[data] };
}

/**
 * The settings for other data. Defaults become the defaults of that data; what the visitor chose stays.
 * @param {Settings} settings
 * @param {Settings['data']} data
 * @returns {Settings}
 */
export function onData(settings, data) {
  const [before, after] = [defaultsOf(settings.data), defaultsOf(data)];
  const isDefault = (/** @type {keyof Settings} */ key) => `${settings[key]}` === `${before[key]}`;
  const kept = Object.entries(settings).filter(([key]) => !isDefault(/** @type {keyof Settings} */ (key)));
  return { ...after, ...Object.fromEntries(kept), data };
}

/** The network that tutorials draw, learning as they teach it. */
/** @type {Settings} */
export const TUTORIAL = {
  data: 'xor',
  layers: [2],
  activation: 'sigmoid',
  loss: 'squaredError',
  optimizer: 'sgd',
  rate: 0.5,
  batch: 1,
  l2: 0,
  noise: 0.05,
  share: 67,
  extra: [],
  seed: 1,
};

/** What changes while a network goes on training, without a new one. */
const PACE = ['rate', 'batch'];

/** Whether two settings differ in pace alone. Then a network goes on with the other one. @param {Settings} one @param {Settings} other */
export function differInPace(one, other) {
  const keys = /** @type {(keyof Settings)[]} */ (Object.keys(RULES));
  const changed = keys.filter((key) => `${one[key]}` !== `${other[key]}`);
  return changed.length > 0 && changed.every((key) => PACE.includes(key));
}

/** @param {unknown} value @param {number} low @param {number} high */
function isInteger(value, low, high) {
  return Number.isInteger(value) && Number(value) >= low && Number(value) <= high;
}

/** @param {readonly unknown[]} names */
const oneOf = (names) => ({
  accepts: (/** @type {unknown} */ value) => names.includes(value),
  expected: `one of ${names.join(', ')}`,
});

/** @param {number} low @param {number} high */
const integer = (low, high) => ({
  accepts: (/** @type {unknown} */ value) => isInteger(value, low, high),
  expected: `a whole number from ${low} to ${high}`,
});

/** @param {number} low @param {number} high */
const between = (low, high) => ({
  accepts: (/** @type {unknown} */ value) => Number(value) >= low && Number(value) <= high,
  expected: `a number from ${low} to ${high}`,
});

/** The units of one hidden layer. */
export const UNITS = integer(1, MOST_UNITS);

/**
 * What each setting may be.
 * @type {Record<keyof Settings, { accepts: (value: unknown) => boolean, expected: string }>}
 */
export const RULES = {
  data: oneOf(DATASETS),
  layers: {
    accepts: (value) => Array.isArray(value) && value.length <= MOST_LAYERS && value.every(UNITS.accepts),
    expected: `at most ${MOST_LAYERS} layers of 1 to ${MOST_UNITS} units`,
  },
  activation: oneOf(ACTIVATIONS),
  loss: oneOf(LOSSES),
  optimizer: oneOf(OPTIMIZERS),
  rate: { ...between(1e-5, 10), expected: 'a number from 0.00001 to 10' },
  batch: integer(1, 256),
  l2: between(0, 1),
  noise: between(0, 0.5),
  share: integer(10, 90),
  extra: {
    accepts: (value) =>
      Array.isArray(value) &&
      new Set(value).size === value.length &&
      value.every((name) => Object.hasOwn(EXTRAS, name)),
    expected: `some of ${Object.keys(EXTRAS).join(', ')}, each once`,
  },
  seed: integer(0, 2 ** 32 - 1),
};

/** Whether the answers are numbers, not classes. @param {Pick<Settings, 'data'>} settings */
export function hasValues({ data }) {
  return WITH_VALUES.includes(data);
}

/** Whether the network is the 2-2-1 of the tutorials. @param {Settings} settings */
export function isTutorialShape({ data, layers, extra }) {
  return data !== 'digits' && !hasValues({ data }) && extra.length === 0 && layers.length === 1 && layers[0] === 2;
}

/** @param {Pick<Settings, 'data'>} settings @returns {import('wasmlp').LayerOptions} */
function outputOf(settings) {
  if (settings.data === 'digits') return { units: 10, activation: 'softmax' };
  return { units: 1, activation: hasValues(settings) ? 'linear' : 'sigmoid' };
}

/**
 * The options of Network.create for these settings.
 * @param {Settings} settings
 * @param {'auto' | 'wasm' | 'js'} [engine]
 * @returns {import('wasmlp').NetworkOptions}
 */
export function networkOptions(settings, engine = 'auto') {
  const { data, layers, activation, loss, optimizer, rate, l2, extra, seed } = settings;
  const all = [...layers.map((units) => ({ units, activation })), outputOf(settings)];
  return {
    inputs: data === 'digits' ? 64 : 2 + extra.length,
    layers: all.map((layer) => ({ ...layer, ...(l2 > 0 && { l2 }) })),
    ...((loss === 'squaredError' || hasValues(settings)) && { loss: 'meanSquaredError' }),
    optimizer: { type: optimizer, learningRate: rate },
    seed,
    engine,
  };
}
