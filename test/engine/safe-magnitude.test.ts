/** How large parameters and inputs may be before somebody has to look whether outputs are finite. */
import { describe, expect, it } from 'vitest';
import { safeMagnitude } from '../../src/engine/engine.js';
import { Network, type NetworkOptions } from '../../src/index.js';
import { ACTIVATIONS } from '../../src/options/names.js';
import { resolveNetwork } from '../../src/options/network.js';
import { ENGINES } from '../support/networks.js';
import { expectCoded, thrownBy } from '../support/refusals.js';

const WIDTHS = [
  [1, 1],
  [3, 4, 2],
  [5, 60, 60, 7],
  [2, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 1],
];

it.each(WIDTHS.flatMap((widths) => ACTIVATIONS.map((activation) => [widths.join('-'), activation, widths] as const)))(
  'no output of %s with %s overflows where everything is that large',
  async (_, activation, widths) => {
    const output = activation === 'softmax' && widths.at(-1) === 1 ? 'linear' : activation;
    const layers = widths.slice(1).map((units, layer) => ({
      units,
      activation: layer === widths.length - 2 ? output : activation === 'softmax' ? ('relu' as const) : activation,
    }));
    const options: NetworkOptions = { inputs: widths[0] as number, layers, seed: 1 };
    const magnitude = safeMagnitude(resolveNetwork(options));
    expect(Math.log2(magnitude) % 1).toBe(0);
    for (const engine of ENGINES) {
      const network = await Network.create({ ...options, engine });
      for (const [layer, { inputs, units }] of network.layers.entries()) {
        const [weights, biases] = [inputs * units, units].map((count) => new Float32Array(count).fill(magnitude));
        network.setParameters(layer, { weights: weights as Float32Array, biases: biases as Float32Array });
      }
      // Throws where an output is not finite.
      network.predict(new Float32Array(network.inputs).fill(magnitude));
    }
  },
);

it('is not much less than what overflows: a sum of 1 input may reach 2^99', () => {
  const of = (activation: 'linear' | 'sigmoid'): number =>
    safeMagnitude(resolveNetwork({ inputs: 1, layers: [{ units: 1, activation }] }));
  // (m + 1) m < 2^99
  expect(of('linear')).toBe(2 ** 49);
  expect(of('sigmoid')).toBe(2 ** 49);
  const deep = safeMagnitude(resolveNetwork({ inputs: 1, layers: [{ units: 1 }, { units: 1 }] }));
  expect(deep).toBe(2 ** 49);
});

describe.each(ENGINES)('on %s, a slope that takes outputs beyond float32', (engine) => {
  it.each([-3e38, -1e10, 1e10, 1e25, 3e38])('%d is safe only for what it leaves finite', async (slope) => {
    const options: NetworkOptions = { inputs: 1, layers: [{ units: 1, activation: 'leakyRelu', slope }], engine };
    const magnitude = safeMagnitude(resolveNetwork(options));
    const network = await Network.create(options);
    network.setParameters(0, { weights: Float32Array.of(magnitude), biases: Float32Array.of(-magnitude) });
    // Throws where an output is not finite.
    network.predict(Float32Array.of(-magnitude));
  });

  it('diverges, although its weights are far from the end', async () => {
    const network = await Network.create({
      inputs: 1,
      layers: [{ units: 1, activation: 'leakyRelu', slope: 1e25 }],
      loss: 'meanAbsoluteError',
      optimizer: { type: 'sgd', learningRate: 1e-11 },
      engine,
    });
    const weights = Float32Array.of(-1e-25);
    network.setParameters(0, { weights, biases: Float32Array.of(0) });
    const [input, target] = [Float32Array.of(1), Float32Array.of(-10)];
    expectCoded(await thrownBy(() => network.trainOnBatch(input, target)), 'ERR_DIVERGED', /^trainOnBatch/);
    expectCoded(await thrownBy(() => network.fit(input, target, { epochs: 1 })), 'ERR_DIVERGED', /^fit/);
    expect(network.getParameters(0).weights).toEqual(weights);
  });
});
