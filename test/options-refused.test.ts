/** What `create` refuses in the options of a network, and what it says is not built yet, by class, code and message. */
import { describe, expect, it } from 'vitest';
import { type ErrorCode, Network, type NetworkOptions } from '../src/index.js';
import { ENGINES, expectRefused, holed, reservedBytes } from './fixtures.js';

type Row = [title: string, options: unknown, code: ErrorCode, message: RegExp];

const OPTIONS: NetworkOptions = { inputs: 2, layers: [{ units: 3 }, { units: 2, activation: 'softmax' }] };
const options = (changed: object): object => ({ ...OPTIONS, ...changed });
/** A single layer with these options. */
const layer = (changed: object): object => ({ inputs: 2, layers: [{ units: 2, ...changed }] });

const RATE = 'expected a number of at least 0 that float32 can hold\\.$';

const network: readonly Row[] = [
  [
    'an unknown loss',
    options({ loss: 'mse' }),
    'ERR_INVALID_OPTION',
    /create: loss is "mse"\. Did you mean "meanSquaredError"\? Expected one of: meanSquaredError/,
  ],
  ['a loss by number', options({ loss: 0 }), 'ERR_INVALID_TYPE', /create: loss is 0, expected one of/],
  [
    'categorical cross-entropy without softmax',
    { ...layer({}), loss: 'categoricalCrossEntropy' },
    'ERR_INVALID_OPTION',
    /on a sigmoid output layer\. Give the output layer activation: "softmax"/,
  ],
  [
    'binary cross-entropy of a linear layer',
    { ...layer({ activation: 'linear' }), loss: 'binaryCrossEntropy' },
    'ERR_INVALID_OPTION',
    /on a linear output layer\. It needs outputs between 0 and 1/,
  ],
  [
    'an unknown optimizer',
    options({ optimizer: 'sdg' }),
    'ERR_INVALID_OPTION',
    /create: optimizer is "sdg"\. Did you mean "sgd"\?/,
  ],
  [
    'an optimizer by number',
    options({ optimizer: 1 }),
    'ERR_INVALID_TYPE',
    /create: optimizer is 1, expected an object/,
  ],
  [
    'an optimizer without type',
    options({ optimizer: { learningRate: 1 } }),
    'ERR_INVALID_TYPE',
    /create: optimizer\.type is undefined, expected one of: sgd/,
  ],
  [
    'an unknown optimizer option',
    options({ optimizer: { type: 'sgd', learning_rate: 1 } }),
    'ERR_INVALID_OPTION',
    /unknown option "learning_rate"\. Did you mean "learningRate"\?/,
  ],
  [
    "another optimizer's option",
    options({ optimizer: { type: 'sgd', beta1: 0.9 } }),
    'ERR_INVALID_OPTION',
    /create: optimizer has an unknown option "beta1"/,
  ],
  [
    'a negative learning rate',
    options({ optimizer: { type: 'sgd', learningRate: -1 } }),
    'ERR_INVALID_OPTION',
    new RegExp(`create: optimizer\\.learningRate is -1, ${RATE}`),
  ],
  [
    'a learning rate of NaN',
    options({ optimizer: { type: 'sgd', learningRate: Number.NaN } }),
    'ERR_INVALID_OPTION',
    new RegExp(`learningRate is NaN, ${RATE}`),
  ],
  [
    'a learning rate beyond float32',
    options({ optimizer: { type: 'sgd', learningRate: 1e39 } }),
    'ERR_INVALID_OPTION',
    new RegExp(`learningRate is 1e\\+39, ${RATE}`),
  ],
  [
    'a learning rate as text',
    options({ optimizer: { type: 'sgd', learningRate: '0.1' } }),
    'ERR_INVALID_TYPE',
    new RegExp(`learningRate is "0\\.1", ${RATE}`),
  ],
  [
    'a negative momentum',
    options({ optimizer: { type: 'sgd', momentum: -0.5 } }),
    'ERR_INVALID_OPTION',
    new RegExp(`momentum is -0\\.5, ${RATE}`),
  ],
  [
    'a negative weight decay',
    options({ optimizer: { type: 'sgd', weightDecay: -0.5 } }),
    'ERR_INVALID_OPTION',
    new RegExp(`create: optimizer\\.weightDecay is -0\\.5, ${RATE}`),
  ],
  [
    'an infinite weight decay',
    options({ optimizer: { type: 'sgd', weightDecay: Number.POSITIVE_INFINITY } }),
    'ERR_INVALID_OPTION',
    new RegExp(`weightDecay is Infinity, ${RATE}`),
  ],
  [
    'a weight decay as text',
    options({ optimizer: { type: 'sgd', weightDecay: '0.1' } }),
    'ERR_INVALID_TYPE',
    new RegExp(`weightDecay is "0\\.1", ${RATE}`),
  ],
  [
    'a fractional seed',
    options({ seed: 0.5 }),
    'ERR_INVALID_OPTION',
    /create: seed is 0\.5, expected a whole number from 0 to 4294967295\.$/,
  ],
  ['a seed of 2^32', options({ seed: 2 ** 32 }), 'ERR_INVALID_OPTION', /create: seed is 4294967296, expected/],
  ['a seed as text', options({ seed: 'x' }), 'ERR_INVALID_TYPE', /create: seed is "x", expected/],
  [
    'labels as text',
    options({ labels: 'ab' }),
    'ERR_INVALID_TYPE',
    /create: labels is "ab", expected an array of strings\.$/,
  ],
  [
    'labels as numbers',
    options({ labels: [0, 1] }),
    'ERR_INVALID_TYPE',
    /create: labels is an array of 2, expected an array of strings/,
  ],
  [
    'a label too few',
    options({ labels: ['a'] }),
    'ERR_INVALID_OPTION',
    /create: labels has 1 names, expected 2 \(one per output\)\.$/,
  ],
  [
    'three labels of one sigmoid',
    { ...layer({ units: 1 }), labels: ['a', 'b', 'c'] },
    'ERR_INVALID_OPTION',
    /labels has 3 names, expected 2 \(two for a single sigmoid output\)/,
  ],
  [
    'a hole among labels',
    options({ labels: holed(['a', 'b'], 0) }),
    'ERR_INVALID_TYPE',
    /create: labels is an array of 2, expected an array of strings/,
  ],
  [
    'weights beyond float32',
    layer({ units: 64, initializer: { normal: [0, 3e38] } }),
    'ERR_INVALID_OPTION',
    /layers\[0\]\.initializer draws -?\d.*e\+38, which float32 cannot hold/,
  ],
  [
    'a repeated label',
    options({ labels: ['a', 'a'] }),
    'ERR_INVALID_OPTION',
    /create: labels names "a" twice\. Every class needs its own name\.$/,
  ],
  [
    'an unknown engine',
    options({ engine: 'wsm' }),
    'ERR_INVALID_OPTION',
    /create: engine is "wsm"\. Did you mean "wasm"\?/,
  ],
  ['0 threads', options({ threads: 0 }), 'ERR_INVALID_OPTION', /create: threads is 0, expected a whole number/],
  [
    'wideVectors of the js engine',
    options({ wideVectors: true, engine: 'js' }),
    'ERR_INVALID_OPTION',
    /create: wideVectors belongs to WebAssembly, and engine is "js"\. Leave it out/,
  ],
  ['relaxed by number', options({ relaxed: 1 }), 'ERR_INVALID_TYPE', /create: relaxed is 1, expected true or false/],
  [
    'an unknown normalization',
    options({ normalize: 'max' }),
    'ERR_INVALID_OPTION',
    /create: normalize is "max"\. .*Expected one of: standard, minMax/,
  ],
];

