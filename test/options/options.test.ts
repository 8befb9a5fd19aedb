/** The defaults that `create` fills in. */
import { describe, expect, it } from 'vitest';
import { resolveNetwork } from '../../src/options/network.js';

/** The options that an optimizer does not have. */
const NONE = { momentum: 0, nesterov: false, beta1: 0, beta2: 0, epsilon: 0, weightDecay: 0 };

/** The defaults of torch.optim, PyTorch 1.13. There, the learning rate of sgd has no default. */
const OPTIMIZERS = {
  sgd: { learningRate: 0.1 },
  adam: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  adamw: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
  rmsprop: { learningRate: 0.01, beta2: 0.99, epsilon: 1e-8 },
  adagrad: { learningRate: 0.01, epsilon: 1e-10 },
};

const OPTIMIZER_OPTIONS = [
  { type: 'sgd', learningRate: 0.5, momentum: 0.75, nesterov: true, weightDecay: 0.25 },
  { type: 'adam', learningRate: 0.5, beta1: 0.25, beta2: 0.75, epsilon: 0.125, weightDecay: 0.0625 },
  { type: 'adamw', learningRate: 0.5, beta1: 0.25, beta2: 0.75, epsilon: 0.125, weightDecay: 0.0625 },
  { type: 'rmsprop', learningRate: 0.5, decay: 0.75, epsilon: 0.125 },
  { type: 'adagrad', learningRate: 0.5, epsilon: 0.125 },
];

describe('resolveNetwork', () => {
  it('fills in every default', () => {
    expect(resolveNetwork({ inputs: 3, layers: [{ units: 2 }] })).toEqual({
      inputs: 3,
      outputs: 2,
      layers: [
        {
          inputs: 3,
          units: 2,
          activation: 'sigmoid',
          initializer: 'glorotUniform',
          bias: true,
          trainable: true,
          dropout: 0,
          l1: 0,
          l2: 0,
        },
      ],
      loss: 'binaryCrossEntropy',
      optimizer: { ...NONE, type: 'sgd', learningRate: 0.1 },
      seed: 0,
      normalize: false,
      normalizeTargets: false,
      labels: undefined,
    });
  });

  it('fills in the slope of leakyRelu alone', () => {
    const layers = [
      { units: 1, activation: 'leakyRelu' },
      { units: 1, activation: 'leakyRelu', slope: -2 },
      { units: 1 },
    ];
    const slopes = resolveNetwork({ inputs: 1, layers }).layers.map(({ slope }) => slope);
    expect(slopes).toEqual([0.01, -2, undefined]);
  });

  it.each([
    ['softmax', 'categoricalCrossEntropy'],
    ['sigmoid', 'binaryCrossEntropy'],
    ['linear', 'meanSquaredError'],
    ['tanh', 'meanSquaredError'],
    ['relu', 'meanSquaredError'],
    ['softplus', 'meanSquaredError'],
  ])('an output layer of %s has %s', (activation, loss) => {
    expect(resolveNetwork({ inputs: 1, layers: [{ units: 2, activation }] }).loss).toBe(loss);
  });

  it('gives each layer the units of the one before as inputs', () => {
    const { layers } = resolveNetwork({ inputs: 5, layers: [{ units: 4 }, { units: 3 }, { units: 2 }] });
    expect(layers.map((spec) => [spec.inputs, spec.units])).toEqual([
      [5, 4],
      [4, 3],
      [3, 2],
    ]);
  });

  it.each(Object.entries(OPTIMIZERS))(
    'takes %s by name or type alone, with the defaults of PyTorch',
    (type, defaults) => {
      const network = { inputs: 1, layers: [{ units: 1 }] };
      const expected = { ...NONE, type, ...defaults };
      expect(resolveNetwork({ ...network, optimizer: type }).optimizer).toEqual(expected);
      expect(resolveNetwork({ ...network, optimizer: { type } }).optimizer).toEqual(expected);
    },
  );

  it.each(OPTIMIZER_OPTIONS)('takes $type with all of its options', (optimizer) => {
    const { decay, ...rest } = optimizer as typeof optimizer & { decay?: number };
    const expected = { ...NONE, ...rest, ...(decay === undefined ? {} : { beta2: decay }) };
    expect(resolveNetwork({ inputs: 1, layers: [{ units: 1 }], optimizer }).optimizer).toEqual(expected);
  });

  it('takes one option of an optimizer, the others at their defaults', () => {
    const network = { inputs: 1, layers: [{ units: 2, l2: 0.25 }, { units: 1 }] };
    const spec = resolveNetwork({ ...network, optimizer: { type: 'sgd', weightDecay: 0.5 } });
    expect(spec).toMatchObject({
      optimizer: { learningRate: 0.1, momentum: 0, weightDecay: 0.5 },
      layers: [{ l2: 0.25 }, { l2: 0 }],
    });
    const { optimizer } = resolveNetwork({ ...network, optimizer: { type: 'adamw', beta1: 0 } });
    expect(optimizer).toEqual({ ...NONE, type: 'adamw', ...OPTIMIZERS.adamw, beta1: 0 });
  });

  it('takes every option of layers and scaling', () => {
    const layers = [
      { units: 2, activation: 'gelu', dropout: 0.5, l1: 0.125 },
      { units: 1, activation: 'linear' },
    ];
    const spec = resolveNetwork({
      inputs: 1,
      layers,
      loss: 'huber',
      normalize: 'minMax',
      normalizeTargets: 'standard',
    });
    expect(spec).toMatchObject({ loss: 'huber', normalize: 'minMax', normalizeTargets: 'standard' });
    expect(spec.layers).toMatchObject([
      { activation: 'gelu', dropout: 0.5, l1: 0.125 },
      { dropout: 0, l1: 0 },
    ]);
  });

  it('keeps copies, so that the caller may change the options later', () => {
    const labels = ['a', 'b'];
    const uniform: [number, number] = [0, 1];
    const spec = resolveNetwork({ inputs: 1, layers: [{ units: 2, initializer: { uniform } }], labels });
    labels[0] = 'changed';
    uniform[0] = -9;
    expect(spec).toMatchObject({ labels: ['a', 'b'], layers: [{ initializer: { uniform: [0, 1] } }] });
  });
});
