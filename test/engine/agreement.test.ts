/** Both engines train alike: on real data, with features that each has its own code for. */
import { expect, it } from 'vitest';
import { readDigits } from '../../examples/data/digits.js';
import { type EpochResult, Network } from '../../src/index.js';
import { type EngineName, parametersOf } from '../support/networks.js';

const { images, digits } = readDigits({ heldOut: 0.2, seed: 1 }).training;

/** 20 epochs on the handwritten digits with dropout, momentum and validation. */
async function train(engine: EngineName): Promise<{ epochs: EpochResult[]; parameters: Float32Array }> {
  const network = await Network.create({
    inputs: 64,
    layers: [
      { units: 32, activation: 'tanh', dropout: 0.25 },
      { units: 10, activation: 'softmax' },
    ],
    optimizer: { type: 'sgd', learningRate: 0.02, momentum: 0.9 },
    seed: 5,
    engine,
  });
  const { epochs } = await network.fit(images, digits, { epochs: 20, validation: 0.2 });
  return { epochs, parameters: parametersOf(network) };
}

it('wasm and js give the same history of 20 epochs on the digits, within 1e-4', async () => {
  const [wasm, js] = [await train('wasm'), await train('js')];
  expect(js.epochs).toHaveLength(20);
  const distance = (a: number | undefined, b: number | undefined): number =>
    Math.abs((a as number) / (b as number) - 1);
  wasm.epochs.forEach((epoch, e) => {
    const other = js.epochs[e];
    expect(distance(epoch.loss, other?.loss), `loss of epoch ${e + 1}`).toBeLessThan(1e-4);
    expect(distance(epoch.validationLoss, other?.validationLoss), `validation of epoch ${e + 1}`).toBeLessThan(1e-4);
    // One sample of 1,150 may be at the border.
    expect(Math.abs((epoch.accuracy as number) - (other?.accuracy as number))).toBeLessThan(2 / 1150);
  });
  expect(wasm.epochs.at(-1)?.validationAccuracy).toBeGreaterThan(0.95);
  expect(wasm.epochs.at(-1)?.loss).toBeLessThan((wasm.epochs[0]?.loss as number) / 3);
  const largest = Math.max(...wasm.parameters.map((value, i) => Math.abs(value - (js.parameters[i] as number))));
  expect(largest).toBeLessThan(1e-3);
});
