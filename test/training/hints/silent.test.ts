/** Networks that learn well, of every kind: hints stay silent. On both engines and several seeds. */
import { describe, expect, it } from 'vitest';
import {
  type FitOptions,
  type LayerOptions,
  Network,
  type NetworkOptions,
  type OptimizerOptions,
} from '../../../src/index.js';
import { ENGINES } from '../../support/networks.js';
import { repeats } from '../../support/repeats.js';
import { XOR_INPUTS, XOR_TARGETS } from '../../support/samples.js';
import {
  diabetes,
  digits,
  iris,
  moons,
  prices,
  rare,
  scaledDigits,
  sides,
  sine,
} from '../../support/training/problems.js';

interface Learner {
  readonly network: NetworkOptions;
  readonly inputs: readonly (readonly number[])[];
  readonly targets: Uint8Array | readonly (readonly number[])[];
  readonly fit?: FitOptions;
  /** The last loss lies below: it does learn. */
  readonly loss: number;
}

const SEEDS = [1, 2].slice(0, repeats(1, 2));

const adam = (learningRate: number): OptimizerOptions => ({ type: 'adam', learningRate });
const rmsprop = (learningRate: number): OptimizerOptions => ({ type: 'rmsprop', learningRate });
const momentum = (learningRate: number): OptimizerOptions => ({ type: 'sgd', momentum: 0.9, learningRate });

function net(
  inputs: number,
  activation: NonNullable<LayerOptions['activation']>,
  units: readonly number[],
  last: LayerOptions,
  more: Partial<NetworkOptions> = {},
): NetworkOptions {
  return { inputs, layers: [...units.map((count) => ({ units: count, activation })), last], ...more };
}

const LINEAR = { units: 1, activation: 'linear' } as const;
const TEN = { units: 10, activation: 'softmax' } as const;
const THREE = { units: 3, activation: 'softmax' } as const;
const YES = { units: 1 } as const;
const INPUTS_SCALED = { normalize: 'standard' } as const;
const SCALED = { normalize: 'standard', normalizeTargets: 'standard' } as const;
const VALIDATION = { validation: 0.2 } as const;

const pixels = { inputs: scaledDigits().inputs, targets: scaledDigits().classes };
const rawPixels = { inputs: digits().inputs, targets: digits().classes };
const flowers = { inputs: iris().inputs, targets: iris().classes };
const isSetosa = { inputs: iris().inputs, targets: Uint8Array.from(iris().classes, (index) => Number(index === 0)) };
const half = { inputs: moons().inputs, targets: moons().classes };
const patients = diabetes();
const houses = prices();
const wave = sine();
const planes = sides();
const xor = { inputs: XOR_INPUTS, targets: Uint8Array.from(XOR_TARGETS) };
const ill = { inputs: rare().inputs, targets: rare().classes };

