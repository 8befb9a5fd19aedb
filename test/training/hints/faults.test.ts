/** Networks that learn little, each with a fault that a person who knows would see: the hints name it. On both engines and several seeds. */
import { describe, expect, it } from 'vitest';
import { type FitOptions, type HintCode, type LayerOptions, Network, type NetworkOptions } from '../../../src/index.js';
import { ENGINES } from '../../support/networks.js';
import { repeats } from '../../support/repeats.js';
import { XOR_INPUTS, XOR_TARGETS } from '../../support/samples.js';
import {
  diabetes,
  digits,
  iris,
  moons,
  noise,
  prices,
  rare,
  scaledDigits,
  sine,
  times,
} from '../../support/training/problems.js';

interface Fault {
  readonly network: NetworkOptions;
  readonly inputs: readonly (readonly number[])[];
  readonly targets: Uint8Array | readonly (readonly number[])[];
  readonly fit?: FitOptions;
  /** The codes that must come, in this order; others may stand between them. */
  readonly codes: readonly HintCode[];
  /** What the messages must say, together. */
  readonly says: readonly RegExp[];
}

const SEEDS = [1, 2, 3].slice(0, repeats(1, 3));

function hidden(activation: NonNullable<LayerOptions['activation']>, units: readonly number[], last: LayerOptions) {
  return [...units.map((count) => ({ units: count, activation })), last];
}

const LINEAR = { units: 1, activation: 'linear' } as const;
const TEN = { units: 10, activation: 'softmax' } as const;
const THREE = { units: 3, activation: 'softmax' } as const;
const YES = { units: 1 } as const;

const house = prices();
const moon = moons();

