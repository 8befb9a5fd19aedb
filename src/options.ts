/** What `Network.create` takes: types, defaults, validation. Knows no engine and allocates no network. */
import { checkBoolean, checkInteger, checkName, checkNumber, checkObject, checkRate, unsupported } from './checks.js';
import { codedError, describe } from './errors.js';

/** Activation functions. `softmax` belongs to an output layer of two units or more. */
export type Activation =
  | 'linear'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leakyRelu'
  | 'elu'
  | 'selu'
  | 'gelu'
  | 'silu'
  | 'softplus'
  | 'softmax';

/** Losses, each the mean that PyTorch takes: over samples and outputs, categorical cross-entropy over samples. */
export type Loss =
  | 'meanSquaredError'
  | 'meanAbsoluteError'
  | 'huber'
  | 'binaryCrossEntropy'
  | 'categoricalCrossEntropy';

/** Where the first weights come from. Biases start at 0. */
export type Initializer =
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'lecunNormal'
  | 'zeros'
  | { uniform: readonly [low: number, high: number] }
  | { normal: readonly [mean: number, standardDeviation: number] };

/** Optimizers by name, with their defaults. */
export type OptimizerName = OptimizerOptions['type'];

/** Optimizers, parameters as in `torch.optim`. */
export type OptimizerOptions =
  | { type: 'sgd'; learningRate?: number; momentum?: number; nesterov?: boolean; weightDecay?: number }
  | {
      type: 'adam' | 'adamw';
      learningRate?: number;
      beta1?: number;
      beta2?: number;
      epsilon?: number;
      weightDecay?: number;
    }
  | { type: 'rmsprop'; learningRate?: number; decay?: number; epsilon?: number }
  | { type: 'adagrad'; learningRate?: number; epsilon?: number };

export interface LayerOptions {
  /** Outputs of the layer, 1 to 2^20. */
  units: number;
  /** Default `'sigmoid'`. */
  activation?: Activation;
  /** Default `'glorotUniform'`. */
  initializer?: Initializer;
  /** Default true. */
  bias?: boolean;
  /** 0 <= p < 1. Not built yet. */
  dropout?: number;
  /** Not built yet. */
  l1?: number;
  /** Not built yet. */
  l2?: number;
  /** Default true; false freezes the layer's weights and biases. */
  trainable?: boolean;
}

export interface EngineOptions {
  /** `auto` (default): WebAssembly, or pure TypeScript where WebAssembly or its SIMD is refused. */
  engine?: 'auto' | 'wasm' | 'js';
  /** Default 1. More are not built yet. */
  threads?: number;
  /** Default false. Not built yet. */
  relaxed?: boolean;
  /** Default false. Not built yet. */
  wideVectors?: boolean;
}

export interface NetworkOptions extends EngineOptions {
  /** Width of a sample, 1 to 2^20. */
  inputs: number;
  /** Hidden layers, then the output layer. */
  layers: readonly LayerOptions[];
  /** Default by the output layer: softmax categoricalCrossEntropy, sigmoid binaryCrossEntropy, else meanSquaredError. */
  loss?: Loss;
  /** Default `{ type: 'sgd', learningRate: 0.1 }`. */
  optimizer?: OptimizerName | OptimizerOptions;
  /** uint32 that decides weights, shuffling and splits. Default 0. */
  seed?: number;
  /** Default false. Not built yet. */
  normalize?: 'standard' | 'minMax' | false;
  /** Default false. Not built yet. */
  normalizeTargets?: 'standard' | 'minMax' | false;
  /** Names of the classes: one per output, two for a single sigmoid output. */
  labels?: readonly string[];
}

const MAX_WIDTH = 2 ** 20;

const ACTIVATIONS: readonly Activation[] = [
  'linear',
  'sigmoid',
  'tanh',
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'gelu',
  'silu',
  'softplus',
  'softmax',
];
const BUILT_ACTIVATIONS = ['linear', 'sigmoid', 'tanh', 'relu', 'softmax'] as const;

const LOSSES: readonly Loss[] = [
  'meanSquaredError',
  'meanAbsoluteError',
  'huber',
  'binaryCrossEntropy',
  'categoricalCrossEntropy',
];
const BUILT_LOSSES = ['meanSquaredError', 'binaryCrossEntropy', 'categoricalCrossEntropy'] as const;

const INITIALIZERS = ['glorotUniform', 'glorotNormal', 'heUniform', 'heNormal', 'lecunNormal', 'zeros'] as const;

