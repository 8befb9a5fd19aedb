/**
 * Cross-entropies of outputs that float32 rounds to 0 and 1, as PyTorch computes them from the weighted sums: on every path that a
 * sample takes through an engine.
 */
import { describe, expect, it } from 'vitest';
import { type LayerOptions, Network } from '../../src/index.js';
import { ENGINES } from '../support/networks.js';

/** The weighted sum of an output, its target, and what that costs. */
const ANSWERS = [
  [17, 0, 17],
  [-17, 1, 17],
  [120, 0, 120],
  [-120, 1, 120],
  [17, 1, Math.log1p(Math.exp(-17))],
  [-17, 0, Math.log1p(Math.exp(-17))],
  [0, 1, Math.LN2],
  [30, 0.25, 22.5],
] as const;

/** A network that adds its inputs to the sums of its outputs. Layers of `width` units before the output pass them on. */
async function passing(engine: (typeof ENGINES)[number], width: number, outputs: number, binary: boolean) {
  const output = { units: outputs, activation: binary ? 'sigmoid' : 'softmax' } as const;
  const hidden: LayerOptions[] = width === 0 ? [] : [{ units: width, activation: 'linear' }];
  const network = await Network.create({ inputs: outputs, layers: [...hidden, output], engine });
  network.layers.forEach(({ inputs, units }, l) => {
    const weights = Float32Array.from({ length: inputs * units }, (_, i) =>
      Number(Math.floor(i / inputs) === i % inputs),
    );
    network.setParameters(l, { weights, biases: new Float32Array(units) });
  });
  return network;
}

/** In registers, in blocks, as the only layer, and too wide for both. */
const WIDTHS = [0, 1, 4, 40];
const BATCHES = [1, 3, 32];

const near = (actual: number, expected: number): void => {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(2e-7 * expected);
};

describe.each(ENGINES)('binary cross-entropy on %s', (engine) => {
  it.each(WIDTHS)('is as exact for a 0 as for a 1, behind %i units', async (width) => {
    for (const [sum, target, expected] of ANSWERS) {
      const network = await passing(engine, width, 1, true);
      near(network.evaluate([[sum]], [target]).loss, expected);
      near(network.gradients([[sum]], [target]).loss, expected);
      for (const batchSize of BATCHES) {
        const inputs = Array.from({ length: 5 }, () => [sum]);
        const targets = inputs.map(() => target);
        const weights = { sampleWeights: [2, 0, 1, 1, 1], batchSize, epochs: 1, learningRate: 0 };
        for (const options of [{ batchSize, epochs: 1, learningRate: 0 }, weights]) {
          const { epochs } = await network.fit(inputs, targets, options);
          near(epochs[0]?.loss as number, expected);
        }
      }
      near(network.trainOnBatch([[sum]], [target]), expected);
    }
  });

  it('moves a sure 1 as far as a sure 0', async () => {
    for (const width of WIDTHS) {
      for (const sum of [0.5, 12, 17, 40]) {
        const q = 1 / (1 + Math.exp(sum));
        for (const target of [1, 0]) {
          const [input, step] = target === 1 ? [sum, q] : [-sum, -q];
          const network = await passing(engine, width, 1, true);
          const output = network.layers.length - 1;
          const gradient = network.gradients([[input]], [target]).layers[output]?.biases[0] as number;
          expect(Math.abs(-gradient / step - 1)).toBeLessThan(1e-6);
          // Biases start at 0, so that they hold the smallest steps.
          await network.fit([[input]], [target], { epochs: 1, batchSize: 1, learningRate: 1 });
          expect(Math.abs((network.getParameters(output).biases[0] as number) / step - 1)).toBeLessThan(1e-6);
        }
      }
    }
  });
});

describe.each(ENGINES)('categorical cross-entropy on %s', (engine) => {
  it.each(WIDTHS.map((width) => (width === 1 ? 2 : width)))('has no bound, behind %i units', async (width) => {
    for (const distance of [17, 87, 120, 700]) {
      const network = await passing(engine, width, 2, false);
      near(network.evaluate([[distance, 0]], Uint8Array.of(1)).loss, distance);
      near(network.gradients([[distance, 0]], Uint8Array.of(1)).loss, distance);
      for (const batchSize of BATCHES) {
        const inputs = Array.from({ length: 5 }, () => [distance, 0]);
        const options = { batchSize, epochs: 1, learningRate: 0, sampleWeights: [2, 0, 1, 1, 1] };
        near((await network.fit(inputs, Uint8Array.of(1, 1, 1, 1, 1), options)).epochs[0]?.loss as number, distance);
      }
      near(network.trainOnBatch([[distance, 0]], Uint8Array.of(1)), distance);
    }
  });
});
