/**
 * Steps of one sample, one after another, with other calls between them: an engine keeps what it wrote for the last step, which no later call
 * may take for its own. Each call is made on a network that lives on, and on one that was just read from a file and has nothing kept.
 */
import { describe, expect, it } from 'vitest';
import { Network, type NetworkOptions, type SparseRows } from '../../src/index.js';
import { ENGINES, fingerprint } from '../support/networks.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

const CALLS = 60;

const NETWORKS: Record<string, NetworkOptions> = {
  'a small one': { inputs: 2, layers: [{ units: 2 }, { units: 1 }], loss: 'meanSquaredError' },
  'one in blocks': {
    inputs: 7,
    layers: [
      { units: 9, activation: 'relu' },
      { units: 3, activation: 'linear' },
    ],
  },
  'one with momentum': {
    inputs: 3,
    layers: [{ units: 5, activation: 'tanh' }, { units: 2 }],
    loss: 'meanSquaredError',
    optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0.9 },
  },
  'one with adam': { inputs: 3, layers: [{ units: 4 }, { units: 2, activation: 'linear' }], optimizer: 'adam' },
  'one with dropout': {
    inputs: 3,
    layers: [
      { units: 8, dropout: 0.5 },
      { units: 2, activation: 'linear' },
    ],
  },
  'a wide one, with sparse rows': { inputs: 1100, layers: [{ units: 3 }, { units: 2, activation: 'linear' }] },
};

describe.each(ENGINES)('on %s, calls after steps of one sample', (engine) => {
  it.each(Object.entries(NETWORKS))('leave %s as a fresh network', async (name, options) => {
    const random = new SeededRandom(`one after another, ${name}`);
    const network = await Network.create({ ...options, engine, seed: 3 });
    const { inputs, outputs } = network;
    const rows = (count: number): Float32Array => random.floats(count * inputs, 1);
    const targets = (count: number): Float32Array => Float32Array.from(random.floats(count * outputs, 1), Math.abs);
    const sparse = (count: number): SparseRows => ({
      starts: Uint32Array.from({ length: count + 1 }, (_, row) => 2 * row),
      columns: Uint32Array.from({ length: 2 * count }, (_, at) => (at % 2) * (inputs - 1)),
    });
    const [row, target, several, theirs, many] = [rows(1), targets(1), rows(5), targets(5), rows(300)];
    // The first three come first, in turns: memory for rows of one kind has no place for those of the other.
    const calls: ((of: Network) => unknown)[] = [
      (of) => of.trainOnBatch(sparse(1), target),
      (of) => of.trainOnBatch(row, target),
      (of) => of.predict(sparse(400))[0],
      (of) => of.trainOnBatch([Array.from(row)], [Array.from(target)]),
      (of) => of.trainOnBatch(row, target, { learningRate: 0.03 }),
      (of) => of.trainOnBatch(row, target, { clipNorm: 0.01 }),
      (of) => of.trainOnBatch(row, target, { clipValue: 0.01 }),
      (of) => of.trainOnBatch(row, target, { sampleWeights: [0.5] }),
      (of) => of.trainOnBatch(several, theirs),
      (of) => of.gradients(several, theirs).loss,
      (of) => of.evaluate(several, theirs).loss,
      (of) => of.predict(many)[0],
      (of) => of.setParameters(0, { biases: new Float32Array(of.layers[0]?.units ?? 0).fill(0.1) }),
    ];
    for (let i = 0; i < CALLS; i++) {
      const chosen = i < 4 ? [0, 1, 2, 1][i] : random.chance(0.4) ? 1 : random.integer(0, calls.length - 1);
      const fresh = await Network.load(network.saveCheckpoint(), { engine });
      const call = calls[chosen as number] as (of: Network) => unknown;
      const message = `call ${chosen}, number ${i}; ${REPRODUCE}`;
      expect(call(network), message).toEqual(call(fresh));
      expect(fingerprint(network), message).toBe(fingerprint(fresh));
      fresh.dispose();
    }
  });
});
