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
      7: '2cd1350d2d5bf3d48ecc2ba5105d81779898f71e9ee4e94109cbeb0a7cc809fe',
      32: 'e68e688174d99b9f92572305e570e98458330c513ff83eaa6459901908a1131d',
      300: '9f74ddaeddd3796d109ecf297fb2758b2a720b2fbd50a08405a43a1d20d7ad9c',
    },
    'tanh, softmax with categorical cross-entropy': {
      1: '617ce2cdc8684c0baa1131d02f48881bb33072fe6ee060302edede5e0c2e5ccc',
      7: 'fed47b01d6cdac0a9e8a4109470c594649803377267ac3fbfc78946ddd1c8ce7',
      32: '8b94ac050106c4b9b014f8e5341d6bf98c7334dda62569985e06d0c8195c4dc1',
      300: '6273614202d6a2fbc3d950a47340917c527731fbb6fac0986a369646f40eb467',
    },
    'relu with binary cross-entropy': {
      1: '623869c007ef1be8f8a67eeb6bf8165705492fe663a097a29899c0358b2c7ce0',
      7: '6f9edfaa4e3f83dda097216fa73da17d92eb061c5f011db23d4e194b79a0944a',
      32: 'a9930d16a6ee8f6d2407c6bc7d824afe48c449bd352bea6952b59a2174a27b0a',
      300: '5fd5bfee07a93ed70e746a1af59a91d6fe476160d091683340dfdba0ef75d063',
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
