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
      1: 'e3625cf6fa7f0756a7eb0d7bf91041df03ff9769205b728d1166cf999583dd9f',
      7: '2ed46104fad3fba5d3e3f83e53754f5fca47d86a30d09c4279ae8884065b12e3',
      32: 'c3fe167636dda170bc494f4fbe5c7d8acc89f338946f859981c1fae34f51b500',
      300: 'd9e76517c4c4b21fd7181d91ef56833dc1d0df14a94fff1ff55b18c68f10ab3b',
    },
    'tanh, softmax with categorical cross-entropy': {
      1: '942109be1265d3fc0940a9a101d4edacaddb571225d209701a0448e1a6426e75',
      7: '8c1f8ca40434e2837769b8b299cc4ddde3c83857769a4513c77e636117f6a5f1',
      32: '1ef9f36ef6c606b62d86b03bcb6afb8f0584fe1829b6fc92047c491c9dd4b6c8',
      300: '3c1cac742c8b56d1c30c629425e38c566d2534de8bcdb704fff519ff225cc517',
    },
    'relu with binary cross-entropy': {
      1: 'ec662ce8deb4cf34f0ce1ce54f59d8f88b29dd85897a23305f1e977e4002d697',
      7: 'a5f0b908d75364b89b14a30c9ccd2a1dbdea98c5beb11959c2d7c1e117730236',
      32: '7eee92bbe81cc4be7333f11794e6de56d4f9e09b93c0130c0ace03e94d9c3430',
      300: 'e699091616e444782707a104ce60709dc75e87543495882c40ab9dc0a3bb668c',
    },
  },
  js: {
    'sigmoid with mean squared error': {
      1: '9da30968b49bc28824cfa4f1f604a84db2b9916562b5a16f86b4db2952b76b65',
      7: 'ccd8785a586cac012b5042cc540d1ecabacc23c9f500b73a345984f390360af3',
      32: 'e7b5349956aaa886863099ad439b9ea55279be735ab63e76308bb6027b928416',
      300: 'a7ea83981168763355069740a7d3c2a668386800ff451d47e42674fe085d3e1a',
    },
    'tanh, softmax with categorical cross-entropy': {
      1: '9ad51d31258d4ff7a33192d5589e556b36d4b3827bf34ad2afbbfabd42356ade',
      7: '28ce4aff159831423296d6fbbfa425348974838f358e7ac5249e4dfead827aed',
      32: 'aa328fef770550fd27dbf60e6e83e22446fa0fe35c09dd4fb5bfc7a424d2a675',
      300: 'e9ce5536488c0fc98321159e45a0143bd75f616c713821f1af9492c0d6feb1d8',
    },
    'relu with binary cross-entropy': {
      1: '623869c007ef1be8f8a67eeb6bf8165705492fe663a097a29899c0358b2c7ce0',
      7: '914dcacdfb190e12d5e77bc839e2fed93db1cc49bca2eca9bc327e0493b3916e',
      32: '02e482ee312fa563ae28db1c72500aa1b50507f375d364205e7f362dc099bb0b',
      300: '7bc8335f6c6a3a72604e9292c35b557259b243ead2d3fa366114818fc932fbf0',
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