const LEARNERS: Record<string, Learner> = {
  // Classes by softmax.
  'digits, relu, sgd': {
    network: net(64, 'relu', [32], TEN),
    ...pixels,
    fit: { epochs: 15, ...VALIDATION },
    loss: 0.3,
  },
  'digits, sigmoid, sgd': { network: net(64, 'sigmoid', [32], TEN), ...pixels, fit: { epochs: 30 }, loss: 0.5 },
  'digits, tanh, adam': {
    network: net(64, 'tanh', [32], TEN, { optimizer: adam(0.005) }),
    ...pixels,
    fit: { epochs: 10, ...VALIDATION },
    loss: 0.3,
  },
  'digits, leakyRelu, rmsprop': {
    network: net(64, 'leakyRelu', [32], TEN, { optimizer: rmsprop(0.005) }),
    ...pixels,
    fit: { epochs: 10 },
    loss: 0.3,
  },
  'digits, one sample at a time': {
    network: net(64, 'sigmoid', [32], TEN),
    ...pixels,
    fit: { epochs: 5, batchSize: 1 },
    loss: 0.3,
  },
  'digits, normalized, momentum': {
    network: net(64, 'tanh', [32], TEN, { ...INPUTS_SCALED, optimizer: momentum(0.02) }),
    ...rawPixels,
    fit: { epochs: 10 },
    loss: 0.3,
  },
  'digits, minMax': {
    network: net(64, 'relu', [32], TEN, { normalize: 'minMax' }),
    ...rawPixels,
    fit: { epochs: 15, ...VALIDATION },
    loss: 0.3,
  },
  'digits from 0 to 16 that adam learns': {
    network: net(64, 'relu', [32], TEN, { optimizer: 'adam' }),
    ...rawPixels,
    fit: { epochs: 15 },
    loss: 0.3,
  },
  'digits from 0 to 16 that sigmoid learns': {
    network: net(64, 'sigmoid', [32], TEN),
    ...rawPixels,
    fit: { epochs: 20 },
    loss: 0.3,
  },
  'digits, dropout': {
    network: { inputs: 64, layers: [{ units: 64, activation: 'relu', dropout: 0.3 }, TEN] },
    ...pixels,
    fit: { epochs: 20, ...VALIDATION },
    loss: 0.4,
  },
  'digits, two layers': {
    network: net(64, 'relu', [32, 16], TEN, { optimizer: 'adam' }),
    ...pixels,
    fit: { epochs: 30 },
    loss: 0.4,
  },
  'iris, tanh, sgd': { network: net(4, 'tanh', [8], THREE, INPUTS_SCALED), ...flowers, fit: VALIDATION, loss: 0.2 },
  'iris in centimetres': {
    network: net(4, 'tanh', [16], THREE, { optimizer: adam(0.01) }),
    ...flowers,
    fit: VALIDATION,
    loss: 0.2,
  },
  'iris, relu, adam': {
    network: net(4, 'relu', [8], THREE, { ...INPUTS_SCALED, optimizer: adam(0.01) }),
    ...flowers,
    loss: 0.2,
  },
  'iris, sigmoid, one at a time': {
    network: net(4, 'sigmoid', [8], THREE, INPUTS_SCALED),
    ...flowers,
    fit: { batchSize: 1 },
    loss: 0.2,
  },
  'iris, early stopping': {
    network: net(4, 'tanh', [32], THREE, { ...INPUTS_SCALED, optimizer: adam(0.02) }),
    ...flowers,
    fit: { epochs: 300, ...VALIDATION, earlyStopping: { patience: 20 } },
    loss: 0.3,
  },
  // Yes or no by sigmoid.
  'moons, tanh, adam': {
    network: net(2, 'tanh', [16], YES, { optimizer: adam(0.02) }),
    ...half,
    fit: VALIDATION,
    loss: 0.2,
  },
  'moons, relu, adam': {
    network: net(2, 'relu', [16], YES, { optimizer: adam(0.02) }),
    ...half,
    fit: VALIDATION,
    loss: 0.2,
  },
  'moons, sgd, one at a time': { network: net(2, 'tanh', [16], YES), ...half, fit: { batchSize: 1 }, loss: 0.2 },
  'moons, rmsprop': { network: net(2, 'relu', [16], YES, { optimizer: rmsprop(0.01) }), ...half, loss: 0.2 },
  'moons by the squared error': {
    network: net(2, 'tanh', [16], YES, { loss: 'meanSquaredError', optimizer: adam(0.02) }),
    ...half,
    loss: 0.06,
  },
  'moons, a schedule': {
    network: net(2, 'tanh', [16], YES, { optimizer: adam(0.02) }),
    ...half,
    fit: { learningRate: { type: 'cosine' } },
    loss: 0.2,
  },
  'setosa or not': { network: net(4, 'sigmoid', [4], YES, INPUTS_SCALED), ...isSetosa, loss: 0.15 },
  'a single neuron': { network: net(4, 'sigmoid', [], YES, INPUTS_SCALED), ...isSetosa, loss: 0.1 },
  'exclusive or, sgd': {
    network: net(2, 'tanh', [8], YES),
    ...xor,
    fit: { epochs: 2000, learningRate: 0.5 },
    loss: 0.05,
  },
  'exclusive or, adam': {
    network: net(2, 'tanh', [8], YES, { optimizer: adam(0.05) }),
    ...xor,
    fit: { epochs: 300 },
    loss: 0.05,
  },
  'a rare class with its weight': {
    network: net(3, 'sigmoid', [8], YES),
    ...ill,
    fit: { epochs: 100, classWeights: [1, 21] },
    loss: 1.5,
  },
  // Several labels at once.
  'planes, relu, sgd': { network: net(3, 'relu', [16], { units: 3 }), ...planes, fit: VALIDATION, loss: 0.2 },
  'planes, sigmoid, adam': {
    network: net(3, 'sigmoid', [16], { units: 3 }, { optimizer: adam(0.02) }),
    ...planes,
    loss: 0.2,
  },
  'planes, tanh, rmsprop': {
    network: net(3, 'tanh', [16], { units: 3 }, { optimizer: rmsprop(0.005) }),
    ...planes,
    loss: 0.2,
  },
  'planes, one at a time': {
    network: net(3, 'tanh', [8], { units: 3 }),
    ...planes,
    fit: { epochs: 30, batchSize: 1 },
    loss: 0.2,
  },
  // Numbers.
  'prices, relu, sgd': { network: net(3, 'relu', [16], LINEAR, SCALED), ...houses, fit: VALIDATION, loss: 0.05 },
  'prices, tanh, adam': {
    network: net(3, 'tanh', [16], LINEAR, { ...SCALED, optimizer: adam(0.005) }),
    ...houses,
    fit: VALIDATION,
    loss: 0.05,
  },
  'prices, minMax': {
    network: net(3, 'tanh', [16], LINEAR, { normalize: 'minMax', normalizeTargets: 'minMax' }),
    ...houses,
    loss: 0.05,
  },
  'prices by a line': { network: net(3, 'tanh', [], LINEAR, SCALED), ...houses, loss: 0.05 },
  'prices by the absolute error': {
    network: net(3, 'relu', [16], LINEAR, { ...SCALED, loss: 'meanAbsoluteError', optimizer: adam(0.005) }),
    ...houses,
    loss: 0.2,
  },
  'prices by huber': {
    network: net(3, 'relu', [16], LINEAR, { ...SCALED, loss: 'huber', optimizer: adam(0.005) }),
    ...houses,
    loss: 0.05,
  },
  'a sine, sgd': { network: net(1, 'tanh', [16], LINEAR), ...wave, fit: { epochs: 300 }, loss: 0.05 },
  'a sine, adam': {
    network: net(1, 'tanh', [16], LINEAR, { optimizer: adam(0.01) }),
    ...wave,
    fit: { epochs: 200 },
    loss: 0.02,
  },
  'a sine, relu': {
    network: net(1, 'relu', [32], LINEAR, { optimizer: adam(0.01) }),
    ...wave,
    fit: { epochs: 200 },
    loss: 0.02,
  },
  // Patients: half of the progression is noise, nobody explains more.
  'patients, tanh, adam': {
    network: net(10, 'tanh', [16], LINEAR, { ...SCALED, optimizer: adam(0.003) }),
    ...patients,
    fit: { epochs: 60 },
    loss: 0.55,
  },
  'patients, relu, sgd': {
    network: net(10, 'relu', [8], LINEAR, SCALED),
    ...patients,
    fit: { epochs: 60, learningRate: 0.01, ...VALIDATION },
    loss: 0.55,
  },
  'patients, sigmoid, sgd': { network: net(10, 'sigmoid', [8], LINEAR, SCALED), ...patients, loss: 0.55 },
  'patients by a line': {
    network: net(10, 'tanh', [], LINEAR, SCALED),
    ...patients,
    fit: { learningRate: 0.01, ...VALIDATION },
    loss: 0.6,
  },
  'patients by a line, one at a time': {
    network: net(10, 'tanh', [], LINEAR, SCALED),
    ...patients,
    fit: { epochs: 30, learningRate: 0.002, batchSize: 1 },
    loss: 0.6,
  },
  'patients by the absolute error': {
    network: net(10, 'relu', [16], LINEAR, { ...SCALED, loss: 'meanAbsoluteError', optimizer: 'adam' }),
    ...patients,
    loss: 0.62,
  },
  'patients by huber, rmsprop': {
    network: net(10, 'relu', [8], LINEAR, { ...SCALED, loss: 'huber', optimizer: rmsprop(0.001) }),
    ...patients,
    loss: 0.3,
  },
  'patients, early stopping': {
    network: net(10, 'relu', [64, 64], LINEAR, { ...SCALED, optimizer: 'adam' }),
    ...patients,
    fit: { epochs: 300, validation: 0.3, earlyStopping: { patience: 10 } },
    loss: 0.6,
  },
  'patients in points, learned by large steps': {
    network: net(10, 'relu', [16], LINEAR, { ...INPUTS_SCALED, optimizer: adam(0.05) }),
    ...patients,
    loss: 3500,
  },
};

describe.each(ENGINES)('on %s', (engine) => {
  const cases = Object.entries(LEARNERS).flatMap(([title, learner]) =>
    SEEDS.map((seed) => [title, seed, learner] as const),
  );
  it.each(cases)('%s (seed %i)', async (_, seed, { network: options, inputs, targets, fit, loss }) => {
    const network = await Network.create({ ...options, seed, engine });
    const { hints, epochs, bestEpoch } = await network.fit(inputs, targets, fit);
    expect(hints).toEqual([]);
    expect(epochs.find(({ epoch }) => epoch === bestEpoch)?.loss).toBeLessThan(loss);
  });
});