const OPTIMIZERS = ['adam', 'adamw', 'rmsprop', 'adagrad'];
const ACTIVATIONS = ['leakyRelu', 'elu', 'selu', 'gelu', 'silu', 'softplus'];
const unsupported: readonly Row[] = [
  ...ACTIVATIONS.map(
    (name): Row => [
      name,
      layer({ activation: name }),
      'ERR_UNSUPPORTED',
      new RegExp(`activation "${name}" is not built yet .*Use one of: linear, sigmoid, tanh, relu, softmax`),
    ],
  ),
  ...['meanAbsoluteError', 'huber'].map(
    (name): Row => [
      name,
      options({ loss: name }),
      'ERR_UNSUPPORTED',
      new RegExp(`loss "${name}" is not built yet .*Use one of: meanSquaredError`),
    ],
  ),
  ...OPTIMIZERS.map(
    (name): Row => [
      name,
      options({ optimizer: name }),
      'ERR_UNSUPPORTED',
      new RegExp(`optimizer "${name}" is not built yet .*Use "sgd"`),
    ],
  ),
  ...OPTIMIZERS.map(
    (type): Row => [
      `{ type: ${type} }`,
      options({ optimizer: { type, learningRate: 0.1 } }),
      'ERR_UNSUPPORTED',
      new RegExp(`optimizer\\.type "${type}" is not built yet`),
    ],
  ),
  [
    'momentum',
    options({ optimizer: { type: 'sgd', momentum: 0.1 } }),
    'ERR_UNSUPPORTED',
    /optimizer\.momentum is not built yet/,
  ],
  [
    'binary cross-entropy of a softmax',
    options({ loss: 'binaryCrossEntropy' }),
    'ERR_UNSUPPORTED',
    /binaryCrossEntropy on a softmax output layer is not built yet .*categoricalCrossEntropy/,
  ],
  [
    'nesterov',
    options({ optimizer: { type: 'sgd', nesterov: true } }),
    'ERR_UNSUPPORTED',
    /optimizer\.nesterov is not built yet/,
  ],
  ['dropout', layer({ dropout: 0.1 }), 'ERR_UNSUPPORTED', /layers\[0\]\.dropout is not built yet .*Leave it out/],
  ['l1', layer({ l1: 0.1 }), 'ERR_UNSUPPORTED', /layers\[0\]\.l1 is not built yet .*Use l2/],
  ...['normalize', 'normalizeTargets'].map(
    (key): Row => [
      key,
      options({ [key]: 'minMax' }),
      'ERR_UNSUPPORTED',
      new RegExp(`create: ${key} is not built yet .*Scale`),
    ],
  ),
  ['threads', options({ threads: 2 }), 'ERR_UNSUPPORTED', /create: threads is not built yet .*Leave it at 1/],
];