const FAULTS: Record<string, Fault> = {
  'digits from 0 to 16 with relu and the default rate': {
    network: { inputs: 64, layers: hidden('relu', [32], TEN) },
    inputs: digits().inputs,
    targets: digits().classes,
    fit: { epochs: 40 },
    codes: ['UNSCALED_INPUTS', 'DEAD_UNITS'],
    says: [/reaches from 0 to 16/, /\d+ of 32 relu units of layer 0 /, /normalize: 'standard'/],
  },
  'prices with normalize alone and adam': {
    network: { inputs: 3, layers: hidden('relu', [16], LINEAR), normalize: 'standard', optimizer: 'adam' },
    inputs: house.inputs,
    targets: house.targets,
    codes: ['UNSCALED_TARGETS'],
    says: [/from \d+ to \d+, around \d+, the answers from/, /normalizeTargets: 'standard'/],
  },
  'prices with nothing scaled': {
    network: { inputs: 3, layers: hidden('relu', [16], LINEAR) },
    inputs: house.inputs,
    targets: house.targets,
    codes: ['UNSCALED_TARGETS', 'UNSCALED_INPUTS', 'DEAD_UNITS', 'CONSTANT_OUTPUT'],
    says: [/normalizeTargets: 'standard'/, /column 2 \(counted from 0\)/],
  },
  'prices without scaled inputs': {
    network: { inputs: 3, layers: hidden('relu', [16], LINEAR), normalizeTargets: 'standard' },
    inputs: house.inputs,
    targets: house.targets,
    codes: ['UNSCALED_INPUTS', 'CONSTANT_OUTPUT'],
    says: [/normalize: 'standard'/],
  },
  'prices by the mean absolute error': {
    network: {
      inputs: 3,
      layers: hidden('tanh', [16], LINEAR),
      loss: 'meanAbsoluteError',
      normalize: 'standard',
      optimizer: 'rmsprop',
    },
    inputs: house.inputs,
    targets: house.targets,
    codes: ['UNSCALED_TARGETS'],
    says: [/normalizeTargets: 'standard'/],
  },
  'targets of a ten-thousandth': {
    network: { inputs: 1, layers: hidden('tanh', [16], LINEAR), optimizer: 'adam' },
    inputs: sine().inputs,
    targets: times(sine().targets, 1e-4),
    fit: { epochs: 20 },
    codes: ['UNSCALED_TARGETS'],
    says: [/reach from -0.0001 to 0.0001/],
  },
  'targets by a relu output': {
    network: {
      inputs: 10,
      layers: hidden('tanh', [8], { units: 1, activation: 'softplus' }),
      normalize: 'standard',
      optimizer: 'adam',
    },
    inputs: diabetes().inputs,
    targets: diabetes().targets,
    codes: ['UNSCALED_TARGETS'],
    says: [/activation: 'linear' in its last layer/],
  },
  'sigmoid units with inputs of thousands': {
    network: { inputs: 2, layers: hidden('sigmoid', [16], YES) },
    inputs: times(moon.inputs, 3000),
    targets: moon.classes,
    codes: ['UNSCALED_INPUTS', 'SATURATED_UNITS'],
    says: [/100% of the outputs of the 16 sigmoid units of layer 0 /],
  },
  'tanh units with inputs of thousands and adam': {
    network: { inputs: 2, layers: hidden('tanh', [16, 8], YES), optimizer: 'adam' },
    inputs: times(moon.inputs, 3000),
    targets: moon.classes,
    codes: ['UNSCALED_INPUTS', 'SATURATED_UNITS'],
    says: [/16 tanh units of layer 0 \(counted from 0\) are -1 or 1/],
  },
  'inputs of a thousandth': {
    network: { inputs: 2, layers: hidden('tanh', [8], YES) },
    inputs: times(moon.inputs, 1e-3),
    targets: moon.classes,
    codes: ['UNSCALED_INPUTS', 'CONSTANT_OUTPUT'],
    says: [/no column of them spans more than 0.00/],
  },
  'relu units whose first weights are zeros': {
    network: { inputs: 2, layers: [{ units: 8, activation: 'relu', initializer: 'zeros' }, YES] },
    inputs: moon.inputs,
    targets: moon.classes,
    codes: ['DEAD_UNITS', 'CONSTANT_OUTPUT'],
    says: [/8 of 8 relu units/, /first weights were zeros/],
  },
  'relu units that a step of 5 kills': {
    network: { inputs: 64, layers: hidden('relu', [32], TEN) },
    inputs: scaledDigits().inputs,
    targets: scaledDigits().classes,
    fit: { epochs: 10, learningRate: 5 },
    codes: ['RATE_TOO_LARGE', 'DEAD_UNITS', 'CONSTANT_OUTPUT'],
    says: [/at learning rate 5\b/, /steps .* at learning rate (0\.1|1|0\.01|0\.5), and comes to/],
  },
  'adam at a rate of 1': {
    network: { inputs: 64, layers: hidden('relu', [32], TEN), optimizer: 'adam' },
    inputs: scaledDigits().inputs,
    targets: scaledDigits().classes,
    fit: { epochs: 10, learningRate: 1 },
    codes: ['RATE_TOO_LARGE'],
    says: [/Use learningRate: 0\.\d+/],
  },
  'adam at a rate of 3, from which units saturate': {
    network: {
      inputs: 3,
      layers: hidden('tanh', [16], LINEAR),
      optimizer: 'adam',
      normalize: 'standard',
      normalizeTargets: 'standard',
    },
    inputs: house.inputs,
    targets: house.targets,
    fit: { epochs: 100, learningRate: 3 },
    codes: ['RATE_TOO_LARGE', 'SATURATED_UNITS'],
    says: [/Use learningRate: 0\.\d+/],
  },
  'a loss that jumps': {
    network: { inputs: 10, layers: hidden('tanh', [8], LINEAR), normalize: 'standard', normalizeTargets: 'standard' },
    inputs: diabetes().inputs,
    targets: diabetes().targets,
    fit: { epochs: 30, learningRate: 0.9, batchSize: 8, clipNorm: 5 },
    codes: ['RATE_TOO_LARGE'],
    says: [/Use learningRate: 0\.\d+/],
  },
  'digits at a rate of a millionth': {
    network: { inputs: 64, layers: hidden('sigmoid', [32], TEN) },
    inputs: scaledDigits().inputs,
    targets: scaledDigits().classes,
    fit: { epochs: 10, learningRate: 1e-6 },
    codes: ['RATE_TOO_SMALL'],
    says: [/at learning rate 0\.000001/, /Use learningRate: (0\.1|1), or train for more epochs/],
  },
  'iris at a rate of a millionth, with adam': {
    network: { inputs: 4, layers: hidden('tanh', [8], THREE), normalize: 'standard', optimizer: 'adam' },
    inputs: iris().inputs,
    targets: iris().classes,
    fit: { epochs: 20, learningRate: 1e-6 },
    codes: ['RATE_TOO_SMALL'],
    says: [/Use learningRate: 0\.0/],
  },
  'a sine at a rate of a millionth, by a schedule': {
    network: { inputs: 1, layers: hidden('tanh', [16], LINEAR), optimizer: 'adam' },
    inputs: sine().inputs,
    targets: sine().targets,
    fit: { epochs: 50, learningRate: { type: 'cosine', learningRate: 1e-6 } },
    codes: ['RATE_TOO_SMALL'],
    says: [/at learning rate 0\.000001/],
  },
  'exclusive or, 2-2-1, with the defaults': {
    network: { inputs: 2, layers: hidden('sigmoid', [2], YES) },
    inputs: XOR_INPUTS,
    targets: Uint8Array.from(XOR_TARGETS),
    codes: ['CONSTANT_OUTPUT'],
    says: [/Train for more epochs/],
  },
  'inputs that are all the same': {
    network: { inputs: 2, layers: hidden('sigmoid', [4], YES) },
    inputs: Array.from({ length: 40 }, () => [0.5, -1]),
    targets: Uint8Array.from({ length: 40 }, (_, i) => i % 2),
    codes: ['CONSTANT_OUTPUT'],
    says: [/inputs themselves are all the same/],
  },
  'a network that always says no': {
    network: { inputs: 3, layers: hidden('sigmoid', [8], YES) },
    inputs: rare().inputs,
    targets: rare().classes,
    fit: { epochs: 40 },
    codes: ['UNBALANCED_CLASSES'],
    says: [/finds 0 of \d+/, /accuracy of 95\.\d%/, /class 0 has 95\.\d%/, /classWeights: \{ "1": 2\d \}/],
  },
  'a softmax that never names a class': {
    network: { inputs: 3, layers: hidden('relu', [8], { units: 2, activation: 'softmax' }), labels: ['well', 'ill'] },
    inputs: rare().inputs,
    targets: rare().classes,
    fit: { epochs: 10 },
    codes: ['UNBALANCED_CLASSES'],
    says: [/samples are "ill"/, /classWeights: \{ "ill": 2\d \}/],
  },
  'a large network on few patients': {
    network: {
      inputs: 10,
      layers: hidden('relu', [64, 64], LINEAR),
      optimizer: 'adam',
      normalize: 'standard',
      normalizeTargets: 'standard',
    },
    inputs: diabetes().inputs,
    targets: diabetes().targets,
    fit: { epochs: 150, validation: 0.3 },
    codes: ['OVERFITTING'],
    says: [/lowest in epoch \d+, 0\.\d+, and rose to/, /training loss fell from/, /earlyStopping: \{ patience: 10 \}/],
  },
  'noise learned by heart': {
    network: { inputs: 3, layers: hidden('relu', [128], YES), optimizer: { type: 'adam', learningRate: 0.01 } },
    inputs: noise().inputs,
    targets: noise().classes,
    fit: { epochs: 300, validation: 0.3 },
    codes: ['OVERFITTING'],
    says: [/in epoch 300/],
  },
};

describe.each(ENGINES)('on %s', (engine) => {
  const cases = Object.entries(FAULTS).flatMap(([title, fault]) => SEEDS.map((seed) => [title, seed, fault] as const));
  it.each(cases)('%s (seed %i)', async (_, seed, { network: options, inputs, targets, fit, codes, says }) => {
    const network = await Network.create({ ...options, seed, engine });
    const { hints } = await network.fit(inputs, targets, fit);
    const found = hints.map(({ code }) => code);
    expect(found.filter((code) => codes.includes(code))).toEqual(codes);
    expect(new Set(found).size).toBe(found.length);
    const said = hints.map(({ message }) => message).join('\n');
    for (const pattern of says) expect(said).toMatch(pattern);
  });
});
