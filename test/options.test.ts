/** The defaults that `create` fills in. */
import { describe, expect, it } from 'vitest';
import { resolveNetwork } from '../src/options/network.js';

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
          l2: 0,
        },
      ],
      loss: 'binaryCrossEntropy',
      learningRate: 0.1,
      weightDecay: 0,
      seed: 0,
      labels: undefined,
    });
  });

  it.each([
    ['softmax', 'categoricalCrossEntropy'],
    ['sigmoid', 'binaryCrossEntropy'],
    ['linear', 'meanSquaredError'],
    ['tanh', 'meanSquaredError'],
    ['relu', 'meanSquaredError'],
  ])('an output layer of %s has %s', (activation, loss) => {
    expect(resolveNetwork({ inputs: 1, layers: [{ units: 2, activation }] }).loss).toBe(loss);
  });

  it('feeds each layer by the one before', () => {
    const { layers } = resolveNetwork({ inputs: 5, layers: [{ units: 4 }, { units: 3 }, { units: 2 }] });
    expect(layers.map((spec) => [spec.inputs, spec.units])).toEqual([
      [5, 4],
      [4, 3],
      [3, 2],
    ]);
  });

  it('takes an optimizer by name, and with some of its options', () => {
    const network = { inputs: 1, layers: [{ units: 2, l2: 0.25 }, { units: 1 }] };
    expect(resolveNetwork({ ...network, optimizer: 'sgd' })).toMatchObject({ learningRate: 0.1, weightDecay: 0 });
    const optimizer = { type: 'sgd', weightDecay: 0.5 };
    const spec = resolveNetwork({ ...network, optimizer });
    expect(spec).toMatchObject({ learningRate: 0.1, weightDecay: 0.5, layers: [{ l2: 0.25 }, { l2: 0 }] });
  });

  it('keeps copies, never what the caller may change later', () => {
    const labels = ['a', 'b'];
    const uniform: [number, number] = [0, 1];
    const spec = resolveNetwork({ inputs: 1, layers: [{ units: 2, initializer: { uniform } }], labels });
    labels[0] = 'changed';
    uniform[0] = -9;
    expect(spec).toMatchObject({ labels: ['a', 'b'], layers: [{ initializer: { uniform: [0, 1] } }] });
  });
});