describe.each(ENGINES)('create on %s', (engine) => {
  it.each(network)('refuses %s', async (_, given, code, message) => {
    const reserved = await reservedBytes();
    const isOptions = typeof given === 'object' && given !== null && !Array.isArray(given);
    const withEngine = isOptions ? { engine, ...given } : given;
    await expectRefused(() => Network.create(withEngine as NetworkOptions), code, message);
    expect(await reservedBytes()).toBeLessThanOrEqual(reserved);
  });

  it.each(unsupported)('says that %s is not built yet', async (_, given, code, message) => {
    await expectRefused(() => Network.create({ engine, ...(given as object) } as NetworkOptions), code, message);
  });

  it('refuses more memory than there can be before it asks for any', async () => {
    const reserved = await reservedBytes();
    const huge = { inputs: 2 ** 20, layers: [{ units: 2 ** 20 }], engine };
    await expectRefused(() => Network.create(huge), 'ERR_OUT_OF_MEMORY', /^memory: .*Use a smaller network/);
    expect(await reservedBytes()).toBeLessThanOrEqual(reserved);
  });

  it('does what options that change nothing say', async () => {
    const neutral = {
      normalize: false,
      normalizeTargets: false,
      threads: 1,
      relaxed: false,
      wideVectors: false,
    } as const;
    const sgd = { type: 'sgd', momentum: 0, weightDecay: 0, nesterov: false } as const;
    const layers = [{ units: 1, dropout: 0, l1: 0, l2: 0 }];
    const created = await Network.create({ inputs: 1, layers, ...neutral, optimizer: sgd, engine });
    expect(created.parameterCount).toBe(2);
  });

  it('load rejects with ERR_UNSUPPORTED', async () => {
    await expectRefused(() => Network.load(new Uint8Array(8), { engine }), 'ERR_UNSUPPORTED', /^load is not built yet/);
  });
});
