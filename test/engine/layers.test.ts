/** What engines tell of single layers, and second networks of the same spec. */
import { describe, expect, it } from 'vitest';
import type { EngineNetwork } from '../../src/engine/engine.js';
import { selectEngine } from '../../src/engine/select.js';
import { resolveEngine } from '../../src/options/engine.js';
import { resolveNetwork } from '../../src/options/network.js';
import { ENGINES, type EngineName } from '../support/networks.js';
import { randomRows } from '../support/samples.js';

const LAYERS = [
  { units: 5, activation: 'tanh', dropout: 0.5 },
  { units: 9, activation: 'gelu' },
  { units: 3, activation: 'softmax' },
] as const;
const COUNT = 300;
const INPUTS = randomRows(COUNT, 6);

/** A network of the first `depth` layers: its outputs are those of a layer of the whole one. */
async function networkOf(engine: EngineName, depth: number): Promise<EngineNetwork> {
  const layers = LAYERS.slice(0, depth);
  const spec = resolveNetwork({
    inputs: 6,
    layers: layers.map(({ units, activation }) => ({ units, activation })),
    optimizer: 'adam',
  });
  const selected = await selectEngine(resolveEngine('test', { engine }), spec);
  const network = selected.createNetwork(spec);
  spec.layers.forEach(({ units, inputs }, layer) => {
    network.writeParameters(layer, {
      weights: randomRows(units, inputs, layer + 1),
      biases: randomRows(units, 1, layer + 10),
    });
  });
  return network;
}

describe.each(ENGINES)('on %s', (engine) => {
  it.each([1, 2, 3])('the outputs of layer %i of three are those of a network that ends there', async (depth) => {
    const whole = await networkOf(engine, 3);
    const part = await networkOf(engine, depth);
    for (const count of [1, 5, COUNT]) {
      const outputs = whole.predict(INPUTS, count, depth - 1);
      expect(outputs).toHaveLength(count * (LAYERS[depth - 1]?.units ?? 0));
      expect(outputs).toEqual(part.predict(INPUTS, count));
    }
    expect(whole.predict(INPUTS, 5)).toEqual(whole.predict(INPUTS, 5, 2));
  });

  it('a twin begins with zeros, trains to the same bits, and is another network', async () => {
    const network = await networkOf(engine, 3);
    const twin = network.twin();
    expect(twin.readParameters(1).weights).toEqual(new Float32Array(45));
    expect(twin.readOptimizerState()).toBeUndefined();
    for (const layer of [0, 1, 2]) twin.writeParameters(layer, network.readParameters(layer));
    const samples = {
      count: COUNT,
      metric: 'argmax',
      inputs: INPUTS,
      targets: Uint32Array.from({ length: COUNT }, (_, i) => i % 3),
    } as const;
    const step = { batchSize: 20, learningRate: 0.01, dropoutKey: 1 };
    const train = (trained: EngineNetwork): void => {
      trained.train(trained.load(samples), 0, COUNT, step, { loss: 0, correct: 0 });
    };
    const before = network.predict(INPUTS, COUNT);
    train(twin);
    expect(network.predict(INPUTS, COUNT)).toEqual(before);
    train(network);
    expect(network.predict(INPUTS, COUNT)).toEqual(twin.predict(INPUTS, COUNT));
    twin.dispose();
    expect(network.predict(INPUTS, COUNT)).not.toEqual(before);
    network.dispose();
  });
});