const OPTIMIZER_KEYS: Record<OptimizerName, readonly string[]> = {
  sgd: ['type', 'learningRate', 'momentum', 'nesterov', 'weightDecay'],
  adam: ['type', 'learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay'],
  adamw: ['type', 'learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay'],
  rmsprop: ['type', 'learningRate', 'decay', 'epsilon'],
  adagrad: ['type', 'learningRate', 'epsilon'],
};

const ENGINE_KEYS = ['engine', 'threads', 'relaxed', 'wideVectors'];
const LAYER_KEYS = ['units', 'activation', 'initializer', 'bias', 'dropout', 'l1', 'l2', 'trainable'];
const NETWORK_KEYS = [
  'inputs',
  'layers',
  'loss',
  'optimizer',
  'seed',
  'normalize',
  'normalizeTargets',
  'labels',
  ...ENGINE_KEYS,
];

export type BuiltActivation = (typeof BUILT_ACTIVATIONS)[number];
export type BuiltLoss = (typeof BUILT_LOSSES)[number];

/** A layer with every option decided. */
export interface LayerSpec {
  readonly inputs: number;
  readonly units: number;
  readonly activation: BuiltActivation;
  readonly initializer: Initializer;
  readonly bias: boolean;
  readonly trainable: boolean;
}

/** A network with every option decided. */
export interface NetworkSpec {
  readonly inputs: number;
  readonly outputs: number;
  readonly layers: readonly LayerSpec[];
  readonly loss: BuiltLoss;
  readonly learningRate: number;
  readonly seed: number;
  readonly labels: readonly string[] | undefined;
  readonly engine: 'auto' | 'wasm' | 'js';
}

/** Proves the options of `create`, or throws; every default is filled in. */
export function resolveNetwork(options: unknown): NetworkSpec {
  const o = checkObject('create: options', options, NETWORK_KEYS);
  const inputs = checkInteger('create: inputs', o.inputs, 1, MAX_WIDTH);
  const layers = resolveLayers(o.layers, inputs);
  const output = layers[layers.length - 1] as LayerSpec;
  if (o.normalize !== undefined && o.normalize !== false) {
    checkName('create: normalize', o.normalize, ['standard', 'minMax']);
    throw unsupported('create: normalize', 'Scale the inputs before fit.');
  }
  if (o.normalizeTargets !== undefined && o.normalizeTargets !== false) {
    checkName('create: normalizeTargets', o.normalizeTargets, ['standard', 'minMax']);
    throw unsupported('create: normalizeTargets', 'Scale the targets before fit.');
  }
  return {
    inputs,
    outputs: output.units,
    layers,
    loss: resolveLoss(o.loss, output.activation),
    learningRate: resolveOptimizer(o.optimizer),
    seed: o.seed === undefined ? 0 : checkInteger('create: seed', o.seed, 0, 2 ** 32 - 1),
    labels: resolveLabels(o.labels, output),
    engine: resolveEngine(o),
  };
}

function resolveLayers(value: unknown, inputs: number): LayerSpec[] {
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
    layers.push(layer);
  }
  return layers;
}

function resolveLayer(where: string, value: unknown, inputs: number): LayerSpec {
  const o = checkObject(where, value, LAYER_KEYS);
  const units = checkInteger(`${where}.units`, o.units, 1, MAX_WIDTH);
  const name = o.activation === undefined ? 'sigmoid' : checkName(`${where}.activation`, o.activation, ACTIVATIONS);
  const activation = BUILT_ACTIVATIONS.find((built) => built === name);
  if (activation === undefined) {
    throw unsupported(`${where}.activation ${describe(name)}`, `Use one of: ${BUILT_ACTIVATIONS.join(', ')}.`);
  }
  if (activation === 'softmax' && units === 1) {
    const mend = 'One unit would always answer 1: use units: 2, or activation: "sigmoid".';
    throw codedError('ERR_INVALID_OPTION', `${where} is a softmax of 1 unit. ${mend}`);
  }
  for (const penalty of ['l1', 'l2'] as const) {
    if (o[penalty] !== undefined && checkRate(`${where}.${penalty}`, o[penalty]) > 0) {
      throw unsupported(`${where}.${penalty}`, 'Leave it out.');
    }
  }
  if (o.dropout !== undefined) {
    const p = checkNumber(`${where}.dropout`, o.dropout, 'a number from 0 to below 1', (v) => v >= 0 && v < 1);
    if (p > 0) throw unsupported(`${where}.dropout`, 'Leave it out.');
  }
  return {
    inputs,
    units,
    activation,
    initializer: resolveInitializer(`${where}.initializer`, o.initializer),
    bias: o.bias === undefined ? true : checkBoolean(`${where}.bias`, o.bias),
    trainable: o.trainable === undefined ? true : checkBoolean(`${where}.trainable`, o.trainable),
  };
}

