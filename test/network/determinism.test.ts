/**
 * The same seed gives the same bits on every machine and JavaScript engine: SHA-256 of the weights after fixed trainings.
 *
 * A digest changes only where the mathematics changes on purpose: another order of summation, another approximation.
 * Then all of them are taken anew, on two versions of Node.
 */
import { describe, expect, it } from 'vitest';
import { OPTIMIZER_CODES } from '../../src/engine/wasm/moments.js';
import { type FitOptions, Network, type NetworkOptions, type SparseRows } from '../../src/index.js';
import { LOSSES } from '../../src/options/losses.js';
import { ACTIVATIONS } from '../../src/options/names.js';
import { resolveNetwork } from '../../src/options/network.js';
import type { NetworkSpec } from '../../src/options/spec.js';
import { updateRuleOf } from '../../src/options/update-rules.js';
import { digestOf, ENGINES, fingerprint } from '../support/networks.js';
import { randomClasses, randomRows } from '../support/samples.js';

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
      1: '865a626d7857657f352b0a28e3f4af36e9ca5a3fc31b232d52b001dc10afe594',
      7: 'a578a689fd18b74d6a1d6f7d2c15037308c58b4aeeee417293955a67f48ecd39',
      32: '2c287bec00a6eb6880f0dbe8ecd9b56a09443a2d442f2f56da306de4a80903b1',
      300: 'ba95797b1e00c3feadc14940a41ca157eee69a328fbb9267b7d6aabca694fc3d',
    },
    'tanh, softmax with categorical cross-entropy': {
      1: 'ce0d033691e231a9479eff18aa188e40742547e3a954f6652d1f956db493600e',
      7: 'b207e238836f72fcd4c5426d239c884cc919f336c9d04cf0044d7b29314933a1',
      32: 'c356a2ecd0604c4918e8f01b1388239ba1bb1a32d3c15e7f4e04117782690b8c',
      300: '0447c02268bdbe54842dcf48304543ad3c843de773d65095649445a1eec97c59',
    },
    'relu with binary cross-entropy': {
      1: '9aa2203b9041b7fafa646a2f3e7e4409d485b478c18fbc16db45a45c8d47a244',
      7: '13368db19158902b7fe40e66eae6500b53f9e12ea6d7d613a5edc4bd40fd0d03',
      32: 'ab642debea35d028020a2460e43d7628cadbcaf1a33b1dbe6a96a567bc8adb4a',
      300: 'b545a9ba9d58932ea9bde796ebfbce444ec146123682f92b590d17b2b790c8cf',
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

/** Seeded targets for the loss. */
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

/** Every feature of training with its own arithmetic, several at a time. */
const FEATURES: Record<string, { network: NetworkOptions; fit: FitOptions }> = {
  'adam, gelu and softplus, dropout': {
    network: {
      inputs: 13,
      layers: [
        { units: 17, activation: 'gelu', dropout: 0.25 },
        { units: 9, activation: 'softplus' },
        { units: 5, activation: 'softmax' },
      ],
      optimizer: 'adam',
      seed: 4,
    },
    fit: { learningRate: { type: 'cosine' } },
  },
  'momentum, relu, dropout, weights': {
    network: {
      inputs: 20,
      layers: [
        { units: 24, activation: 'relu', initializer: 'heNormal', dropout: 0.5 },
        { units: 5, activation: 'softmax' },
      ],
      optimizer: { type: 'sgd', learningRate: 0.01, momentum: 0.9 },
      seed: 5,
    },
    fit: { classWeights: [1, 2, 0.5, 1, 1], sampleWeights: randomRows(COUNT, 1, 9).map((value) => value + 1) },
  },
  'nesterov, tanh': {
    network: {
      inputs: 13,
      layers: [
        { units: 17, activation: 'tanh' },
        { units: 9, activation: 'tanh' },
        { units: 5, activation: 'softmax' },
      ],
      optimizer: { type: 'sgd', learningRate: 0.01, momentum: 0.9, nesterov: true },
      seed: 12,
    },
    fit: {},
  },
  'nesterov, silu, huber, clipping': {
    network: {
      inputs: 7,
      layers: [
        { units: 9, activation: 'silu' },
        { units: 2, activation: 'linear' },
      ],
      loss: 'huber',
      optimizer: { type: 'sgd', learningRate: 0.01, momentum: 0.8, nesterov: true, weightDecay: 0.001 },
      seed: 6,
    },
    fit: {
      clipNorm: 0.5,
      clipValue: 0.25,
      learningRate: { type: 'warmup', epochs: 2, after: { type: 'exponential' } },
    },
  },
  'adamw, elu and selu, mean absolute error, scaling': {
    network: {
      inputs: 7,
      layers: [
        { units: 9, activation: 'elu' },
        { units: 8, activation: 'selu' },
        { units: 2, activation: 'linear' },
      ],
      loss: 'meanAbsoluteError',
      optimizer: 'adamw',
      normalize: 'standard',
      normalizeTargets: 'minMax',
      seed: 7,
    },
    fit: { earlyStopping: { patience: 9 } },
  },
  'rmsprop, leakyRelu, l1 and l2': {
    network: {
      inputs: 13,
      layers: [
        { units: 17, activation: 'leakyRelu', l1: 1e-4, l2: 1e-4 },
        { units: 5, activation: 'softmax' },
      ],
      optimizer: { type: 'rmsprop', learningRate: 0.001 },
      seed: 8,
    },
    fit: {},
  },
  'adagrad, tanh, dropout, scaling': {
    network: {
      inputs: 13,
      layers: [
        { units: 17, activation: 'tanh', dropout: 0.1 },
        { units: 1, activation: 'sigmoid' },
      ],
      optimizer: 'adagrad',
      normalize: 'minMax',
      seed: 9,
    },
    fit: { learningRate: { type: 'step', every: 2, factor: 0.5 } },
  },
  'plain steps, slopes': {
    network: {
      inputs: 13,
      layers: [
        { units: 17, activation: 'leakyRelu', slope: 0.2 },
        { units: 9, activation: 'leakyRelu', slope: -0.3, dropout: 0.1 },
        { units: 5, activation: 'softmax' },
      ],
      seed: 11,
    },
    fit: {},
  },
  'plain steps, gelu, dropout': {
    network: {
      inputs: 13,
      layers: [
        { units: 17, activation: 'gelu', dropout: 0.25 },
        { units: 5, activation: 'softmax' },
      ],
      seed: 10,
    },
    fit: {},
  },
};

/** The digests for batches of 1, 7 and 32. */
const FEATURE_DIGESTS: Record<string, Record<string, readonly string[]>> = {
  wasm: {
    'adam, gelu and softplus, dropout': [
      '6371a701a3b4df7c9ff0e90301ce2e9d6b834ba876f4b56a8fc1cc6925bc4ee1',
      '3be448b405b7bbdb951dd2345b8c9899f4f675a5548ca8d9d73b4c56dd766e76',
      '8218b2bf7a46f32878e32ed43da00b755cf0be80a239656d04f9c85dcc7980e7',
    ],
    'momentum, relu, dropout, weights': [
      '09dcdc1fc8fea0608cbbc68c0ac7a4d9741d67ce832d665a2231f4036e2a8e08',
      'd94d503d0dddd4a9ffbb6b93fa68285fb86245f7e3c97c915b192d0436d0ac19',
      '9125d90e90e15eb8aba9b4b86d30801a2aa67f0961fa2bc0d5c0858146e56def',
    ],
    'nesterov, tanh': [
      '81dabb9ccb995a8037846dfe42aa0c65606ca44f337563ee7f58f1936c9b93c9',
      '84c8024512c013affa8b6692c8345d186677c3c9b35c2690f93c94528662c6c4',
      '6491ec14279cc99651cd707ad6fd17a8d98f4f61d6780ad8fbf89d5e1b855293',
    ],
    'nesterov, silu, huber, clipping': [
      '43de2c3b366d6c0b3435c969d58c0c8a93e0affb9edd915c1ca17160ce73f789',
      '72e5e2bd65774a0085e18c350bc88998a9b5bdb03c5e9756e105ab1703e3cdd5',
      'e766823a0f2ec0683fcf1f1bad81aa73f22e7e2ca00ab170b45dba1547877e6e',
    ],
    'adamw, elu and selu, mean absolute error, scaling': [
      'b7e0f160a5a36aa59d47e12e0fa5b67593341a19073eab86e402265737cb9995',
      '0315cf0df7a6ba2e0f6953a3df2d235ca604524a59a88d1106af8d9a776f8ec2',
      '7b48bede8519f58a63122188de0e6384a24cf9c85e4e84562a321c5b276f2082',
    ],
    'rmsprop, leakyRelu, l1 and l2': [
      '190dd7195c59bdd466f43fbcbe42d504cbd28efcbb4ee17e8c2d134916349bb2',
      '9d7d9e8c246265f77398da7cc77e1ad582edddaaf1ac54ae4a25695546b644cd',
      'a9a6c16ef4f48b36b7949806bf34cf7ca31a7722e81ad683caeb10d402ebc421',
    ],
    'adagrad, tanh, dropout, scaling': [
      '3b21bf12135404fef1b19eb8dabc3f82ca2d3f112f0953236509ef61f3490f6a',
      'a540e2b041e2a31887bf75ba183a197e99e0a4c146cc132ccf08612d52309bf1',
      '3a082e2d6fe7fe54fdc5d41c6b3050d9d4e9f1ad4df76d8dd8aa17bf70cc475f',
    ],
    'plain steps, slopes': [
      'a3fe7011ddba0c661476c3257db58240adf568c977b3527e3a75f6de5ae158f7',
      '5343f56f0e6e29698a8a06c9cd562f0eb08a3437425f3d9d2fbb0b3a6fc169b8',
      '13250147afbfdf24f64ca3717a4f8258b3c72bc5140172c28f5a2f2786ec263b',
    ],
    'plain steps, gelu, dropout': [
      '4f55d177531a330cb301a1ae25292adc9a9d47cdd1a1baa4ddb299f78963580a',
      '070ec6bfbbcee8e15e5fef993212b530d9b42f16c7b774c096b6e464f05132fc',
      '36f91de16bcf73f260e870f5883bd4a02bdfd10e4fb0eeb47b923f70c83dcebe',
    ],
  },
  js: {
    'adam, gelu and softplus, dropout': [
      'a4cb32119bc7173f79364265333377d890d09bc93d7518ca2e203b92a018f02d',
      'dd0eedac49272efc0305ca50674852ba4327e1e423e9e27b47c3e6771bf006ad',
      '66b87251be32b769df4d818918653003c9988c44c5ebd40fadb8d5a91be305e8',
    ],
    'momentum, relu, dropout, weights': [
      '4da178605387a0f33c9cd54ffec13a0cc35866fa00af11f0bd56b0ddd65a3c61',
      'f8c196b1ac2474ea04a88378043a92dde2b9ce991e7a688c5518b0b9e7ce1fc4',
      'eebeea68466b8984a107df63426c2b3e5790ae55fb9eedb6386f3c8a40b7d0ee',
    ],
    'nesterov, tanh': [
      'a571c9f2e9cc40c9292d9f3c1cd5bab9b168f7d554abd68cd5621894ab858c18',
      'a3c6424af2730997691b6e516d8c1e0562dbc19628de10d79105ebe484ee6ee4',
      'c2708562db73614040a267888a01a1e9587c899980248210fe97a0ae8c134674',
    ],
    'nesterov, silu, huber, clipping': [
      '0140137c5d98d940aa04570a25c4b2061755b0d11e6b2b7143fa375e3dde5918',
      '85257354ffcfcbd8f623083a453078a9c017ac10e2beb78dbf681035bd5739d7',
      '1d5c63c787fcceae386db93efa9414082d8696c02b204df1f000f0cf8f153d99',
    ],
    'adamw, elu and selu, mean absolute error, scaling': [
      '13b33afc6e6ab6bdf4ab860c0549ee0f209e634acec5174b9d2dd61318cf85f9',
      '3fd920f69d15cb7045bc431ca7c2157fee065bdf6f70afce9c0333b4fc12a58c',
      'e559435239fc50429c6519d7faecb529c20748b738b5f98be4aaff0cb667376a',
    ],
    'rmsprop, leakyRelu, l1 and l2': [
      '71177fdfa6ccaab722821f9dd3a8f7260e86753ac1ecc006afa145414257cf9c',
      'd45013316d803b035a2a07c48c4f47e599311557a586119c656ee099343339c4',
      '432dc6b90e4daeca5707435ce1d609a1d978b33103e085488f5446c766739795',
    ],
    'adagrad, tanh, dropout, scaling': [
      '5384007f5dbda998f99f1aa138ca534930f0a15f37e27ae75ee36943c01e07e2',
      '74822c0e294eff10c53da277b3537ed22906c9467c67215c787fd91a69316ba5',
      '10a282cfe21471b05d2cb8d28efddd8a544f632132b46880f8da49147e5356e0',
    ],
    'plain steps, slopes': [
      '0b9425cbad7c195edb3af10836d6717598b80aaa6523ff234853cc37c838ab14',
      '8b01284ea102deae46f0fe5fbfcd15a6e16a37045c864390c3cb6ecf5eba99c8',
      '57a2efb5320bdc7615277b6b333e43a82deebbe96a707b94936b5cf53adb0cce',
    ],
    'plain steps, gelu, dropout': [
      '2231ec9f75e890996ef072d8712e1bcbe695266eadf86258dacf686e66b8995f',
      '7abf82ff843dd557ee171d90f8a446d94e7db891bd488660080fce454f6b7e86',
      '16678532cc7c2df1e8c96ceab0408270a40fe84332b99eed0bbdcf5f13097177',
    ],
  },
};

describe.each(ENGINES)('on %s', (engine) => {
  describe.each(Object.entries(FEATURES))('%s', (name, { network: options, fit }) => {
    it.each([1, 7, 32].map((size, i) => [size, i] as const))(
      'in batches of %i ends with the same bits everywhere',
      async (batchSize, i) => {
        const network = await Network.create({ ...options, engine });
        const inputs = randomRows(COUNT, network.inputs, 4);
        const history = await network.fit(inputs, targetsOf(network), {
          epochs: 6,
          batchSize,
          validation: 0.25,
          ...fit,
        });
        expect(history.epochs.at(-1)?.loss).toBeLessThan(history.epochs[0]?.loss as number);
        network.trainOnBatch(inputs, targetsOf(network));
        expect(fingerprint(network)).toBe(FEATURE_DIGESTS[engine]?.[name]?.[i]);
      },
    );
  });
});

const BLOCKS = {
  wasm: '531c0283863905b63974d943ea83d6c0543768f67e1b7664963045f939b22f14',
  js: 'd3a0d00fca0a248eb3aa0ef5547d699851affcf4106ccd19c559e781118aca41',
};

it.each(ENGINES)(
  'batches of 3, of which a block takes several, end with the same bits everywhere on %s',
  async (engine) => {
    const layers = [{ units: 40 }, { units: 6, activation: 'softmax' }] as const;
    const network = await Network.create({
      inputs: 64,
      layers,
      optimizer: { type: 'sgd', weightDecay: 0.001 },
      engine,
    });
    await network.fit(randomRows(COUNT, 64, 4), randomClasses(COUNT, 6), { epochs: 6, batchSize: 3 });
    expect(fingerprint(network)).toBe(BLOCKS[engine]);
  },
);

/** Rows of no entry to 11, some columns more frequent than others. */
function sparseRows(): SparseRows {
  const values = randomRows(COUNT, 12, 4);
  const places = Array.from(values, (_, at) => [Math.floor(at / 12), at % 12] as const);
  const isThere = ([row, i]: readonly [number, number]): boolean => i < row % 12;
  const starts = new Uint32Array(COUNT + 1);
  for (let row = 0; row < COUNT; row++) starts[row + 1] = (starts[row] as number) + (row % 12);
  const columns = places.filter(isThere).map(([row, i]) => 91 * i + ((row * (i + 1)) % 91));
  return {
    starts,
    columns: Uint32Array.from(columns),
    values: values.filter((_, at) => isThere(places[at] as readonly [number, number])),
  };
}

const SPARSE = {
  wasm: '24bb2810d558df27391a182cbbe9be7a75de92878ee04348793708f350e63a78',
  js: '7190ace189c9524caa6a21c4a91bb217561621c1c09bd653c212ddd5b9ce965f',
};

it.each(ENGINES)(
  'sparse rows, of which no zero is touched, end with the same bits everywhere on %s',
  async (engine) => {
    // 44 units are a tile of each width.
    const layers = [{ units: 44 }, { units: 3, activation: 'softmax' }] as const;
    const network = await Network.create({ inputs: 1100, layers, seed: 6, engine });
    const rows = sparseRows();
    for (const batchSize of [1, 7]) await network.fit(rows, randomClasses(COUNT, 3), { epochs: 2, batchSize });
    expect(fingerprint(network)).toBe(SPARSE[engine]);
  },
);

it('every activation, loss and optimizer is in one of these trainings', () => {
  const trained = [...Object.values(NETWORKS), ...Object.values(FEATURES).map(({ network }) => network)].map(
    resolveNetwork,
  );
  const names = (of: (spec: NetworkSpec) => readonly string[]): string[] => [...new Set(trained.flatMap(of))].sort();
  expect(names(({ layers }) => layers.map(({ activation }) => activation))).toEqual(ACTIVATIONS.toSorted());
  expect(names(({ loss }) => [loss])).toEqual(LOSSES.toSorted());
  expect(names(({ optimizer }) => [updateRuleOf(optimizer)])).toEqual(Object.keys(OPTIMIZER_CODES).sort());
});

it('the data of these trainings are themselves the same everywhere', () => {
  expect(digestOf(randomRows(COUNT, 7, 4))).toBe('53e2dfe42f168611ddc931aeac105faf7eb90bceaac55443adc3e20f2a432330');
  expect(digestOf(Float32Array.from(randomClasses(COUNT, 5)))).toBe(
    '0465e6bd3996923770b745c3da24a0a3370d29348ef1bd3b38e2f141cc9cccaa',
  );
});
