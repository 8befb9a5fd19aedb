/** What `create` refuses in the options of a network, and what is not built yet, with class, code and message. */
import { describe, expect, it } from 'vitest';
import { type ErrorCode, Network, type NetworkOptions } from '../../src/index.js';
import { ENGINES, reservedBytes } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { holed } from '../support/samples.js';

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
];

/** A wrong value for an option of an optimizer. */
const optimizer = (
  type: string,
  key: string,
  value: unknown,
  code: ErrorCode,
  expected: string,
  came = `${value}`.replace(/[.+]/g, '\\$&'),
): Row => [
  `${key} of ${type}: ${typeof value === 'string' ? `"${value}"` : value}`,
  options({ optimizer: { type, [key]: value } }),
  code,
  new RegExp(`^create: optimizer\\.${key} is ${came}, ${expected}`),
];

const FRACTION = 'expected a number from 0 to below 1\\.$';
const POSITIVE = 'expected a number above 0 that float32 can hold\\.$';
const ADAPTIVE = ['adam', 'adamw', 'rmsprop', 'adagrad'];
const FRACTIONS = [
  ['sgd', 'momentum'],
  ['adam', 'beta1'],
  ['adam', 'beta2'],
  ['adamw', 'beta1'],
  ['adamw', 'beta2'],
  ['rmsprop', 'decay'],
] as const;

const optimizers: readonly Row[] = [
  ...FRACTIONS.flatMap(([type, key]) => [
    optimizer(type, key, -0.5, 'ERR_INVALID_OPTION', FRACTION),
    optimizer(type, key, 1, 'ERR_INVALID_OPTION', FRACTION),
    // It is 1 in float32.
    optimizer(type, key, 0.99999999, 'ERR_INVALID_OPTION', FRACTION),
    optimizer(type, key, Number.NaN, 'ERR_INVALID_OPTION', FRACTION),
    optimizer(type, key, '0.9', 'ERR_INVALID_TYPE', FRACTION, '"0\\.9"'),
  ]),
  ...ADAPTIVE.flatMap((type) => [
    optimizer(type, 'epsilon', 0, 'ERR_INVALID_OPTION', POSITIVE),
    optimizer(type, 'epsilon', -1e-8, 'ERR_INVALID_OPTION', POSITIVE),
    // It is 0 in float32.
    optimizer(type, 'epsilon', 1e-46, 'ERR_INVALID_OPTION', POSITIVE),
    optimizer(type, 'epsilon', 1e39, 'ERR_INVALID_OPTION', POSITIVE),
    optimizer(type, 'epsilon', null, 'ERR_INVALID_TYPE', POSITIVE),
    optimizer(type, 'learningRate', -1, 'ERR_INVALID_OPTION', RATE),
    optimizer(type, 'learningRate', Number.POSITIVE_INFINITY, 'ERR_INVALID_OPTION', RATE),
    optimizer(type, 'learningRate', '1', 'ERR_INVALID_TYPE', RATE, '"1"'),
  ]),
  ...['adam', 'adamw'].flatMap((type) => [
    optimizer(type, 'weightDecay', -1, 'ERR_INVALID_OPTION', RATE),
    optimizer(type, 'weightDecay', Number.NaN, 'ERR_INVALID_OPTION', RATE),
  ]),
  optimizer('sgd', 'nesterov', 1, 'ERR_INVALID_TYPE', 'expected true or false\\.$'),
  ...[{}, { momentum: 0 }].map(
    (momentum): Row => [
      `nesterov with ${JSON.stringify(momentum)}`,
      options({ optimizer: { type: 'sgd', nesterov: true, ...momentum } }),
      'ERR_INVALID_OPTION',
      /^create: optimizer\.nesterov needs a momentum above 0\. .*momentum: 0\.9, nesterov: true/,
    ],
  ),
  ...(
    [
      ['adam', 'momentum', ''],
      ['adamw', 'nesterov', ''],
      ['rmsprop', 'beta2', ''],
      ['rmsprop', 'weightDecay', ''],
      ['adagrad', 'decay', ''],
      ['adam', 'beta3', 'Did you mean "beta1"\\? '],
      ['rmsprop', 'eps', ''],
      ['adamw', 'weightdecay', 'Did you mean "weightDecay"\\? '],
      ['sgd', 'momentun', 'Did you mean "momentum"\\? '],
      ['adagrad', 'lr', 'Did you mean "learningRate"\\? '],
    ] as const
  ).map(
    ([type, key, suggestion]): Row => [
      `${key} of ${type}, which has none`,
      options({ optimizer: { type, [key]: 0.5 } }),
      'ERR_INVALID_OPTION',
      new RegExp(`^create: optimizer has an unknown option "${key}"\\. ${suggestion}Known: type, learningRate`),
    ],
  ),
];

const normalizations: readonly Row[] = [
  ...['normalize', 'normalizeTargets'].flatMap((key): Row[] => [
    [
      `${key}: true`,
      options({ [key]: true }),
      'ERR_INVALID_TYPE',
      new RegExp(`^create: ${key} is true, expected one of: standard, minMax\\.$`),
    ],
    [
      `${key}: minmax`,
      options({ [key]: 'minmax' }),
      'ERR_INVALID_OPTION',
      new RegExp(`^create: ${key} is "minmax"\\. Did you mean "minMax"\\? Expected one of: standard, minMax\\.$`),
    ],
  ]),
  [
    'normalise',
    options({ normalise: 'standard' }),
    'ERR_INVALID_OPTION',
    /^create: options has an unknown option "normalise"\. Did you mean "normalize"\?/,
  ],
  [
    'normalizeTargets of categorical cross-entropy',
    options({ normalizeTargets: 'minMax' }),
    'ERR_INVALID_OPTION',
    /^create: normalizeTargets with categoricalCrossEntropy, whose targets are probabilities\. Leave it out/,
  ],
  [
    'normalizeTargets of binary cross-entropy',
    { ...layer({}), normalizeTargets: 'standard' },
    'ERR_INVALID_OPTION',
    /^create: normalizeTargets with binaryCrossEntropy, whose targets are probabilities\. .*activation: "linear"\.$/,
  ],
];

const unsupported: readonly Row[] = [
  [
    'binary cross-entropy of a softmax',
    options({ loss: 'binaryCrossEntropy' }),
    'ERR_UNSUPPORTED',
    /binaryCrossEntropy on a softmax output layer is not built yet .*categoricalCrossEntropy/,
  ],
];

describe.each(ENGINES)('create on %s', (engine) => {
  it.each([...network, ...optimizers, ...normalizations])('refuses %s', async (_, given, code, message) => {
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

  it('accepts options that change nothing', async () => {
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
});
