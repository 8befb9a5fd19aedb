/**
 * The same seed gives the same bits on every machine and JavaScript engine: SHA-256 of the weights after fixed trainings.
 *
 * A digest changes only where the mathematics changes on purpose: another order of summation, another approximation.
 * Then all of them are taken anew, on two versions of Node.
 */
import { describe, expect, it } from 'vitest';
import { Network, type NetworkOptions } from '../src/index.js';
import { digestOf, ENGINES, fingerprint, randomClasses, randomRows } from './fixtures.js';

const COUNT = 640;
const BATCHES = [1, 7, 32, 300] as const;

const NETWORKS: Record<string, NetworkOptions> = {
  'sigmoid with mean squared error': {
    inputs: 7,
    layers: [{ units: 9 }, { units: 2 }],
    loss: 'meanSquaredError',
    optimizer: { type: 'sgd', learningRate: 0.5 },
    seed: 1,
  },
  'tanh, softmax with categorical cross-entropy': {
    inputs: 13,
    layers: [
      { units: 17, activation: 'tanh', initializer: 'lecunNormal' },
      { units: 5, activation: 'softmax' },
    ],
    seed: 2,
  },
  'relu with binary cross-entropy': {
    inputs: 20,
    layers: [
      { units: 24, activation: 'relu', initializer: 'heNormal' },
      { units: 8, activation: 'relu', initializer: 'heUniform' },
      { units: 1, activation: 'sigmoid' },
    ],
    seed: 3,
  },
};

const DIGESTS: Record<string, Record<string, Record<number, string>>> = {
  wasm: {
    'sigmoid with mean squared error': {
      1: 'e68d9e1d88c3873f506605f113db9133a403bff2b494e98a6dfd709dfbe5e41a',
      7: '2ed46104fad3fba5d3e3f83e53754f5fca47d86a30d09c4279ae8884065b12e3',
      32: 'c3fe167636dda170bc494f4fbe5c7d8acc89f338946f859981c1fae34f51b500',
      300: 'd9e76517c4c4b21fd7181d91ef56833dc1d0df14a94fff1ff55b18c68f10ab3b',
    },
    'tanh, softmax with categorical cross-entropy': {
      1: 'd2191a38ea2eb0efd00b80f60cb229cfec9555fd0e15ee5f945795abe3de22c1',
      7: 'ee5e7ced73925c789058e52dbd5a39b5fc279d27c1c1c0995d07b7abd171a96b',
      32: 'eca4225594940c6a203e31aa9583d1430f6c997636789b1babf4f19159ecadb6',
      300: 'bc436ef973e56948351d1187b2d221768efabc3d05794e22bde6715dfc53c15e',
    },
    'relu with binary cross-entropy': {
      1: '344e933ed99fd571db2210fbe619875e2ad60ce8b2284b5ca94915996291c8b3',
      7: 'a5f0b908d75364b89b14a30c9ccd2a1dbdea98c5beb11959c2d7c1e117730236',
      32: '7eee92bbe81cc4be7333f11794e6de56d4f9e09b93c0130c0ace03e94d9c3430',
      300: 'e699091616e444782707a104ce60709dc75e87543495882c40ab9dc0a3bb668c',
    },
  },
  js: {
    'sigmoid with mean squared error': {
      1: '9da30968b49bc28824cfa4f1f604a84db2b9916562b5a16f86b4db2952b76b65',
      7: 'ccc3ce151201d13f033b943305749b46e49075693e9e8b8189d4e8dc3e34d5d8',
      32: '5989f58a3c0cdc3522bd23f770ebb0ab78cbe7dcfc35bcfd3f27e5ff5750a72b',
      300: '7ef5f0a5cc5bfa01f8810f93e45febb2089fa09314fd7d0290d8ef4ce7844e9d',
    },
    'tanh, softmax with categorical cross-entropy': {
      1: '617ce2cdc8684c0baa1131d02f48881bb33072fe6ee060302edede5e0c2e5ccc',
      7: '4d48f165ca54a0b10f05c0e85325604632a3664d0b836895c7f19e4857c14ddc',
      32: 'bcce1cbf573f3315e431283b49216bc8812e6ba550a21443712bdbe093fd6780',
      300: '26e928bac978b3557fbf5c552fc606ba9e61e92541ffec9055ab9ca6900163cf',
    },
    'relu with binary cross-entropy': {
      1: '623869c007ef1be8f8a67eeb6bf8165705492fe663a097a29899c0358b2c7ce0',
      7: '2d688c718dd05c9889417c87797645e4c29a3ec7b8e2f9ec42eb0692c0842797',
      32: 'ef4bdb8b5257e4f78552f6227b8ee074d167a143103a118485099f04f1674918',
      300: 'e39064103ab3e90eff7d1449753e4b4bd5abc8f61068a96be36f87d0fb4562f4',
    },
  },
};

/** Seeded targets that suit the loss. */
function targetsOf(network: Network) {
  if (network.outputs === 5) return randomClasses(COUNT, 5);
  if (network.outputs === 1) return randomClasses(COUNT, 2);
  return randomRows(COUNT, network.outputs, 5).map((value) => (value + 1) / 2);
}

describe.each(ENGINES)('on %s', (engine) => {
  describe.each(Object.entries(NETWORKS))('%s', (name, options) => {
    it.each(BATCHES)('in batches of %i ends with the same bits everywhere', async (batchSize) => {
      const network = await Network.create({ ...options, engine });
      const inputs = randomRows(COUNT, network.inputs, 4);
      const history = await network.fit(inputs, targetsOf(network), { epochs: 6, batchSize, validation: 0.25 });
      expect(history.epochs.at(-1)?.loss).toBeLessThan(history.epochs[0]?.loss as number);
      expect(fingerprint(network)).toBe(DIGESTS[engine]?.[name]?.[batchSize]);
      expect(network.engine.reproducible).toBe(true);
    });
  });
});

it('the data of these trainings are themselves the same everywhere', () => {
  expect(digestOf(randomRows(COUNT, 7, 4))).toBe('53e2dfe42f168611ddc931aeac105faf7eb90bceaac55443adc3e20f2a432330');
  expect(digestOf(Float32Array.from(randomClasses(COUNT, 5)))).toBe(
    '0465e6bd3996923770b745c3da24a0a3370d29348ef1bd3b38e2f141cc9cccaa',
  );
});