function resolveInitializer(where: string, value: unknown): Initializer {
  if (value === undefined) return 'glorotUniform';
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

function resolveLoss(value: unknown, activation: BuiltActivation): BuiltLoss {
  if (value === undefined) {
    if (activation === 'softmax') return 'categoricalCrossEntropy';
    return activation === 'sigmoid' ? 'binaryCrossEntropy' : 'meanSquaredError';
  }
  const name = checkName('create: loss', value, LOSSES);
  const loss = BUILT_LOSSES.find((built) => built === name);
  if (loss === undefined)
    throw unsupported(`create: loss ${describe(name)}`, `Use one of: ${BUILT_LOSSES.join(', ')}.`);
  if (loss === 'categoricalCrossEntropy' && activation !== 'softmax') {
    const mend = 'Give the output layer activation: "softmax".';
    throw codedError(
      'ERR_INVALID_OPTION',
      `create: loss categoricalCrossEntropy on a ${activation} output layer. ${mend}`,
    );
  }
  if (loss === 'binaryCrossEntropy' && activation !== 'sigmoid' && activation !== 'softmax') {
    const mend = 'It needs outputs between 0 and 1: give the output layer activation: "sigmoid".';
    throw codedError('ERR_INVALID_OPTION', `create: loss binaryCrossEntropy on a ${activation} output layer. ${mend}`);
  }
  return loss;
}

/** The learning rate of the one optimizer that is built: plain stochastic gradient descent. */
function resolveOptimizer(value: unknown): number {
  if (value === undefined) return 0.1;
  const names = Object.keys(OPTIMIZER_KEYS) as OptimizerName[];
  if (typeof value === 'string') {
    if (checkName('create: optimizer', value, names) === 'sgd') return 0.1;
    throw unsupported(`create: optimizer ${describe(value)}`, 'Use "sgd".');
  }
  const everyKey = [...new Set(Object.values(OPTIMIZER_KEYS).flat())];
  const type = checkName('create: optimizer.type', checkObject('create: optimizer', value, everyKey).type, names);
  const o = checkObject('create: optimizer', value, OPTIMIZER_KEYS[type]);
  if (type !== 'sgd') throw unsupported(`create: optimizer.type ${describe(type)}`, 'Use type: "sgd".');
  for (const key of ['momentum', 'weightDecay'] as const) {
    if (o[key] !== undefined && checkRate(`create: optimizer.${key}`, o[key]) > 0) {
      throw unsupported(`create: optimizer.${key}`, 'Leave it out for plain stochastic gradient descent.');
    }
  }
  if (o.nesterov !== undefined && checkBoolean('create: optimizer.nesterov', o.nesterov)) {
    throw unsupported('create: optimizer.nesterov', 'Leave it out for plain stochastic gradient descent.');
  }
  return o.learningRate === undefined ? 0.1 : checkRate('create: optimizer.learningRate', o.learningRate);
}

function resolveLabels(value: unknown, output: LayerSpec): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.some((label) => typeof label !== 'string')) {
    throw codedError('ERR_INVALID_TYPE', `create: labels is ${describe(value)}, expected an array of strings.`);
  }
  const binary = output.units === 1 && output.activation === 'sigmoid';
  const expected = binary ? 2 : output.units;
  if (value.length !== expected) {
    const rule = binary ? 'two for a single sigmoid output' : 'one per output';
    throw codedError('ERR_INVALID_OPTION', `create: labels has ${value.length} names, expected ${expected} (${rule}).`);
  }
  const repeated = value.find((label, index) => value.indexOf(label) < index);
  if (repeated !== undefined) {
    throw codedError(
      'ERR_INVALID_OPTION',
      `create: labels names ${describe(repeated)} twice. Every class needs its own name.`,
    );
  }
  return [...value];
}

function resolveEngine(o: Record<string, unknown>): 'auto' | 'wasm' | 'js' {
  if (o.threads !== undefined && checkInteger('create: threads', o.threads, 1, 1024) > 1) {
    throw unsupported('create: threads', 'Leave it at 1.');
  }
  for (const key of ['relaxed', 'wideVectors'] as const) {
    if (o[key] !== undefined && checkBoolean(`create: ${key}`, o[key]))
      throw unsupported(`create: ${key}`, 'Leave it out.');
  }
  return o.engine === undefined ? 'auto' : checkName('create: engine', o.engine, ['auto', 'wasm', 'js']);
}
