/** The plain loops train and predict as the network does, with any number of layers. */
import { describe, expect, it } from 'vitest';
import { createDeepNetwork } from '../../bench/deep.js';
import { createPlainNetwork } from '../../bench/plain.js';
import { type LayerParameters, Network } from '../../src/index.js';
import { randomRows } from '../support/samples.js';

const SAMPLES = 23;
const RATE = 0.1;

async function networkOf(widths: readonly number[]): Promise<Network> {
  return Network.create({
    inputs: widths[0] as number,
    layers: widths.slice(1).map((units) => ({ units })),
    loss: 'meanSquaredError',
    optimizer: { type: 'sgd', learningRate: RATE },
    engine: 'js',
    seed: 4,
  });
}

describe.each([[[3, 2]], [[5, 4, 3]], [[7, 6, 5, 4, 3]]])('%j', (widths) => {
  const [I = 0, H = 0, O = 0] = widths;
  const makers = {
    deep: (start: LayerParameters[]) => createDeepNetwork(RATE, start),
    ...(widths.length === 3 && { plain: (start: LayerParameters[]) => createPlainNetwork(I, H, O, RATE, start) }),
  };

  it.each(Object.entries(makers).flatMap(([name, make]) => [1, 5, SAMPLES].map((size) => [name, size, make] as const)))(
    '%s, batches of %i',
    async (_, batchSize, make) => {
      const network = await networkOf(widths);
      const inputs = randomRows(SAMPLES, I);
      const targets = randomRows(SAMPLES, widths.at(-1) as number).map(Math.abs);
      const plain = make(network.layers.map((_, layer) => network.getParameters(layer)));
      const { epochs } = await network.fit(inputs, targets, { epochs: 3, batchSize, shuffle: false });
      for (const { loss } of epochs) expect(plain.epoch(inputs, targets, SAMPLES, batchSize)).toBeCloseTo(loss, 6);
      const outputs = network.predict(inputs.slice(I, 2 * I));
      plain.predict(inputs, I).forEach((output, i) => {
        expect(output).toBeCloseTo(outputs[i] as number, 6);
      });
    },
  );
});
